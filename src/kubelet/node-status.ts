// What kubelets write of their nodes: that they are ready, what they are short of, and which images they have.
import type { ApiServer } from '../api/server.ts';
import { updateNodeStatus } from '../api/requests/node-status.ts';
import type { Engine } from '../engine/engine.ts';
import { NodePressure, NodeReady } from '../model/nodes.ts';
import type { NodeRow } from '../model/rows.ts';
import type { Condition } from './eviction/thresholds.ts';
import type { ClusterState } from '../model/state.ts';
import { ImageReports } from './images/image-reports.ts';
import type { Images } from './images/images.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';

/** How often a kubelet writes its node's status when it has changed (`nodeStatusUpdateFrequency`). */
const NODE_STATUS_US = 10e6;

export class NodeStatuses {
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #events: PodEvents;
  readonly #bucket: (node: NodeRow) => number;
  readonly #onStatus: number;
  readonly #images: ImageReports;
  /** By node: the pressures that its status tells, or will with the next one. */
  readonly #pressures = new Map<NodeRow, number>();

  constructor(
    engine: Engine,
    api: ApiServer,
    runtimes: PodRuntimes,
    events: PodEvents,
    bucket: (node: NodeRow) => number,
    images: Images,
  ) {
    this.#engine = engine;
    this.#api = api;
    this.#state = api.state;
    this.#runtimes = runtimes;
    this.#events = events;
    this.#bucket = bucket;
    this.#onStatus = engine.kind('kubelet.node-status', (node, bits) => this.#write(node as NodeRow, bits));
    this.#images = new ImageReports(engine, this.#state, images, (node, list) => {
      if (!this.#writes(node)) return;
      const request = updateNodeStatus(api.requests, node, NodeReady.True, -1, '', list);
      api.submit(bucket(node), request);
    });
    this.#images.begin();
  }

  /** The kubelet of the node has started. */
  begin(node: NodeRow): void {
    this.#pressures.delete(node);
    const list = this.#images.list(node);
    const request = updateNodeStatus(this.#api.requests, node, NodeReady.True, 0, '', list);
    this.#api.submit(this.#bucket(node), request);
  }

  /** The kubelet reaches the API server again, which may think anything of the node by now. */
  again(node: NodeRow): void {
    const pressure = this.#pressures.get(node) ?? 0;
    const request = updateNodeStatus(this.#api.requests, node, NodeReady.True, pressure, '', this.#images.list(node));
    this.#api.submit(this.#bucket(node), request);
  }

  /** At once: the machine shuts down. */
  tellShutdown(node: NodeRow): void {
    const { requests } = this.#api;
    const request = updateNodeStatus(requests, node, NodeReady.False, -1, 'node is shutting down');
    if (this.#runtimes.isOutOfReach(node)) return;
    this.#events.node('Normal', 'NodeNotReady', `Node ${this.#state.nodeName(node)} status is now: NodeNotReady`, node);
    this.#api.submit(this.#bucket(node), request);
  }

  /** With the node's next status, which comes within its period. */
  tellPressure(node: NodeRow, conditions: readonly Condition[]): void {
    const memory = conditions.includes('memory') ? NodePressure.Memory : 0;
    const bits = memory | (conditions.includes('disk') ? NodePressure.Disk : 0);
    const reported = this.#pressures.get(node) ?? 0;
    if (reported === bits) return;
    this.#pressures.set(node, bits);
    this.#engine.after(Math.round(this.#runtimes.uniform() * NODE_STATUS_US), this.#onStatus, node, bits);
  }

  #writes(node: NodeRow): boolean {
    const { machines, nodes } = this.#state;
    return machines.nodeUp[node] === 1 && !this.#runtimes.isOutOfReach(node) && nodes.alive[node] === 1;
  }

  #write(node: NodeRow, pressure: number): void {
    if (!this.#writes(node)) return;
    const { nodes } = this.#state;
    const before = nodes.pressure[node];
    for (const [bit, short, well] of [
      [NodePressure.Memory, 'NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
      [NodePressure.Disk, 'NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
    ] as const) {
      if (((before ^ pressure) & bit) === 0) continue;
      const reason = (pressure & bit) === 0 ? well : short;
      this.#events.node('Normal', reason, `Node ${this.#state.nodeName(node)} status is now: ${reason}`, node);
    }
    const request = updateNodeStatus(this.#api.requests, node, NodeReady.True, pressure);
    this.#api.submit(this.#bucket(node), request);
  }
}
