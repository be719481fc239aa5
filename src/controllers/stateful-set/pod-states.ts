// What the controller asks of a pod of a StatefulSet.
import type { OrdinalPod } from './stateful-set-port.ts';

export function hasEnded({ phase }: OrdinalPod): boolean {
  return phase === 'Failed' || phase === 'Succeeded';
}

export function isRunningAndReady({ phase, ready }: OrdinalPod): boolean {
  return phase === 'Running' && ready;
}

/** Running, and ready for `minReadyUs`. */
export function isAvailable(pod: OrdinalPod, minReadyUs: number, nowUs: number): boolean {
  return isRunningAndReady(pod) && (minReadyUs === 0 || pod.readySinceUs + minReadyUs <= nowUs);
}

/** Available, and stays so. */
export function isHealthy(pod: OrdinalPod, minReadyUs: number, nowUs: number): boolean {
  return isAvailable(pod, minReadyUs, nowUs) && !pod.deleting;
}
