// A pod as the vertical pod autoscaler sees it.
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { cpuMilli, wholeUnits } from '../model/parse/quantity.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { RequestingContainer, UpdatablePod } from './updater/priority.ts';

export interface SeenPod extends Omit<UpdatablePod, 'oomKills'> {
  readonly row: PodRow;
  readonly epoch: number;
  readonly name: string;
  readonly podClass: PodClass;
  readonly owner: ObjectRow;
  /** -1 while it is not scheduled. */
  readonly node: NodeRow;
  readonly pending: boolean;
}

export function requestsOf({ runtime }: PodClass): RequestingContainer[] {
  return runtime.containers.map(({ name, resources = {} }) => requestsIn(name, resources));
}

export function requestsIn(name: string, { requests = {} }: ResourceRequirements): RequestingContainer {
  const { cpu, memory } = requests;
  return {
    name,
    cpuMilli: cpu === undefined ? undefined : cpuMilli(cpu),
    memory: memory === undefined ? undefined : wholeUnits(memory),
  };
}
