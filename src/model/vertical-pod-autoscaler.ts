// A VerticalPodAutoscaler as an object: what its owner asks for, and what its recommender has written.
import type { LabelSelector as LabelSelectorObject } from 'kubernetes-types/meta/v1.js';
import type { Labels } from './interner.ts';
import type { KubeObject, ObjectStore } from './object-store.ts';
import { compileWorkloadSelector, type LabelSelector } from './parse/label-selector.ts';

export const VERTICAL_POD_AUTOSCALER = 'VerticalPodAutoscaler';

export type ResourceList = Readonly<Record<string, string>>;

export interface VpaContainerPolicy {
  readonly containerName?: string;
  readonly mode?: string;
  readonly minAllowed?: ResourceList;
  readonly maxAllowed?: ResourceList;
  readonly controlledValues?: string;
}

export interface VpaContainerRecommendation {
  readonly containerName: string;
  readonly target: ResourceList;
  readonly lowerBound: ResourceList;
  readonly upperBound: ResourceList;
  readonly uncappedTarget: ResourceList;
}

export interface VerticalPodAutoscaler extends KubeObject {
  readonly spec?: {
    readonly targetRef?: { readonly kind: string; readonly name: string };
    readonly updatePolicy?: { readonly updateMode?: string; readonly minReplicas?: number };
    readonly resourcePolicy?: { readonly containerPolicies?: readonly VpaContainerPolicy[] };
  };
  readonly status?: {
    readonly recommendation?: { readonly containerRecommendations: readonly VpaContainerRecommendation[] };
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastTransitionTime: string;
    }[];
  };
}

/** What it does with its recommendation. */
export function updateMode({ spec }: VerticalPodAutoscaler): string {
  return spec?.updatePolicy?.updateMode ?? 'Recreate';
}

/** The policy of a container: its own, or that of `*`. */
export function policyOf({ spec }: VerticalPodAutoscaler, container: string): VpaContainerPolicy | undefined {
  const policies = spec?.resourcePolicy?.containerPolicies ?? [];
  return (
    policies.find(({ containerName }) => containerName === container) ??
    policies.find(({ containerName }) => containerName === '*')
  );
}

/** Which pods it is about: those that its target selects. Undefined while there is no such target. */
export function selectorOfTarget(
  objects: Pick<ObjectStore, 'find'>,
  get: (kind: string, row: ReturnType<ObjectStore['find']>) => KubeObject | undefined,
  namespace: string,
  { spec }: VerticalPodAutoscaler,
): LabelSelector | undefined {
  if (spec?.targetRef === undefined) return undefined;
  const { kind, name } = spec.targetRef;
  const target = get(kind, objects.find(kind, namespace, name)) as
    | { readonly spec?: { readonly selector?: LabelSelectorObject | Labels } }
    | undefined;
  const selector = target?.spec?.selector;
  return selector === undefined ? undefined : compileWorkloadSelector(kind, selector);
}
