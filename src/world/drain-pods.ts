// Which pods of a node kubectl drain takes, which it leaves, and for which it refuses to begin (kubectl/pkg/drain, filters).
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Target } from '../api/resources/resources.ts';
import { MIRROR } from '../model/objects/static-pod.ts';
import type { DrainOptions } from '../scenario/scenario.ts';

export interface DrainedPod {
  readonly pod: Pod;
  readonly goes: boolean;
  /** What keeps kubectl from beginning at all. */
  readonly error?: string;
}

const DAEMON = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL = 'Pods with local storage (use --delete-emptydir-data to override)';
const UNMANAGED = 'Pods that declare no controller (use --force to override)';

/** `exists` tells whether a controller is there. */
export function podsToDrain(
  pods: readonly Pod[],
  options: DrainOptions,
  exists: (target: Target) => boolean,
): DrainedPod[] {
  return pods.map((pod) => judged(pod, options, exists));
}

function judged(pod: Pod, options: DrainOptions, exists: (target: Target) => boolean): DrainedPod {
  const { metadata, spec, status } = pod;
  const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  const owner = metadata?.ownerReferences?.find((one) => one.controller === true);
  if (owner?.kind === 'DaemonSet' && !hasEnded) {
    const { apiVersion, kind, name } = owner;
    const isThere = exists({ apiVersion, kind, metadata: { name, namespace: metadata?.namespace ?? 'default' } });
    if (!isThere && !options.force) return { pod, goes: false, error: `daemonsets.apps "${name}" not found` };
    if (isThere) return options.ignoreDaemonsets ? { pod, goes: false } : { pod, goes: false, error: DAEMON };
  }
  if (metadata?.annotations?.[MIRROR] !== undefined) return { pod, goes: false };
  const hasLocal = (spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
  if (hasLocal && !hasEnded && !options.deleteEmptydirData) return { pod, goes: false, error: LOCAL };
  if (owner === undefined && !hasEnded && !options.force) return { pod, goes: false, error: UNMANAGED };
  return { pod, goes: true };
}

/** The errors, each with its pods; none when the drain may begin. */
export function refusal(pods: readonly DrainedPod[]): string[] {
  const byError = new Map<string, string[]>();
  for (const { pod, error } of pods) {
    if (error === undefined) continue;
    const name = `${pod.metadata?.namespace ?? 'default'}/${pod.metadata?.name ?? ''}`;
    byError.set(error, [...(byError.get(error) ?? []), name]);
  }
  return [...byError].map(([error, names]) => `cannot delete ${error}: ${names.join(', ')}`);
}
