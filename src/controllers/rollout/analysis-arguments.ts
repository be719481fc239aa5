// The arguments that a Rollout gives its analyses: values, hashes of its ReplicaSets, fields of itself.
import type { Argument } from '../../model/analysis/metric.ts';
import { SyncFailed } from '../kit/sync.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import { hashOf, type Rollout } from './rollout-objects.ts';

/** With their values. Throws SyncFailed for a field that is not there. */
export function analysisArguments(
  args: readonly Argument[],
  rollout: Rollout,
  { newest, stable }: { readonly newest: ReplicaSet | undefined; readonly stable: ReplicaSet | undefined },
): readonly Argument[] {
  return args.map(({ name, value, valueFrom }): Argument => {
    if (valueFrom?.podTemplateHashValue === 'Latest') return { name, value: hashOf(newest) };
    if (valueFrom?.podTemplateHashValue === 'Stable') return { name, value: hashOf(stable) };
    if (valueFrom?.fieldRef !== undefined) return { name, value: fieldText(rollout, valueFrom.fieldRef.fieldPath) };
    return value === undefined ? { name } : { name, value };
  });
}

/** `metadata.labels['region']`, `status.canary.weights.canary.weight`. */
function fieldText(rollout: Rollout, path: string): string {
  let value: unknown = rollout;
  for (const key of keysOf(path)) {
    if (typeof value !== 'object' || value === null) throw new SyncFailed(`invalid path ${path} in rollout`);
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  if (value === undefined || value === null) {
    // The downward API gives an empty text for a label that is not there.
    if (path.startsWith('metadata')) return '';
    throw new SyncFailed(`invalid path ${path} in rollout`);
  }
  if (typeof value === 'object') throw new SyncFailed(`path ${path} in rollout must terminate in a primitive value`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\[['"]?([^\]'"]+)['"]?\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}
