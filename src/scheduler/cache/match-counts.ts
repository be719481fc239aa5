// Hot dialect: how many pods that match something run on each node and in each topology domain, kept as pods come and go.
import { grown } from '../../model/columns.ts';
import type { PodClass, PodClasses } from '../../model/pod-class.ts';
import type { TopologyKey } from './topology.ts';
import type { ClassRow, NodeRow } from '../../model/rows.ts';

/** Which nodes count in a domain. `key` is equal exactly for equal predicates. */
export interface NodePredicate {
  readonly key: string;
  includes(node: NodeRow): boolean;
}

/** Matching pods per domain of one topology key, over the nodes that a predicate includes. */
export class DomainCounts {
  readonly topology: TopologyKey;
  readonly predicate: NodePredicate;
  /** By node: the domain in which it counts, -1 for none. */
  domain = new Int32Array(0);
  /** By domain: matching pods, and nodes that count. */
  pods = new Int32Array(0);
  nodes = new Int32Array(0);
  /** Domains with at least one node. */
  size = 0;
  /** Matching pods in all domains. */
  total = 0;

  constructor(topology: TopologyKey, predicate: NodePredicate) {
    this.topology = topology;
    this.predicate = predicate;
  }

  /** The node's membership may have changed: its `pods` pods move from the old domain to the new one. */
  place(node: NodeRow, present: boolean, pods: number): void {
    if (node >= this.domain.length) {
      const before = this.domain.length;
      this.domain = grown(this.domain, Math.max(64, node + 1, before * 2));
      this.domain.fill(-1, before);
    }
    const before = this.domain[node];
    const after = present && this.predicate.includes(node) ? this.topology.domain[node] : -1;
    if (before === after) return;
    if (before >= 0) {
      this.pods[before] -= pods;
      this.total -= pods;
      this.nodes[before] -= 1;
      if (this.nodes[before] === 0) this.size -= 1;
    }
    this.domain[node] = after;
    if (after < 0) return;
    if (after >= this.pods.length) {
      const capacity = Math.max(16, after + 1, this.pods.length * 2);
      this.pods = grown(this.pods, capacity);
      this.nodes = grown(this.nodes, capacity);
    }
    this.pods[after] += pods;
    this.total += pods;
    if (this.nodes[after] === 0) this.size += 1;
    this.nodes[after] += 1;
  }

  /** Matching pods in the domain of a node; 0 where the node is in none. */
  at(node: NodeRow): number {
    const domain = this.topology.domain[node];
    return domain >= 0 && domain < this.pods.length ? this.pods[domain] : 0;
  }

  /** Counts differently in the domain of a node, until the opposite change: for a dry run. */
  shift(node: NodeRow, change: number): void {
    const domain = node < this.domain.length ? this.domain[node] : -1;
    if (domain < 0) return;
    this.pods[domain] += change;
    this.total += change;
  }
}

/** Pods whose class matches, per node. */
export class PodCounter {
  readonly matches: (podClass: PodClass) => boolean;
  /** Whether a pod that is being deleted still counts. */
  readonly terminating: boolean;
  perNode = new Int32Array(0);
  readonly domains: DomainCounts[] = [];

  constructor(matches: (podClass: PodClass) => boolean, terminating: boolean) {
    this.matches = matches;
    this.terminating = terminating;
  }

  add(node: NodeRow, change: number): void {
    if (node >= this.perNode.length) {
      this.perNode = grown(this.perNode, Math.max(64, node + 1, this.perNode.length * 2));
    }
    this.perNode[node] += change;
    for (let i = 0; i < this.domains.length; i += 1) {
      const counts = this.domains[i];
      const domain = node < counts.domain.length ? counts.domain[node] : -1;
      if (domain < 0) continue;
      counts.pods[domain] += change;
      counts.total += change;
    }
  }

  at(node: NodeRow): number {
    return node < this.perNode.length ? this.perNode[node] : 0;
  }
}

