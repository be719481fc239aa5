// The taint with which a user says that a node's machine is shut down: its volumes and pods are let go of at once (KEP 2268).
import type { Taint } from 'kubernetes-types/core/v1.js';

const KEY = 'node.kubernetes.io/out-of-service';

export function isOutOfService(taints: readonly Taint[]): boolean {
  return taints.some(({ key }) => key === KEY);
}
