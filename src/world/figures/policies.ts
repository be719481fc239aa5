// Figures of policies: what those of a name did, at all places together; and how often calls to a Service were tried.
import { sum } from 'd3-array';
import type { Better } from '../../metrics/tables/column.ts';
import type { Row } from '../../metrics/catalogue.ts';
import { Tally } from '../../traffic/meters.ts';
import type { PolicyCount } from '../policy-history.ts';
import { aggregated, type Figure, type FigureSources, qualified, type Question, rowsWithin } from './figure.ts';

type PolicyRow = Row<'policies'>;

/** The rows of that policy in the window. */
function rowsOf({ span, names }: Question, { measure }: FigureSources): readonly PolicyRow[] {
  return rowsWithin(measure.policies.rows, span, measure).filter(({ policy }) => policy === names['policy']);
}

const counted = (column: PolicyCount, title: string, better: Better, meaning: string): Figure => ({
  pattern: `policy.<policy>.${column}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: false,
  wholeRun: false,
  measure: (question, sources) => sum(rowsOf(question, sources), (row) => row[column]),
});

/** At the ends of intervals, summed over places; a limit is the mean of those that have one. */
const shown = (
  column: 'open' | 'ejected_endpoints' | 'limit',
  title: string,
  better: Better,
  meaning: string,
): Figure => ({
  pattern: `policy.<policy>.${column}`,
  title,
  unit: 'count',
  better,
  meaning,
  gauge: true,
  wholeRun: false,
  measure(question, sources) {
    const byTime = new Map<number, number[]>();
    for (const row of rowsOf(question, sources)) {
      const value = row[column];
      if (value === null) continue;
      const values = byTime.get(row.time_seconds);
      if (values === undefined) byTime.set(row.time_seconds, [value]);
      else values.push(value);
    }
    const values = [...byTime.values()].map((some) => sum(some) / (column === 'limit' ? some.length : 1));
    return aggregated(values, question.aggregate);
  },
});

export const policyFigures: readonly Figure[] = [
  counted(
    'permitted',
    '<policy>: let through',
    'neither',
    'Attempts (at a server requests) that the policy let through at once, at all places of that name.',
  ),
  counted('rejected', '<policy>: refused', 'lower', 'Attempts (at a server requests) that it refused.'),
  counted('waited', '<policy>: let wait', 'neither', 'Attempts that it let wait.'),
  counted(
    'retries',
    '<policy>: retries',
    'neither',
    'Attempts after a failed one, where the policy is the first of a call or the one that decides about retries.',
  ),
  counted(
    'retries_refused',
    '<policy>: retries refused',
    'neither',
    'Attempts after a failed one that it did not allow.',
  ),
  counted('hedges', '<policy>: hedges', 'neither', 'Further attempts while the first was under way.'),
  counted('fallbacks', '<policy>: fallbacks', 'neither', 'Failed calls that a fallback answered.'),
  counted('openings', '<policy>: openings', 'lower', 'Times that breakers opened.'),
  counted('ejections', '<policy>: ejections', 'neither', 'Times that endpoints were ejected.'),
  shown('open', '<policy>: open breakers', 'lower', 'Breakers that are open.'),
  shown(
    'ejected_endpoints',
    '<policy>: ejected endpoints',
    'lower',
    'Endpoints that are ejected, summed over callers.',
  ),
  shown('limit', '<policy>: limit', 'neither', 'The limit of one that adapts, mean over callers or pods.'),
  {
    pattern: 'service.<service>.amplification',
    title: 'Attempts per call to <service>',
    unit: 'ratio',
    better: 'lower',
    meaning:
      'Attempts sent for each call to the Service since the warm-up: 1 without retries and hedges, below 1 where policies refuse calls.',
    gauge: false,
    wholeRun: true,
    measure({ names }, { measure }) {
      const { meters, services } = measure.traffic;
      const [namespace = '', name = ''] = qualified(names['service']).split('/');
      const meter = services.meterOf(namespace, name);
      const begun = meter < 0 ? 0 : meters.warmed(meter, Tally.Begun);
      return begun === 0 ? undefined : meters.warmed(meter, Tally.Attempts) / begun;
    },
  },
];
