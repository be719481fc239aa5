// How long a supervisor waits before it starts a process again: always the same, or as a kubelet backs off.
import type { RestartHistory } from './supervised-process.ts';

export interface BackOff {
  readonly initialUs: number;
  readonly maxUs: number;
}

/** What ran longer is stable again. */
const STABLE_US = 600e6;

/** Delays for one process, asked for at each of its ends; `fixedUs` below 0 is a kubelet's back-off, of which the first is 0. */
export function restartDelays(fixedUs: number, { initialUs, maxUs }: BackOff): (ended: RestartHistory) => number {
  let nextUs = 0;
  return ({ endedUs, startedUs }) => {
    if (fixedUs >= 0) return fixedUs;
    const delayUs = endedUs - startedUs > STABLE_US ? 0 : nextUs;
    nextUs = delayUs === 0 ? initialUs : Math.min(2 * delayUs, maxUs);
    return delayUs;
  };
}
