// The events that kubelets send, about pods and nodes.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

type Type = 'Normal' | 'Warning';

export class PodEvents {
  readonly #client: ApiClient;
  readonly #api: ApiServer;
  constructor(api: ApiServer) {
    this.#api = api;
    this.#client = new ApiClient(api, 'kubelet', { qps: Infinity, burst: 1 }, 'at-once', () =>
      Math.max(1, api.state.nodes.length),
    );
  }

  pod(type: Type, reason: string, message: string, pod: PodRow): void {
    this.#client.podEvent(type, reason, message, this.#api.state.pods.identity[pod]);
  }

  node(type: Type, reason: string, message: string, node: NodeRow): void {
    this.#client.nodeEvent(type, reason, message, node);
  }
}