/** What the counters need of the cache when a new one starts. */
export interface CountedPods {
  forEachNode(visit: (node: NodeRow) => void): void;
  forEachPod(visit: (podClass: ClassRow, node: NodeRow, terminating: boolean) => void): void;
  topology(name: string): TopologyKey;
}

export class MatchCounts {
  readonly #classes: PodClasses;
  readonly #pods: CountedPods;
  readonly #byKey = new Map<string, PodCounter>();
  readonly #counters: PodCounter[] = [];
  readonly #domains = new Map<string, DomainCounts>();
  readonly #ids = new Map<PodCounter, number>();
  /** By class: the counters that count its pods. */
  readonly #ofClass: (PodCounter[] | undefined)[] = [];

  constructor(classes: PodClasses, pods: CountedPods) {
    this.#classes = classes;
    this.#pods = pods;
  }

  /** The counter of that key; a new one starts with the pods that are there. */
  counter(key: string, terminating: boolean, matches: (podClass: PodClass) => boolean): PodCounter {
    const full = `${terminating ? 'all' : 'living'}\n${key}`;
    const known = this.#byKey.get(full);
    if (known !== undefined) return known;
    const made = new PodCounter(matches, terminating);
    this.#byKey.set(full, made);
    this.#ids.set(made, this.#counters.length);
    this.#counters.push(made);
    const matching: boolean[] = [];
    this.#pods.forEachPod((podClass, node, deleting) => {
      matching[podClass] ??= matches(this.#classes.get(podClass));
      if (matching[podClass] && (terminating || !deleting)) made.add(node, 1);
    });
    for (let podClass = 0 as ClassRow; podClass < this.#ofClass.length; podClass = (podClass + 1) as ClassRow) {
      const counters = this.#ofClass[podClass];
      if (counters !== undefined && matches(this.#classes.get(podClass))) counters.push(made);
    }
    return made;
  }

  /** The counter's pods per domain of a topology key over the nodes that the predicate includes. */
  domains(counter: PodCounter, topologyKey: string, predicate: NodePredicate): DomainCounts {
    const key = `${this.#ids.get(counter)}\n${topologyKey}\n${predicate.key}`;
    const known = this.#domains.get(key);
    if (known !== undefined) return known;
    const made = new DomainCounts(this.#pods.topology(topologyKey), predicate);
    this.#domains.set(key, made);
    this.#pods.forEachNode((node) => made.place(node, true, counter.at(node)));
    counter.domains.push(made);
    return made;
  }

  podAdded(podClass: ClassRow, node: NodeRow, terminating: boolean): void {
    const counters = this.#of(podClass);
    for (let i = 0; i < counters.length; i += 1) {
      if (!terminating || counters[i].terminating) counters[i].add(node, 1);
    }
  }

  podRemoved(podClass: ClassRow, node: NodeRow, terminating: boolean): void {
    const counters = this.#of(podClass);
    for (let i = 0; i < counters.length; i += 1) {
      if (!terminating || counters[i].terminating) counters[i].add(node, -1);
    }
  }

  /** A pod that was counted as living is being deleted. */
  podTerminating(podClass: ClassRow, node: NodeRow): void {
    const counters = this.#of(podClass);
    for (let i = 0; i < counters.length; i += 1) {
      if (!counters[i].terminating) counters[i].add(node, -1);
    }
  }

  /** The node came, went, or has other labels or taints. */
  nodeChanged(node: NodeRow, present: boolean): void {
    for (const counter of this.#counters) {
      const pods = counter.at(node);
      for (const domain of counter.domains) domain.place(node, present, pods);
    }
  }

  #of(podClass: ClassRow): PodCounter[] {
    const known = this.#ofClass[podClass];
    if (known !== undefined) return known;
    const made = this.#counters.filter((counter) => counter.matches(this.#classes.get(podClass)));
    for (let i = this.#ofClass.length; i < podClass; i += 1) this.#ofClass[i] = undefined;
    this.#ofClass[podClass] = made;
    return made;
  }
}
