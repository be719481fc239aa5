// Leases of nodes, which their kubelets renew.
import { Change } from '../../model/change-log.ts';
import { LEASE_NAMESPACE, nodeLeaseObject } from '../../model/complete-objects/node-lease-object.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ApiServer } from '../server.ts';
import type { KeptRows } from './rows-beside-stored.ts';

/** How often a watch looks for renewals: they are no events by themselves. */
const LOOK_US = 250e3;

/** By rows of nodes. */
export class NodeLeases implements KeptRows {
  readonly whose = 'the lease of a node is what its kubelet says';
  readonly #api: ApiServer;
  readonly #listeners: ((row: number, what: number) => void)[] = [];
  /** By node, once somebody watches: the renewal that was last reported. */
  readonly #reported = new Map<NodeRow, number>();

  constructor(api: ApiServer) {
    this.#api = api;
  }

  find(namespace: string | undefined, name: string): number {
    return namespace === LEASE_NAMESPACE && this.#areKept ? this.#api.state.findNode(name) : -1;
  }

  *all(): Generator<NodeRow, void, undefined> {
    const { nodes } = this.#api.state;
    if (!this.#areKept) return;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) yield node;
  }

  get(row: number): KubeObject | undefined {
    const { state } = this.#api;
    const node = row as NodeRow;
    return state.nodes.alive[node] === 0 ? undefined : nodeLeaseObject(state, node, this.#renewedUs(node));
  }

  watch(changed: (row: number, what: number) => void): void {
    const { engine, nodeCommits } = this.#api;
    nodeCommits.push((node, what) => {
      if ((what & Change.Removed) !== 0) changed(node, what);
    });
    if (this.#listeners.push(changed) > 1) return;
    for (const node of this.all()) this.#look(node);
    const look = engine.kind('api.watch.leases', () => {
      for (const node of this.all()) {
        if (!this.#look(node)) continue;
        for (const listener of this.#listeners) listener(node, Change.Spec);
      }
      engine.after(LOOK_US, look, 0, 0);
    });
    engine.after(LOOK_US, look, 0, 0);
  }

  /** Whether it has been renewed since the last look. */
  #look(node: NodeRow): boolean {
    const renewedUs = this.#renewedUs(node);
    if (this.#reported.get(node) === renewedUs) return false;
    this.#reported.set(node, renewedUs);
    return true;
  }

  #renewedUs(node: NodeRow): number {
    return this.#api.kubelets.leases?.lastRenewalUs(node) ?? 0;
  }

  /** There are kubelets that renew them. */
  get #areKept(): boolean {
    return this.#api.kubelets.leases !== undefined;
  }
}
