// The spec of a pod that may run on one node only: its class says everything but the node.
import type { PodSpec } from 'kubernetes-types/core/v1.js';

/** All that is required of nodes is that name, apart from the node selector. */
export function pinnedSpec(spec: PodSpec, node: string): PodSpec {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const required = { nodeSelectorTerms: [{ matchFields }] };
  const { affinity } = spec;
  return {
    ...spec,
    affinity: {
      ...affinity,
      nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
    },
  };
}
