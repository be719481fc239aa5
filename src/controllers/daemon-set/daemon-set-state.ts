// What the controller keeps of one DaemonSet between two syncs: the revision that it was last seen at, its nodes, its failed pods.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { Random } from '../../engine/random.ts';
import { isTerminal, PodBit, PodPhase } from '../../model/pods.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import { REVISION_HASH_LABEL } from '../kit/controller-revisions.ts';
import { allowsSurge, type DaemonSet, templateGeneration } from '../kit/daemon-set-objects.ts';
import { DaemonNodes, type NodeFacts } from './daemon-nodes.ts';
import { daemonPodTemplate, GENERATION_LABEL } from './daemon-pod-template.ts';
import { eligibleNodes } from './eligible-nodes.ts';
import { FailedPods } from './failed-pods.ts';
import type { DaemonPod } from './node-plan.ts';
import type { PodsByNode } from './pods-by-node.ts';

export class DaemonSetState implements NodeFacts {
  readonly nodes = new DaemonNodes(this);
  readonly failed = new FailedPods();
  /** Of the pods that are made now. */
  template: PodTemplateSpec = {};
  readonly #work: Work;
  readonly #pods: PodsByNode;
  readonly #row: ObjectRow;
  readonly #random: Random;
  #set: DaemonSet | undefined;
  #hash = '';
  #eligible: ReturnType<typeof eligibleNodes> | undefined;
  /** Classes of the current revision. */
  readonly #isNew = new Map<ClassRow, boolean>();

  constructor(work: Work, pods: PodsByNode, row: ObjectRow, random: Random) {
    this.#work = work;
    this.#pods = pods;
    this.#row = row;
    this.#random = random;
  }

  /** Whether it has been at a revision. */
  get begun(): boolean {
    return this.#set !== undefined;
  }

  /** The set as it is now, and the hash of its current revision. */
  begin(set: DaemonSet, hash: string): void {
    const before = this.#set;
    this.#set = set;
    const generation = templateGeneration(set);
    if (before?.spec === set.spec && this.#hash === hash && templateGeneration(before) === generation) return;
    this.#hash = hash;
    this.#isNew.clear();
    this.template = daemonPodTemplate(set.spec.template, generation, hash);
    this.#eligible = eligibleNodes(set.spec.template.spec ?? { containers: [] });
    this.nodes.begin(allowsSurge(set), this.allNodes());
  }

  /** Nodes, and names at which pods are still aimed, in an order that is drawn: Kubernetes goes through a map. */
  allNodes(): NodeRow[] {
    const { alive } = this.#work.views.nodes;
    const all = new Set<NodeRow>(this.#pods.nodes(this.#row));
    for (let node = 0 as NodeRow; node < alive.length; node = (node + 1) as NodeRow)
      if (alive[node] === 1) all.add(node);
    const list = [...all].sort((a, b) => a - b);
    for (let left = list.length; left > 1; left -= 1) {
      const at = this.#random.int(left);
      [list[left - 1], list[at]] = [list[at], list[left - 1]];
    }
    return list;
  }

  pods(node: NodeRow): DaemonPod[] {
    const { state } = this.#work.views.pods.view;
    const found: DaemonPod[] = [];
    for (const pod of this.#pods.of(this.#row, node)) {
      const isOver = isTerminal(state[pod]) && (state[pod] & PodBit.Deleting) !== 0;
      if (!isOver) found.push(this.#seen(pod));
    }
    return found;
  }

  fit(node: NodeRow): number | undefined {
    const { api, views } = this.#work;
    const { alive, labels, taints } = views.nodes;
    if (node >= alive.length || alive[node] === 0) return undefined;
    const { classes, taintSets } = api.registry;
    const labelsOf = (): Readonly<Record<string, string>> => classes.labelSets.get(labels[node]);
    return this.#eligible?.(api.registry.nodeName(node), labelsOf, taintSets.get(taints[node]));
  }

  #seen(pod: PodRow): DaemonPod {
    const { api, engine, views, settings } = this.#work;
    const { view } = views.pods;
    const { state, node, readyAt } = view;
    const bits = state[pod];
    const phase = bits & PodBit.PhaseMask;
    const ready = (bits & PodBit.Ready) !== 0;
    // API times are whole seconds, by the kubelet's clock.
    const sinceUs = Math.floor(readyAt[pod] / 1e6) * 1e6 - settings.clockAheadUs();
    const availableAtUs = sinceUs + (this.#set?.spec.minReadySeconds ?? 0) * 1e6;
    return {
      pod,
      isNew: this.#isCurrent(view.podClass[pod]),
      deleting: (bits & PodBit.Deleting) !== 0,
      ended: phase === PodPhase.Failed ? 'Failed' : phase === PodPhase.Succeeded ? 'Succeeded' : undefined,
      ready,
      available: ready && availableAtUs <= engine.now,
      availableAtUs,
      assigned: node[pod] >= 0,
      createdSeconds: Math.floor(view.table.createdAt[pod] / 1e6),
      name: () => api.registry.podName(pod),
    };
  }

  #isCurrent(podClass: ClassRow): boolean {
    let known = this.#isNew.get(podClass);
    if (known === undefined) {
      const { labels } = this.#work.api.registry.classes.get(podClass);
      const generation = this.#set && templateGeneration(this.#set);
      known =
        labels[REVISION_HASH_LABEL] === this.#hash ||
        (generation !== undefined && labels[GENERATION_LABEL] === generation);
      this.#isNew.set(podClass, known);
    }
    return known;
  }
}
