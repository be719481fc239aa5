// One look at the cluster: its nodes and pods as the descheduler lists them, before it has anybody evicted.
import type { NodeView } from '../api/node-view.ts';
import type { PodView } from '../api/pod-view.ts';
import type { ApiServer } from '../api/server.ts';
import { Change } from '../model/change-log.ts';
import { NodeReady } from '../model/nodes.ts';
import { parseLabelSelector } from '../model/parse/label-selector.ts';
import { isTerminal, PodBit, podPhaseNames } from '../model/pods.ts';
import type { Registry } from '../model/registry.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { Look, SeenNode, SeenPod } from './seen.ts';

/** What the descheduler's informers know. */
export class Informers {
  readonly #registry: Registry;
  readonly #pods: PodView;
  readonly #nodes: NodeView;
  /** Rows of nodes in the order in which they came. */
  readonly #order = new Set<NodeRow>();

  constructor(api: ApiServer) {
    this.#registry = api.registry;
    this.#pods = api.watchPods();
    this.#nodes = api.watchNodes();
    this.#nodes.subscribe((node, what) => {
      if ((what & Change.Removed) !== 0) this.#order.delete(node);
      else this.#order.add(node);
    });
    for (let node = 0 as NodeRow; node < this.#nodes.alive.length; node = (node + 1) as NodeRow)
      if (this.#nodes.alive[node] === 1) this.#order.add(node);
  }

  /** `nodeSelector` as text; undefined for all nodes. */
  look(nowUs: number, nodeSelector: string | undefined): Look {
    const nodes = selected(this.#readyNodes(), nodeSelector);
    const byNode = new Map(nodes.map(({ name }): [string, SeenPod[]] => [name, []]));
    const pods: SeenPod[] = [];
    for (let row = 0 as PodRow; row < this.#pods.alive.length; row = (row + 1) as PodRow) {
      if (this.#pods.alive[row] === 0 || this.#pods.node[row] < 0 || isTerminal(this.#pods.state[row])) continue;
      const pod = this.#seen(row);
      if (byNode.has(pod.node)) pods.push(pod);
    }
    pods.sort((a, b) => a.createdUs - b.createdUs);
    for (const pod of pods) byNode.get(pod.node)?.push(pod);
    return { nowUs, nodes, pods, podsOn: (node) => byNode.get(node) ?? [] };
  }

  #readyNodes(): SeenNode[] {
    const registry = this.#registry;
    const { ready, labels, taints, unschedulable } = this.#nodes;
    return [...this.#order]
      .filter((node) => ready[node] === NodeReady.True)
      .map((node) => ({
        name: registry.nodeName(node),
        labels: registry.classes.labelSets.get(labels[node]),
        taints: registry.taintSets.get(taints[node]),
        unschedulable: unschedulable[node] === 1,
        allocatable: registry.nodes.spec[node].allocatable,
      }));
  }

  #seen(row: PodRow): SeenPod {
    const registry = this.#registry;
    const { state, node, owner, podClass, restarts } = this.#pods;
    const { objects } = registry;
    const started = this.#pods.startedAt(row);
    return {
      identity: registry.pods.identity[row],
      name: registry.podName(row),
      node: registry.nodeName(node[row]),
      podClass: registry.classes.get(podClass[row]),
      owner: owner[row] < 0 ? undefined : { kind: objects.kind[owner[row]], name: objects.name[owner[row]] },
      phase: podPhaseNames[state[row] & PodBit.PhaseMask],
      terminating: (state[row] & PodBit.Deleting) !== 0,
      createdUs: this.#pods.table.createdAt[row],
      startedUs: started < 0 ? undefined : started,
      restarts: restarts[row],
    };
  }
}

export function selected(nodes: readonly SeenNode[], text: string | undefined): readonly SeenNode[] {
  if (text === undefined || text === '') return nodes;
  const selector = parseLabelSelector(text);
  return nodes.filter(({ labels }) => selector.matches(labels));
}
