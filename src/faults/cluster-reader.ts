// The cluster as a fault may read it: machines and pods at this instant, as copies that stay what they were.
import type { Node, Pod } from 'kubernetes-types/core/v1.js';
import type { ClusterState } from '../model/state.ts';
import { ZONE_LABEL } from '../model/state.ts';
import { nodeObject } from '../model/complete-objects/node-object.ts';
import { podObject } from '../model/complete-objects/pod-object.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

export interface ReadNode {
  /** What `outages` and `machinery` take. */
  readonly row: NodeRow;
  readonly name: string;
  /** Empty where it has none. */
  readonly zone: string;
  /** The machine runs, whatever the API server thinks of it. */
  readonly running: boolean;
  /** The complete v1 object. */
  readonly object: Node;
}

export interface ReadPod {
  readonly row: PodRow;
  /** Belongs to the row: a later pod in it has another one. */
  readonly epoch: number;
  readonly namespace: string;
  readonly name: string;
  /** Name of its node; empty before it is bound. */
  readonly node: string;
  /** The complete v1 object. */
  readonly object: Pod;
}

export class ClusterReader {
  readonly #state: ClusterState;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** Nodes that exist, in the order in which they joined. */
  nodes(): ReadNode[] {
    const { nodes } = this.#state;
    return Array.from(nodes.alive.subarray(0, nodes.length).keys())
      .filter((row) => nodes.alive[row] === 1)
      .map((row) => this.#node(row as NodeRow));
  }

  /** Pods that exist, of one namespace or of all. */
  pods(namespace?: string): ReadPod[] {
    const { pods, classes } = this.#state;
    return Array.from(pods.alive.subarray(0, pods.length).keys())
      .filter((row) => pods.alive[row] === 1)
      .filter((row) => namespace === undefined || classes.get(pods.podClass[row]).namespace === namespace)
      .map((row) => this.#pod(row as PodRow));
  }

  #node(row: NodeRow): ReadNode {
    const { nodes, machines } = this.#state;
    const object = nodeObject(this.#state, row);
    return Object.freeze({
      row,
      name: nodes.spec[row].name,
      zone: nodes.spec[row].labels[ZONE_LABEL] ?? '',
      running: machines.nodeUp[row] === 1,
      object,
    });
  }

  #pod(row: PodRow): ReadPod {
    const { pods, classes } = this.#state;
    const node = pods.node[row];
    return Object.freeze({
      row,
      epoch: pods.epoch[row],
      namespace: classes.get(pods.podClass[row]).namespace,
      name: this.#state.podName(row),
      node: node < 0 ? '' : this.#state.nodeName(node),
      object: podObject(this.#state, row),
    });
  }
}
