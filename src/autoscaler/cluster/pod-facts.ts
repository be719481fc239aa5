// What the autoscaler reads out of a pod: annotations of its own, kinds of volumes, whether it is a DaemonSet's or has ended for good.
import { isMirror } from '../../model/mirror-pod.ts';
import { CONFIG_SOURCE } from '../../model/objects/static-pod.ts';
import type { ListedPod } from './listed.ts';

const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
const SAFE_LOCAL_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
const DAEMON_SET_POD = 'cluster-autoscaler.kubernetes.io/daemonset-pod';
/** After deletion and grace period it counts as gone. */
const LONG_TERMINATING_US = 30e6;

export function isMirrorPod({ podClass }: ListedPod): boolean {
  return isMirror(podClass);
}

function isStaticPod({ podClass }: ListedPod): boolean {
  const source = podClass.annotations[CONFIG_SOURCE];
  return source !== undefined && source !== 'api';
}

export function isDaemonSetPod({ controller, podClass }: ListedPod): boolean {
  return controller?.kind === 'DaemonSet' || podClass.annotations[DAEMON_SET_POD] === 'true';
}

/** Somebody makes it again when it is evicted. */
export function isRecreatable(pod: ListedPod): boolean {
  return !isStaticPod(pod) && !isMirrorPod(pod) && !isDaemonSetPod(pod);
}

export function safeToEvict({ podClass }: ListedPod): string | undefined {
  return podClass.annotations[SAFE_TO_EVICT];
}

export function isLongTerminating({ deletionUs, podClass }: ListedPod, nowUs: number): boolean {
  return deletionUs !== undefined && deletionUs + podClass.runtime.terminationGraceUs + LONG_TERMINATING_US < nowUs;
}

/** It will not run again. */
export function isTerminal({ phase, podClass }: ListedPod): boolean {
  const { restartPolicy } = podClass.runtime;
  if (phase === 'Failed') return true;
  return phase === 'Succeeded' && restartPolicy !== 'Always';
}

/** It has a volume on the node's disk that nobody has declared to be dispensable. */
export function hasLocalStorage({ podClass }: ListedPod): boolean {
  const declared = (podClass.annotations[SAFE_LOCAL_VOLUMES] ?? '').split(',');
  return (podClass.spec.volumes ?? []).some(
    ({ name, hostPath, emptyDir }) =>
      (hostPath !== undefined || (emptyDir !== undefined && emptyDir.medium !== 'Memory')) && !declared.includes(name),
  );
}

/** What the pod requests of a resource: cpu in milli, the rest in base units. */
export function requested({ podClass }: ListedPod, resource: string): number {
  const { shape } = podClass;
  if (resource === 'cpu') return shape.cpuMilli;
  if (resource === 'memory') return shape.memoryBytes;
  return shape.extended[resource] ?? 0;
}
