// Which nodes a DaemonSet's pods are for: by name, by node selector and required affinity, by taints.
import type { PodSpec, Taint } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import { requiredNodes } from '../../model/parse/node-terms.ts';
import { hasUntolerated, hasUntoleratedOf } from '../../model/parse/tolerations.ts';
import { daemonTolerations } from './daemon-pod-template.ts';

/** Bits of a verdict on a node. A pod that is there may stay where a new one would not be made: under an untolerated NoSchedule taint. */
export const Fit = { Run: 1, Continue: 2 } as const;
const BOTH = Fit.Run | Fit.Continue;

/** For one template: a node's verdict. spec.unschedulable itself has no say in it. */
export function eligibleNodes(spec: PodSpec): (name: string, labels: () => Labels, taints: readonly Taint[]) => number {
  const matches = requiredNodes(spec);
  const tolerations = daemonTolerations(spec);
  return (name, labels, taints) => {
    if ((spec.nodeName ?? '') !== '' && spec.nodeName !== name) return 0;
    if (matches?.(name, labels()) === false) return 0;
    if (!hasUntolerated(taints, tolerations)) return BOTH;
    return hasUntoleratedOf('NoExecute', taints, tolerations) ? 0 : Fit.Continue;
  };
}
