// What a sync does with the containers of a pod.
import type { ContainerRow } from '../model/rows.ts';

export interface Stop {
  readonly row: ContainerRow;
  readonly message: string;
  readonly graceUs: number | undefined;
}

export interface PodActions {
  /** Everything of the pod is stopped, its sandbox too. */
  readonly killPod: boolean;
  readonly makeSandbox: boolean;
  readonly stops: readonly Stop[];
  /** Indexes of containers, in this order. */
  readonly starts: readonly number[];
}

/** All is as it should be. */
export const NOTHING: PodActions = { killPod: false, makeSandbox: false, stops: [], starts: [] };

/** With init containers the first of them begins, and sidecars among them as their turn comes. */
export function inNewSandbox(inits: number, starts: readonly number[]): PodActions {
  return { killPod: true, makeSandbox: true, stops: [], starts: inits > 0 ? [0] : starts };
}
