// The events that kubelets send, about pods and nodes.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** client-go tries an event twelve times, ten seconds apart, and keeps so many that wait. */
const GIVEN_UP_US = 120e6;
const MOST_WAITING = 1000;

type Type = 'Normal' | 'Warning';

export class PodEvents {
  readonly #client: ApiClient;
  readonly #api: ApiServer;
  readonly #isCut: (node: NodeRow) => boolean;
  /** By node that is cut off: what it tries to send, and since when. */
  readonly #waiting = new Map<NodeRow, { readonly atUs: number; readonly send: () => void }[]>();

  constructor(api: ApiServer, isCut: (node: NodeRow) => boolean) {
    this.#api = api;
    this.#isCut = isCut;
    this.#client = new ApiClient(api, 'kubelet', { qps: Infinity, burst: 1 }, 'at-once', () =>
      Math.max(1, api.state.nodes.length),
    );
  }

  pod(type: Type, reason: string, message: string, pod: PodRow): void {
    const { identity, node } = this.#api.state.pods;
    const who = identity[pod];
    if (this.#isCut(node[pod])) this.#keep(node[pod], () => this.#client.podEvent(type, reason, message, who));
    else this.#client.podEvent(type, reason, message, who);
  }

  node(type: Type, reason: string, message: string, node: NodeRow): void {
    if (this.#isCut(node)) this.#keep(node, () => this.#client.nodeEvent(type, reason, message, node));
    else this.#client.nodeEvent(type, reason, message, node);
  }

  /** The node reaches the API server again. */
  reached(node: NodeRow): void {
    const waiting = this.#waiting.get(node) ?? [];
    this.#waiting.delete(node);
    const sinceUs = this.#api.engine.now - GIVEN_UP_US;
    for (const { atUs, send } of waiting) if (atUs >= sinceUs) send();
  }

  #keep(node: NodeRow, send: () => void): void {
    let waiting = this.#waiting.get(node);
    if (waiting === undefined) {
      waiting = [];
      this.#waiting.set(node, waiting);
    }
    if (waiting.length < MOST_WAITING) waiting.push({ atUs: this.#api.engine.now, send });
  }
}
