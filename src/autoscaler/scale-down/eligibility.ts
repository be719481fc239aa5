// Which nodes may be looked at for removal at all: by their marks, their group and how much of them is requested.
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import { isBeingDeleted } from '../cluster/taints.ts';
import type { AutoscalerOptions } from '../options.ts';
import type { IneligibleReason } from './unremovable.ts';
import { GPU, rememberedUtilization, type Utilization } from './utilization.ts';

const SCALE_DOWN_DISABLED = 'cluster-autoscaler.kubernetes.io/scale-down-disabled';

export interface Eligibility {
  /** Undefined for a node that may be removed. */
  readonly reason: IneligibleReason | undefined;
  /** Undefined where nobody has got so far as to ask. */
  readonly utilization: Utilization | undefined;
}

type Options = Pick<
  AutoscalerOptions,
  | 'ignoreDaemonSetsUtilization'
  | 'ignoreMirrorPodsUtilization'
  | 'scaleDownUnreadyEnabled'
  | 'scaleDownUtilizationThreshold'
  | 'scaleDownGpuUtilizationThreshold'
>;

export function hasScaleDownDisabled({ annotations }: ListedNode): boolean {
  return annotations[SCALE_DOWN_DISABLED] === 'true';
}

/** `autoscaled`: a group that the autoscaler knows has the node. */
export function eligibility(
  node: ListedNode,
  pods: readonly ListedPod[],
  autoscaled: boolean,
  options: Options,
  nowUs: number,
): Eligibility {
  const because = (reason: IneligibleReason): Eligibility => ({ reason, utilization: undefined });
  if (isBeingDeleted(node.taints, nowUs)) return because('CurrentlyBeingDeleted');
  if (hasScaleDownDisabled(node)) return because('ScaleDownDisabledAnnotation');
  if (!autoscaled) return because('NotAutoscaled');
  const gpu = node.capacity[GPU] !== undefined;
  const utilization = rememberedUtilization(node, pods, gpu, options, nowUs);
  if (!options.scaleDownUnreadyEnabled && !node.ready) return because('ScaleDownUnreadyDisabled');
  const threshold = gpu ? options.scaleDownGpuUtilizationThreshold : options.scaleDownUtilizationThreshold;
  return { reason: utilization.utilization > threshold ? 'NotUnderutilized' : undefined, utilization };
}
