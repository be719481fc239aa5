// The scale of a target, as the API server gives it: how many replicas it wants and has, and by which labels its pods are known.
import type { Answer } from '../../api/resources/resources.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { FoundScale } from './sync.ts';

export interface Scale extends FoundScale {
  /** As text. */
  readonly selector: string;
  readonly resourceVersion: string | undefined;
}

interface ScaleObject extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** What the answer has, or why there is none. */
export function readScale(answer: Answer): Scale | string {
  if ('failure' in answer) return answer.failure.message;
  const { metadata, spec, status }: ScaleObject = answer.object;
  return {
    current: spec?.replicas ?? 0,
    observed: status?.replicas ?? 0,
    selector: status?.selector ?? '',
    resourceVersion: metadata.resourceVersion,
  };
}
