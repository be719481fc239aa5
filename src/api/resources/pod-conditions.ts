// What a client may write of a pod's status: conditions of its own.
import type { PodCondition, PodStatus } from 'kubernetes-types/core/v1.js';
import { equalJson } from '../../model/objects/equal.ts';
import { notSimulated } from './status.ts';

/** Conditions of which kubelets, the scheduler and controllers of Kubernetes speak. */
const TAKEN: ReadonlySet<string> = new Set([
  'AllContainersRestarting',
  'ContainersReady',
  'DisruptionTarget',
  'Initialized',
  'PodReadyToStartContainers',
  'PodResizeInProgress',
  'PodResizePending',
  'PodScheduled',
  'Ready',
]);

/** Those of a pod whose status a client wants to be `next`. Throws a Refusal for what is not simulated. */
export function clientConditions(before: PodStatus, next: PodStatus): PodCondition[] {
  const { conditions: had = [], ...status } = before;
  const { conditions = [], ...asked } = next;
  if (!equalJson(status, asked))
    throw notSimulated('the status of a pod is what its kubelet says, but for conditions of others');
  for (const type of TAKEN) {
    const is = (one: PodCondition): boolean => one.type === type;
    if (!equalJson(had.filter(is), conditions.filter(is)))
      throw notSimulated(`the condition ${type} of a pod is what its kubelet says`);
  }
  return conditions.filter(({ type }) => !TAKEN.has(type));
}
