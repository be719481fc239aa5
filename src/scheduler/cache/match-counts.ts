// Hot dialect: how many pods that match something run on each node and in each topology domain, kept as pods come and go.
import { grown } from '../../model/columns.ts';
import type { PodClass, PodClasses } from '../../model/pod-class.ts';
import { DomainNodes, type NodePredicate } from './domain-nodes.ts';
import type { TopologyKey } from './topology.ts';
import type { ClassRow, NodeRow } from '../../model/rows.ts';

/** Matching pods per domain of one topology key, over the nodes that count there. */
export class DomainCounts {
  readonly where: DomainNodes;
  readonly #topology: TopologyKey;
  /** By domain: matching pods. Domains beyond its end have none. */
  pods = new Int32Array(0);
  /** Matching pods in all domains. */
  total = 0;

  constructor(where: DomainNodes) {
    this.where = where;
    this.#topology = where.topology;
  }

  /** Matching pods in the domain of a node; 0 where the node is in none. */
  at(node: NodeRow): number {
    const domain = this.#topology.domain[node];
    return domain >= 0 && domain < this.pods.length ? this.pods[domain] : 0;
  }

  /** Counts differently in the domain of a node. */
  shift(node: NodeRow, change: number): void {
    this.shiftDomain(this.where.of(node), change);
  }

  shiftDomain(domain: number, change: number): void {
    if (domain < 0) return;
    if (domain >= this.pods.length) this.pods = grown(this.pods, this.where.nodes.length);
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
    for (let i = 0; i < this.domains.length; i += 1) this.domains[i].shift(node, change);
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
  /** By topology key and predicate. */
  readonly #nodes = new Map<string, DomainNodes>();
  readonly #ids = new Map<PodCounter, number>();
  /** By class: the counters that count its pods; undefined for classes of which no pod has been seen. */
  readonly #ofClass: (PodCounter[] | undefined)[] = [];
  /** By class: pods that are there. */
  #podsOf = new Int32Array(0);
  /** By label: counters that match nothing without it ('' for all others), and seen classes that have it ('' for all). */
  readonly #countersWith = new Map<string, PodCounter[]>();
  readonly #classesWith = new Map<string, ClassRow[]>();

  constructor(classes: PodClasses, pods: CountedPods) {
    this.#classes = classes;
    this.#pods = pods;
  }

  /** The counter of that key; a new one starts with the pods that are there. Without the label (`key=value`), if one is given, nothing matches. */
  counter(key: string, terminating: boolean, matches: (podClass: PodClass) => boolean, label = ''): PodCounter {
    const full = `${terminating ? 'all' : 'living'}\n${key}`;
    const known = this.#byKey.get(full);
    if (known !== undefined) return known;
    const made = new PodCounter(matches, terminating);
    this.#byKey.set(full, made);
    this.#ids.set(made, this.#counters.length);
    this.#counters.push(made);
    listOf(this.#countersWith, label).push(made);
    let pods = 0;
    for (const podClass of this.#classesWith.get(label) ?? []) {
      if (!matches(this.#classes.get(podClass))) continue;
      this.#of(podClass).push(made);
      pods += this.#podsOf[podClass];
    }
    // As a rule the first pod of its kind asks, and there is nothing to count.
    if (pods === 0) return made;
    this.#pods.forEachPod((podClass, node, deleting) => {
      if ((terminating || !deleting) && this.#of(podClass).includes(made)) made.add(node, 1);
    });
    return made;
  }

  /** The counter's pods per domain of a topology key over the nodes that the predicate includes. */
  domains(counter: PodCounter, topologyKey: string, predicate: NodePredicate): DomainCounts {
    const key = `${this.#ids.get(counter)}\n${topologyKey}\n${predicate.key}`;
    const known = this.#domains.get(key);
    if (known !== undefined) return known;
    const where = this.#domainNodes(topologyKey, predicate);
    const made = new DomainCounts(where);
    this.#domains.set(key, made);
    for (let node = 0 as NodeRow; node < counter.perNode.length; node = (node + 1) as NodeRow) {
      if (counter.perNode[node] > 0) made.shift(node, counter.perNode[node]);
    }
    counter.domains.push(made);
    return made;
  }

  podAdded(podClass: ClassRow, node: NodeRow, terminating: boolean): void {
    const counters = this.#of(podClass);
    this.#podsOf[podClass] += 1;
    for (let i = 0; i < counters.length; i += 1) {
      if (!terminating || counters[i].terminating) counters[i].add(node, 1);
    }
  }

  podRemoved(podClass: ClassRow, node: NodeRow, terminating: boolean): void {
    const counters = this.#of(podClass);
    this.#podsOf[podClass] -= 1;
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
    for (const where of this.#nodes.values()) {
      const before = where.of(node);
      where.place(node, present);
      const after = where.of(node);
      if (before === after) continue;
      for (const counter of this.#counters) {
        const pods = counter.at(node);
        if (pods === 0) continue;
        for (const counts of counter.domains) {
          if (counts.where !== where) continue;
          counts.shiftDomain(before, -pods);
          counts.shiftDomain(after, pods);
        }
      }
    }
  }

  #domainNodes(topologyKey: string, predicate: NodePredicate): DomainNodes {
    const key = `${topologyKey}\n${predicate.key}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const made = new DomainNodes(this.#pods.topology(topologyKey), predicate);
    this.#nodes.set(key, made);
    this.#pods.forEachNode((node) => made.place(node, true));
    return made;
  }

  #of(podClass: ClassRow): PodCounter[] {
    const known = this.#ofClass[podClass];
    if (known !== undefined) return known;
    const one = this.#classes.get(podClass);
    const made: PodCounter[] = [];
    for (const label of labelsOf(one)) {
      listOf(this.#classesWith, label).push(podClass);
      for (const counter of this.#countersWith.get(label) ?? []) if (counter.matches(one)) made.push(counter);
    }
    for (let i = this.#ofClass.length; i < podClass; i += 1) this.#ofClass[i] = undefined;
    this.#ofClass[podClass] = made;
    if (podClass >= this.#podsOf.length) {
      this.#podsOf = grown(this.#podsOf, Math.max(64, podClass + 1, this.#podsOf.length * 2));
    }
    return made;
  }
}

/** The keys under which a class is known: that of all classes, and each of its labels. */
function labelsOf({ labels }: PodClass): string[] {
  return ['', ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
}

function listOf<T>(lists: Map<string, T[]>, key: string): T[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
