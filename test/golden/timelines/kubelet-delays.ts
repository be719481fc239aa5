// What the recorded fake kubelets took for the steps of their pods: what they drew, and how late they came, alone or in one go.
import type { Entry } from './recording.ts';

/** Times in seconds. */
export interface Step {
  /** What was drawn: earlier it cannot be; -1 for never. */
  readonly drawn: number;
  /** What it took, as it was seen; no less than was drawn. */
  readonly took: number;
  /** Steps that were seen together have the same number; -1 for one that was not seen. */
  readonly together: number;
}

export interface Drawn {
  readonly pod: string;
  readonly start: number;
  readonly ready: number;
  readonly term: number;
  /** From Running to the end of its work; -1 for pods that run on. */
  readonly run: number;
  readonly fails: boolean;
}

export interface Delays {
  readonly pod: string;
  readonly start: Step;
  readonly ready: Step;
  readonly term: Step;
  readonly run: Step;
  readonly fails: boolean;
}

/** Steps that follow each other closer than this were seen together. */
const TOGETHER_S = 0.01;

type StepName = 'start' | 'ready' | 'term' | 'run';

/** What a step begins with and ends with, as an observer sees it. */
const SEEN_AS: Readonly<Record<StepName, readonly [string, string]>> = {
  start: ['scheduled', 'running'],
  ready: ['running', 'ready'],
  term: ['deleting', 'succeeded'],
  run: ['running', 'ended'],
};

/**
 * The fake kubelets were one process that shared two cores with everything else: it drew a second and wrote after 1.1 or, in a
 * stall, after 3, and then for many pods at once. That belongs to them and not to the control plane that is compared. The few
 * milliseconds of the request are in it. Where kubelets were stopped on purpose, what is late is not theirs.
 */
export function delaysAsSeen(drawn: readonly Drawn[], entries: readonly Entry[], stopped: boolean): readonly Delays[] {
  const pods = stopped ? new Map<string, Map<string, number>>() : firstSeen(entries);
  const together = numbered(drawn, pods);
  return drawn.map((one) => {
    const seen = pods.get(one.pod);
    const step = (name: StepName): Step => {
      const [from, to] = SEEN_AS[name];
      const begin = seen?.get(from);
      const end = seen?.get(to);
      // Ready without a delay of its own comes with the same write.
      if (one[name] < 0 || begin === undefined || end === undefined || (name === 'ready' && one.ready === 0)) {
        return { drawn: one[name], took: one[name], together: -1 };
      }
      return { drawn: one[name], took: Math.max(one[name], end - begin), together: together.get(end) ?? -1 };
    };
    const steps = { start: step('start'), ready: step('ready'), term: step('term'), run: step('run') };
    return { pod: one.pod, ...steps, fails: one.fails };
  });
}

/** By pod and step: when it was first seen. */
function firstSeen(entries: readonly Entry[]): Map<string, Map<string, number>> {
  const pods = new Map<string, Map<string, number>>();
  for (const { t, kind, name, what } of entries) {
    if (kind !== 'Pod') continue;
    const seen = pods.get(name) ?? new Map<string, number>();
    pods.set(name, seen);
    if (!seen.has(what)) seen.set(what, t);
    if ((what === 'succeeded' || what === 'failed') && !seen.has('ended')) seen.set('ended', t);
  }
  return pods;
}

/** The times at which steps ended, numbered so that those seen together share a number. */
function numbered(
  drawn: readonly Drawn[],
  pods: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Map<number, number> {
  const ends = drawn.flatMap(({ pod }) =>
    Object.values(SEEN_AS).flatMap(([, to]) => {
      const end = pods.get(pod)?.get(to);
      return end === undefined ? [] : [end];
    }),
  );
  const numbers = new Map<number, number>();
  let number = 0;
  let last = -Infinity;
  for (const end of ends.sort((a, b) => a - b)) {
    if (end - last > TOGETHER_S) number += 1;
    last = end;
    numbers.set(end, number);
  }
  return numbers;
}
