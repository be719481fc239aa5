// Which pods a ResourceQuota is about: its scopes (pkg/quota/v1/evaluator/core).
import type { PodAffinityTerm, PodSpec, WeightedPodAffinityTerm } from 'kubernetes-types/core/v1.js';
import { compileLabelSelector } from '../../parse/label-selector.ts';
import { qosClass } from '../../resources.ts';

export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Scoped {
  readonly scopes?: readonly string[];
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
}

/** All of them have to hold. */
export function requirementsOf({ scopes = [], scopeSelector }: Scoped): readonly ScopeRequirement[] {
  const exists = scopes.map((scopeName) => ({ scopeName, operator: 'Exists' }));
  return [...exists, ...(scopeSelector?.matchExpressions ?? [])];
}

export function podInScope(spec: PodSpec, requirement: ScopeRequirement): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return hasDeadline(spec);
    case 'NotTerminating':
      return !hasDeadline(spec);
    case 'BestEffort':
      return qosClass(spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClass(spec) !== 'BestEffort';
    case 'PriorityClass':
      return matchesName('PriorityClass', spec.priorityClassName ?? '', requirement);
    case 'CrossNamespacePodAffinity':
      return termsOf(spec).some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined);
    default:
      return false;
  }
}

/** The only scope of claims. */
export function claimInScope(
  { volumeAttributesClassName = '' }: { readonly volumeAttributesClassName?: string },
  requirement: ScopeRequirement,
): boolean {
  const { scopeName } = requirement;
  return (
    scopeName === 'VolumeAttributesClass' &&
    matchesName('VolumeAttributesClass', volumeAttributesClassName, requirement)
  );
}

/** A name is a label for this: no name, no label. */
function matchesName(key: string, name: string, { operator, values = [] }: ScopeRequirement): boolean {
  if (operator === 'Exists') return name !== '';
  const selector = compileLabelSelector({ matchExpressions: [{ key, operator, values }] });
  return selector.matches(name === '' ? {} : { [key]: name });
}

function hasDeadline({ activeDeadlineSeconds }: PodSpec): boolean {
  return activeDeadlineSeconds !== undefined && activeDeadlineSeconds >= 0;
}

function termsOf({ affinity }: PodSpec): PodAffinityTerm[] {
  const kinds = [affinity?.podAffinity, affinity?.podAntiAffinity];
  const preferred = (term: WeightedPodAffinityTerm): PodAffinityTerm => term.podAffinityTerm;
  return kinds.flatMap((one) => [
    ...(one?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(one?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(preferred),
  ]);
}
