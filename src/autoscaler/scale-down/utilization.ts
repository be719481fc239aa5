// How much of a node is requested: the larger of cpu and memory, or the GPUs of a node that has any.
import type { ListedNode, ListedPod } from '../cluster/listed.ts';
import { isDaemonSetPod, isLongTerminating, isMirrorPod, requested } from '../cluster/pod-facts.ts';

export const GPU = 'nvidia.com/gpu';

export interface UtilizationOptions {
  readonly ignoreDaemonSetsUtilization: boolean;
  readonly ignoreMirrorPodsUtilization: boolean;
}

/** Parts of 1; what is not counted is 0. */
export interface Utilization {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  /** The resource that decides. */
  readonly resource: string;
  readonly utilization: number;
  /** Why it cannot be worked out: then the node counts as unused. */
  readonly error?: string;
}

/** Of lists of pods on which nobody is being deleted: then the time does not matter. */
const known = new WeakMap<readonly ListedPod[], { readonly allocatable: object; readonly utilization: Utilization }>();

/** The same as `utilizationOf`, which remembers a list of pods that it was asked about with the same options. */
export function rememberedUtilization(
  node: Pick<ListedNode, 'name' | 'allocatable'>,
  pods: readonly ListedPod[],
  gpu: boolean,
  options: UtilizationOptions,
  nowUs: number,
): Utilization {
  const before = known.get(pods);
  if (before?.allocatable === node.allocatable) return before.utilization;
  const utilization = utilizationOf(node, pods, gpu, options, nowUs);
  if (pods.every(({ deletionUs }) => deletionUs === undefined))
    known.set(pods, { allocatable: node.allocatable, utilization });
  return utilization;
}

/** `gpu`: a node of a kind with GPUs, of which nothing else counts. */
export function utilizationOf(
  { name, allocatable }: Pick<ListedNode, 'name' | 'allocatable'>,
  pods: readonly ListedPod[],
  gpu: boolean,
  options: UtilizationOptions,
  nowUs: number,
): Utilization {
  const of = (resource: string): number | undefined =>
    utilizationOfResource(allocatable[resource] ?? 0, resource, pods, options, nowUs);
  if (gpu) {
    // GPUs that have not been reported yet keep no node.
    const part = of(GPU) ?? 0;
    return { cpu: 0, memory: 0, gpu: part, resource: GPU, utilization: part };
  }
  const cpu = of('cpu');
  const memory = of('memory');
  if (cpu === undefined || memory === undefined) {
    const missing = cpu === undefined ? 'cpu' : 'memory';
    return { cpu: 0, memory: 0, gpu: 0, resource: '', utilization: 0, error: `${missing} is 0 at ${name}` };
  }
  const resource = cpu > memory ? 'cpu' : 'memory';
  return { cpu, memory, gpu: 0, resource, utilization: cpu > memory ? cpu : memory };
}

/** What pods that are not counted request is taken off what the node has. Undefined: the node has nothing of it. */
function utilizationOfResource(
  allocatable: number,
  resource: string,
  pods: readonly ListedPod[],
  { ignoreDaemonSetsUtilization, ignoreMirrorPodsUtilization }: UtilizationOptions,
  nowUs: number,
): number | undefined {
  if (allocatable === 0) return undefined;
  let counted = 0;
  let taken = 0;
  for (const pod of pods) {
    const amount = requested(pod, resource);
    const ignored =
      (ignoreDaemonSetsUtilization && isDaemonSetPod(pod)) || (ignoreMirrorPodsUtilization && isMirrorPod(pod));
    if (ignored) taken += amount;
    else if (!isLongTerminating(pod, nowUs)) counted += amount;
  }
  return counted / (allocatable - taken);
}
