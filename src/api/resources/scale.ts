// The scale subresource: how many replicas a workload wants, has, and by which labels they are known.
import type { Labels } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { compileWorkloadSelector, type LabelSelectorObject } from '../../model/parse/label-selector.ts';
import { qualified, type Resource } from '../kinds.ts';
import { Refusal } from './status.ts';

interface Scaled extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly selector?: LabelSelectorObject | Labels };
  readonly status?: { readonly replicas?: number };
}

/** An autoscaling/v1 Scale. Throws a Refusal for a kind without replicas. */
export function scaleOf(resource: Resource, object: KubeObject): KubeObject {
  requireScale(resource, object);
  const { metadata, spec, status }: Scaled = object;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: { replicas: spec?.replicas ?? 0 },
    status: {
      replicas: status?.replicas ?? 0,
      selector: compileWorkloadSelector(resource.kind, spec?.selector).canonical(),
    },
  };
}

/** The workload with another number of replicas. */
export function scaled(resource: Resource, object: KubeObject, replicas: number): KubeObject {
  requireScale(resource, object);
  return { ...object, spec: { ...object.spec, replicas } };
}

function requireScale(resource: Resource, { metadata }: KubeObject): void {
  if (resource.subresources.includes('scale')) return;
  throw new Refusal(404, 'NotFound', `${qualified(resource)} "${metadata.name}" has no scale`);
}
