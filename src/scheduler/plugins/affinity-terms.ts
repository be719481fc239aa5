// Terms of inter-pod affinity, compiled to predicates over pod classes.
import type { PodAffinityTerm } from 'kubernetes-types/core/v1.js';
import type { Labels } from '../../model/interner.ts';
import { compileLabelSelector, type LabelSelectorObject } from '../../model/parse/label-selector.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { ObjectSource } from '../framework/interface.ts';

export interface AffinityTerm {
  /** Equal for terms that match the same pods. */
  readonly key: string;
  readonly topologyKey: string;
  /** Preferred terms only, else 0. */
  readonly weight: number;
  /** A label that every matching pod has, where there is one. */
  readonly requiredLabel: string | undefined;
  matches(other: PodClass): boolean;
}

export interface PodTerms {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly AffinityTerm[];
  readonly preferredAnti: readonly AffinityTerm[];
}

/** Labels of namespaces by name, and how often they changed. */
export class NamespaceLabels {
  version = 0;
  readonly #source: ObjectSource;
  readonly #labels = new Map<string, Labels>();

  constructor(source: ObjectSource) {
    this.#source = source;
    source.subscribe(() => {
      this.version += 1;
      this.#fill();
    });
    this.#fill();
  }

  of(namespace: string): Labels {
    return this.#labels.get(namespace) ?? {};
  }

  #fill(): void {
    this.#labels.clear();
    for (const [, { metadata }] of this.#source.entries()) this.#labels.set(metadata.name, metadata.labels ?? {});
  }
}

/** The API server folds matchLabelKeys and mismatchLabelKeys into the selector; doing it again changes nothing. */
function selectorOf(term: PodAffinityTerm, labels: Labels): LabelSelectorObject | undefined {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = term;
  if (labelSelector === undefined || labelSelector === null) return undefined;
  const fold = (keys: readonly string[], operator: string) =>
    keys.filter((key) => Object.hasOwn(labels, key)).map((key) => ({ key, operator, values: [labels[key]] }));
  return {
    ...labelSelector,
    matchExpressions: [
      ...(labelSelector.matchExpressions ?? []),
      ...fold(matchLabelKeys, 'In'),
      ...fold(mismatchLabelKeys, 'NotIn'),
    ],
  };
}

function compileTerm(
  term: PodAffinityTerm,
  weight: number,
  owner: PodClass,
  namespaces: NamespaceLabels,
): AffinityTerm {
  const object = selectorOf(term, owner.labels);
  const selector = compileLabelSelector(object);
  const byLabels = compileLabelSelector(term.namespaceSelector ?? undefined);
  const named = term.namespaces ?? [];
  const allowed = new Set(named.length === 0 && byLabels.isNothing() ? [owner.namespace] : named);
  const space = byLabels.isNothing() ? '' : `{${byLabels.canonical()}}@${namespaces.version}`;
  return {
    key: JSON.stringify([[...allowed].sort(), space, selector.isNothing() ? '!' : selector.canonical()]),
    topologyKey: term.topologyKey,
    weight,
    requiredLabel: selector.requiredLabel(),
    matches: (other) =>
      (allowed.has(other.namespace) || byLabels.matches(namespaces.of(other.namespace))) &&
      selector.matches(other.labels),
  };
}

export function compileTerms(podClass: PodClass, namespaces: NamespaceLabels): PodTerms {
  const { podAffinity, podAntiAffinity } = podClass.shape.affinity ?? {};
  const plain = (terms: readonly PodAffinityTerm[] | undefined) =>
    (terms ?? []).map((term) => compileTerm(term, 0, podClass, namespaces));
  return {
    required: plain(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAnti: plain(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferred: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) =>
      compileTerm(one.podAffinityTerm, one.weight, podClass, namespaces),
    ),
    preferredAnti: (podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((one) =>
      compileTerm(one.podAffinityTerm, one.weight, podClass, namespaces),
    ),
  };
}

/** A pod that matches every one of the terms; none match nothing. */
export function matchesAll(terms: readonly AffinityTerm[], other: PodClass): boolean {
  return terms.length > 0 && terms.every((term) => term.matches(other));
}
