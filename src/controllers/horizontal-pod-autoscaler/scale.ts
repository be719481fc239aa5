// The scale of a target, as the API server gives it: how many replicas it wants and has, and by which labels its pods are known.
import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2.js';
import type { Answer, Target } from '../../api/resources/resources.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { builtInKinds } from '../../model/objects/tables.ts';
import type { FoundScale } from './sync.ts';

/** How the API server answers for a kind that it does not know. */
const NO_SUCH_KIND = 'the server could not find the requested resource';

export interface Scale extends FoundScale {
  /** As text. */
  readonly selector: string;
  readonly resourceVersion: string | undefined;
}

interface ScaleObject extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number; readonly selector?: string };
}

/** By group and kind: the API server knows which version there is. */
export function targetOf({ scaleTargetRef }: HorizontalPodAutoscalerSpec, namespace: string): Target {
  const { apiVersion = '', kind, name } = scaleTargetRef;
  const builtIn = builtInKinds().find((one) => one.kind === kind && groupOf(one.apiVersion) === groupOf(apiVersion));
  return { apiVersion: builtIn?.apiVersion ?? apiVersion, kind, metadata: { name, namespace } };
}

/** What the answer has, or why there is none. */
export function readScale({ apiVersion, kind }: Target, answer: Answer): Scale | string {
  if ('failure' in answer) {
    const { message } = answer.failure;
    return message === NO_SUCH_KIND ? `no matches for kind "${kind}" in group "${groupOf(apiVersion)}"` : message;
  }
  const { metadata, spec, status }: ScaleObject = answer.object;
  return {
    current: spec?.replicas ?? 0,
    observed: status?.replicas ?? 0,
    selector: status?.selector ?? '',
    resourceVersion: metadata.resourceVersion,
  };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
