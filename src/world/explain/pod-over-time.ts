// What the scheduler made of a pod from its creation on: attempt by attempt, and what nodes said that they had not said before.
import type { Job } from '../../scenario/scenario.ts';
import type { AttemptResult, NodeVerdict } from '../../scheduler/observer.ts';
import type { Families } from '../families.ts';
import { podRows } from '../tables.ts';
import { observePod } from './observed-pod.ts';

/** A node whose verdict is another one than in the attempt before; `before` is undefined for a node that was not examined then. */
export interface ChangedVerdict {
  readonly node: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Attempts one after the other with the same outcome. */
export interface Phase {
  readonly fromUs: number;
  /** Of the last of them. */
  readonly untilUs: number;
  readonly attempts: number;
  /** The node that was found; undefined for none. */
  readonly node: string | undefined;
  /** What the event FailedScheduling says, or why the node was lost again. */
  readonly message: string | undefined;
  /** Against the attempt before the first of them. */
  readonly changed: readonly ChangedVerdict[];
}

export interface PodHistory {
  /** `namespace/name`. */
  readonly pod: string;
  readonly createdUs: number;
  /** Bound; undefined where it never was. */
  readonly boundUs: number | undefined;
  readonly node: string | undefined;
  readonly deletedUs: number | undefined;
  readonly phases: readonly Phase[];
  readonly atUs: number;
}

const FITS = 'fits';

/** Undefined when there is no such pod until then. The scenario is run again with an observer, which changes nothing. */
export function podOverTime(job: Job, families: Families, wanted: string, atUs?: number): PodHistory | undefined {
  const phases: Phase[] = [];
  let before: AttemptResult['verdicts'] = {};
  const add = (timeUs: number, outcome: Pick<Phase, 'node' | 'message'>, changed: readonly ChangedVerdict[]): void => {
    const last = phases.at(-1);
    const same = last !== undefined && last.node === outcome.node && last.message === outcome.message;
    if (same) phases[phases.length - 1] = { ...last, untilUs: timeUs, attempts: last.attempts + 1 };
    else phases.push({ fromUs: timeUs, untilUs: timeUs, attempts: 1, ...outcome, changed });
  };
  const observed = observePod(job, families, wanted, atUs, {
    attempt(_pod, { timeUs, node, message, verdicts }) {
      const changed = phases.length === 0 ? [] : changedVerdicts(before, verdicts);
      before = verdicts;
      add(timeUs, { node: node ?? undefined, message: node === null ? (message ?? undefined) : undefined }, changed);
    },
    lost: ({ timeUs, message }) => add(timeUs, { node: undefined, message }, []),
  });
  if (observed === undefined) return undefined;
  const { world, namespace, name, untilUs } = observed;
  const row = [...podRows(world.state, world.gauges)].find((one) => one.namespace === namespace && one.pod === name);
  const us = (seconds: number | null | undefined): number | undefined =>
    seconds === null || seconds === undefined ? undefined : Math.round(seconds * 1e6);
  return {
    pod: `${namespace}/${name}`,
    createdUs: us(row?.created_seconds) ?? 0,
    boundUs: us(row?.scheduled_seconds),
    node: row?.node === '' ? undefined : row?.node,
    deletedUs: us(row?.deleted_seconds),
    phases,
    atUs: untilUs,
  };
}

function changedVerdicts(before: AttemptResult['verdicts'], after: AttemptResult['verdicts']): ChangedVerdict[] {
  const nodes = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return nodes
    .map((node) => ({ node, before: wordsOf(before[node]), after: wordsOf(after[node]) }))
    .filter((one) => one.before !== one.after);
}

function wordsOf(verdict: NodeVerdict | undefined): string | undefined {
  if (verdict === undefined) return undefined;
  return verdict.code === 'Success' ? FITS : (verdict.reasons ?? []).join(', ');
}
