// Which taints a pod's tolerations cover (component-helpers scheduling/corev1).
import type { Taint, Toleration } from 'kubernetes-types/core/v1.js';

/** An empty key or effect stands for all; `Exists` for every value. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect = '', key = '', operator = '', value = '' } = toleration;
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  // An empty key with operator Equal still compares the value.
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}

function tolerated(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some((one) => tolerates(one, taint));
}

/** True when a taint with that effect is not tolerated. */
export function hasUntoleratedOf(
  effect: string,
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): boolean {
  return taints.some((taint) => taint.effect === effect && !tolerated(tolerations, taint));
}

/** True when a taint with effect NoSchedule or NoExecute is not tolerated. */
export function hasUntolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): boolean {
  return taints.some(
    (taint) => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerated(tolerations, taint),
  );
}

/** Taints with effect PreferNoSchedule that no toleration without effect or with that effect covers. */
export function intolerablePreferences(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  const relevant = tolerations.filter((one) => (one.effect ?? '') === '' || one.effect === 'PreferNoSchedule');
  return taints.filter((taint) => taint.effect === 'PreferNoSchedule' && !tolerated(relevant, taint)).length;
}
