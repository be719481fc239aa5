// What `wavetank chaos` does with a scenario, read from `spec.chaos`.
import { writeDuration } from '../../lib/units.ts';
import type { NodePool } from '../../model/settings/cluster.ts';
import type { Expectation, ExpectContext } from '../expect.ts';
import type { Known, References } from '../known.ts';
import { parseMeasured } from '../measured.ts';
import type { Problems } from '../problems.ts';
import type { ParsedChaos } from '../schema/chaos.ts';
import { type MomentWish, wishesOf } from './moments.ts';
import { type ChaosTarget, everything, labelsOf, type Masters, targetsOf } from './targets.ts';

/** What the axes of its cells are called: in `where` of an expectation, in tables and in charts. */
export const TARGET_AXIS = 'target';
export const MOMENT_AXIS = 'moment';
/** On both axes, the run without a fault. */
export const NO_FAULT = 'none';

/** What the matrix has in any case, beside requests lost. */
const ALWAYS = ['recovery.duration', 'error_budget.burnt'];

export interface Chaos {
  readonly targets: readonly ChaosTarget[];
  /** What every target is called that there is, struck or not. */
  readonly labels: readonly string[];
  readonly moments: readonly MomentWish[];
  /** About no cell: they are measured and not judged. */
  readonly measure: readonly Expectation[];
}

export interface ChaosContext {
  readonly known: Known;
  readonly pools: readonly NodePool[];
  readonly masters: Masters;
  readonly warmupUs: number;
  readonly references: References;
  readonly expect: ExpectContext;
  readonly problems: Problems;
}

/** What is wrong goes to the references and problems of the context. */
export function chaosOf(parsed: ParsedChaos, context: ChaosContext): Chaos {
  const { known, pools, masters, warmupUs, references, expect, problems } = context;
  const at = ['spec', 'chaos'];
  const length = writeDuration(parsed.for);
  const all = everything({ known, pools, masters }, length);
  const labels = labelsOf(all);
  const targets = targetsOf(parsed.targets, all, (index, message) =>
    references.fail([...at, 'targets', index], message),
  );
  const moments = parsed.moments.flatMap((word, index) => {
    const wishes = wishesOf(word, warmupUs, expect.durationUs);
    if (typeof wishes !== 'string') return wishes;
    references.fail([...at, 'moments', index], wishes);
    return [];
  });
  const measure = new Map<string, Expectation>();
  for (const [index, text] of [...ALWAYS, ...parsed.measure].entries()) {
    const place = references.place([...at, 'measure', index - ALWAYS.length]);
    const one = problems.attempt(() => parseMeasured(text, place, expect));
    if (one !== undefined) measure.set(one.measured, one);
  }
  return { targets, labels, moments, measure: [...measure.values()] };
}
