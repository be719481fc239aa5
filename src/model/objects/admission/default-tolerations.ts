// DefaultTolerationSeconds: how long a pod stays bound to a node that is not ready or unreachable (plugin/pkg/admission/defaulttolerationseconds).
import type { Toleration } from 'kubernetes-types/core/v1.js';

const KEYS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
/** `--default-not-ready-toleration-seconds`, `--default-unreachable-toleration-seconds`. */
const SECONDS = 300;

export function withDefaultTolerations(given: readonly Toleration[]): Toleration[] {
  const tolerations = [...given];
  for (const key of KEYS) {
    if (given.some((one) => tolerates(one, key))) continue;
    tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS });
  }
  return tolerations;
}

/** No key is any key, no effect any effect. */
function tolerates({ key = '', effect = '' }: Toleration, wanted: string): boolean {
  return (key === wanted || key === '') && (effect === 'NoExecute' || effect === '');
}
