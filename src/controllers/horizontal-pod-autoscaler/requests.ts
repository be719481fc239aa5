// What a pod requests of a resource, as the autoscaler counts it: containers and sidecars, or the pod itself where it requests.
import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import { parseQuantity } from '../../model/parse/quantity.ts';
import { hasPodLevelRequests, podRequests } from '../../model/resources.ts';
import { MetricError } from './metrics-apis.ts';

/** Thousandths. Throws a MetricError where a container that counts requests nothing. */
export function requestMilli(spec: PodSpec, pod: string, resource: string, container: string | undefined): bigint {
  // Here alone containers may request nothing.
  if (container === undefined && hasPodLevelRequests(spec)) {
    const requests = podRequests(spec);
    return BigInt(requests[resource] ?? 0) * (resource === 'cpu' ? 1n : 1000n);
  }
  let sum = 0n;
  for (const { name, resources } of counted(spec)) {
    if (container !== undefined && name !== container) continue;
    const request = resources?.requests?.[resource];
    if (request === undefined)
      throw new MetricError(`missing request for ${resource} in container ${name} of Pod ${pod}`);
    sum += parseQuantity(request).milliValue();
  }
  return sum;
}

function counted({ containers, initContainers = [] }: PodSpec): readonly Container[] {
  return [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
}
