// Anti-affinity between revisions: pods of the new ReplicaSet keep off nodes on which pods of the stable one run.
import type { Affinity, PodAffinityTerm, PodAntiAffinity } from 'kubernetes-types/core/v1.js';
import { type Rollout, ROLLOUT_HASH_LABEL } from './rollout-objects.ts';

/** The affinity of the new ReplicaSet's pods: the template's, with the rule where the Rollout asks for one and another revision is stable. */
export function newSetAffinity(rollout: Rollout, hash: string): Affinity | undefined {
  const own = rollout.spec.template.spec?.affinity;
  const asked = askedFor(rollout);
  const stable = rollout.status?.stableRS ?? '';
  if (asked === undefined || stable === '' || stable === hash) return own;
  return { ...own, podAntiAffinity: withRule(own?.podAntiAffinity, asked.preferred, rule(rollout, stable)) };
}

/** Whether the ReplicaSet's rule is about a revision that is not the stable one any more. */
export function isRuleOutdated(rollout: Rollout, affinity: Affinity | undefined, hash: string): boolean {
  const asked = askedFor(rollout);
  const stable = rollout.status?.stableRS ?? '';
  if (asked === undefined || stable === hash) return false;
  const terms = termsOf(affinity?.podAntiAffinity, asked.preferred !== undefined);
  const values = terms.flatMap((term) => hashesOf(term));
  return values.length > 0 && values[0] !== stable;
}

/** Undefined where the Rollout asks for no rule; `preferred` is the weight of one that may be broken. */
function askedFor({ spec: { strategy } }: Rollout): { readonly preferred: number | undefined } | undefined {
  const asked = strategy.canary?.antiAffinity ?? strategy.blueGreen?.antiAffinity;
  const preferred = asked?.preferredDuringSchedulingIgnoredDuringExecution;
  if (preferred !== undefined) return { preferred: preferred.weight };
  return asked?.requiredDuringSchedulingIgnoredDuringExecution === undefined ? undefined : { preferred: undefined };
}

function rule({ metadata }: Rollout, stable: string): PodAffinityTerm {
  return {
    labelSelector: { matchExpressions: [{ key: ROLLOUT_HASH_LABEL, operator: 'In', values: [stable] }] },
    namespaces: [metadata.namespace ?? 'default'],
    topologyKey: 'kubernetes.io/hostname',
  };
}

function withRule(
  own: PodAntiAffinity | undefined,
  weight: number | undefined,
  term: PodAffinityTerm,
): PodAntiAffinity {
  if (weight === undefined) {
    const required = [...(own?.requiredDuringSchedulingIgnoredDuringExecution ?? []), term];
    return { ...own, requiredDuringSchedulingIgnoredDuringExecution: required };
  }
  const before = own?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return {
    ...own,
    preferredDuringSchedulingIgnoredDuringExecution: [...before, { weight, podAffinityTerm: term }],
  };
}

function termsOf(own: PodAntiAffinity | undefined, preferred: boolean): readonly PodAffinityTerm[] {
  return preferred
    ? (own?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm)
    : (own?.requiredDuringSchedulingIgnoredDuringExecution ?? []);
}

function hashesOf({ labelSelector }: PodAffinityTerm): readonly string[] {
  return (labelSelector?.matchExpressions ?? [])
    .filter(({ key }) => key === ROLLOUT_HASH_LABEL)
    .flatMap(({ values }) => values ?? []);
}
