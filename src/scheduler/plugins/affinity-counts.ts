// The counters of the cache that inter-pod affinity asks about a class: which pods attract or repel it, per domain.
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle } from '../framework/interface.ts';
import type { NodePredicate } from '../cache/domain-nodes.ts';
import type { DomainCounts, PodCounter } from '../cache/match-counts.ts';
import type { TopologyKey } from '../cache/topology.ts';
import { type AffinityTerm, compileTerms, matchesAll, NamespaceLabels, type PodTerms } from './affinity-terms.ts';
import type { ClassRow } from '../../model/rows.ts';

const everyNode: NodePredicate = { key: 'every node', includes: () => true };

export interface WeighedCounts {
  readonly counts: DomainCounts;
  readonly weight: number;
}

export interface AffinityOf {
  readonly terms: PodTerms;
  /** Required affinity: domains of pods that match all terms, one for each term's key. */
  readonly attracted: readonly { readonly topology: TopologyKey; readonly counts: DomainCounts }[];
  /** True when the pod itself matches all of its required terms. */
  readonly selfAttracted: boolean;
  /** Required anti-affinity of the pod, and of pods that exist against it. */
  readonly repelled: readonly DomainCounts[];
  readonly unwanted: readonly DomainCounts[];
  readonly weighed: readonly WeighedCounts[];
}

/** A term that pods of some classes have; `owners` counts those pods. */
interface KnownTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
  readonly owners: PodCounter;
}

/** The distinct terms of one class, equal ones added up. The key tells term and weight. */
type TermsByKey = ReadonlyMap<string, { readonly term: AffinityTerm; readonly weight: number }>;

export class AffinityCounts {
  readonly #handle: Handle;
  readonly #hardWeight: number;
  readonly #ignoresPreferred: boolean;
  readonly #namespaces: NamespaceLabels;
  #terms: PodTerms[] = [];
  #of: (AffinityOf | undefined)[] = [];
  /** Terms of existing pods that may concern others: required anti-affinity, and whatever scores. */
  readonly #anti = new Map<string, KnownTerm>();
  readonly #scored = new Map<string, KnownTerm>();
  #learned = 0;
  #version = -1;

  constructor(handle: Handle, hardWeight: number, ignoresPreferred: boolean) {
    this.#handle = handle;
    this.#hardWeight = hardWeight;
    this.#ignoresPreferred = ignoresPreferred;
    this.#namespaces = new NamespaceLabels(handle.objects('Namespace'));
  }

  of(podClass: PodClass): AffinityOf {
    this.#learn();
    let known = this.#of[podClass.id];
    if (known === undefined) {
      known = this.#compile(podClass);
      for (let i = this.#of.length; i < podClass.id; i += 1) this.#of[i] = undefined;
      this.#of[podClass.id] = known;
    }
    return known;
  }

  terms(podClass: PodClass): PodTerms {
    const { classes } = this.#handle.cache.state;
    for (let id = this.#terms.length; id <= podClass.id; id += 1) {
      this.#terms.push(compileTerms(classes.get(id as ClassRow), this.#namespaces));
    }
    return this.#terms[podClass.id];
  }

  /** Takes in classes made since the last call; a new term may concern every class. */
  #learn(): void {
    const { classes } = this.#handle.cache.state;
    if (this.#version !== this.#namespaces.version) {
      this.#version = this.#namespaces.version;
      this.#terms = [];
      this.#of = [];
      this.#anti.clear();
      this.#scored.clear();
      this.#learned = 0;
    }
    const before = this.#anti.size + this.#scored.size;
    for (; this.#learned < classes.length; this.#learned += 1) {
      const podClass = classes.get(this.#learned as ClassRow);
      this.#know(this.#anti, 'anti', podClass, (other) => this.#antiTerms(other));
      this.#know(this.#scored, 'scored', podClass, (other) => this.#scoredTerms(other));
    }
    if (this.#anti.size + this.#scored.size > before) this.#of = [];
  }

  #know(
    known: Map<string, KnownTerm>,
    kind: string,
    podClass: PodClass,
    termsOf: (podClass: PodClass) => TermsByKey,
  ): void {
    for (const [key, { term, weight }] of termsOf(podClass)) {
      if (known.has(key)) continue;
      const owners = this.#handle.cache.counts.counter(`owners of ${kind} ${key}`, true, (other) =>
        termsOf(other).has(key),
      );
      known.set(key, { term, weight, owners });
    }
  }

  #antiTerms(podClass: PodClass): TermsByKey {
    return byKey(this.terms(podClass).requiredAnti.map((term) => ({ kind: '', term, weight: 1 })));
  }

  #scoredTerms(podClass: PodClass): TermsByKey {
    const { required, preferred, preferredAnti } = this.terms(podClass);
    const hard = this.#hardWeight > 0 ? required : [];
    return byKey([
      ...hard.map((term) => ({ kind: 'required', term, weight: this.#hardWeight })),
      ...preferred.map((term) => ({ kind: 'preferred', term, weight: term.weight })),
      ...preferredAnti.map((term) => ({ kind: 'preferred', term, weight: -term.weight })),
    ]);
  }

  #compile(podClass: PodClass): AffinityOf {
    const { counts } = this.#handle.cache;
    const terms = this.terms(podClass);
    const ignoresOthers = this.#ignoresPreferred && terms.preferred.length === 0 && terms.preferredAnti.length === 0;
    const matching = (term: AffinityTerm): PodCounter =>
      counts.counter(`matches ${term.key}`, true, (other) => term.matches(other), term.requiredLabel);
    const domains = (counter: PodCounter, key: string): DomainCounts => counts.domains(counter, key, everyNode);
    const all = counts.counter(
      `matches all ${JSON.stringify(terms.required.map((term) => term.key))}`,
      true,
      (other) => matchesAll(terms.required, other),
      terms.required[0]?.requiredLabel,
    );
    const own = [
      ...terms.preferred.map((term) => ({ term, weight: term.weight })),
      ...terms.preferredAnti.map((term) => ({ term, weight: -term.weight })),
    ].map(({ term, weight }) => ({ counts: domains(matching(term), term.topologyKey), weight }));
    const others = [...this.#scored.values()]
      .filter(({ term }) => term.matches(podClass))
      .map(({ term, owners, weight }) => ({ counts: domains(owners, term.topologyKey), weight }));
    return {
      terms,
      attracted: terms.required.map(({ topologyKey }) => {
        const made = domains(all, topologyKey);
        return { topology: made.where.topology, counts: made };
      }),
      selfAttracted: matchesAll(terms.required, podClass),
      repelled: terms.requiredAnti.map((term) => domains(matching(term), term.topologyKey)),
      unwanted: [...this.#anti.values()]
        .filter(({ term }) => term.matches(podClass))
        .map(({ term, owners }) => domains(owners, term.topologyKey)),
      weighed: ignoresOthers ? [] : [...own, ...others],
    };
  }
}

function byKey(
  list: readonly { readonly kind: string; readonly term: AffinityTerm; readonly weight: number }[],
): TermsByKey {
  const sums = new Map<string, { term: AffinityTerm; weight: number }>();
  for (const { kind, term, weight } of list) {
    const key = `${kind}\n${term.key}\n${term.topologyKey}`;
    sums.set(key, { term, weight: weight + (sums.get(key)?.weight ?? 0) });
  }
  return new Map([...sums].map(([key, sum]) => [`${key}\n${sum.weight}`, sum]));
}
