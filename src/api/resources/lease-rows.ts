// Leases: those of nodes, which their kubelets renew, to be read only; stored objects where others wrote them, as a leader does.
import { LEASE_NAMESPACE, nodeLeaseObject } from '../../model/lease-view.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { NodeRow, ObjectRow } from '../../model/rows.ts';
import type { Commit } from '../requests/commit-context.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import type { DeleteOptions, Rows } from './rows.ts';
import { notSimulated } from './status.ts';
import { StoredRows } from './stored-rows.ts';

/** How often a watch looks for renewals: they are no events by themselves. */
const LOOK_US = 250e3;

/** An even row is a stored object, an odd one the lease of a node. */
export class LeaseRows implements Rows {
  readonly #api: ApiServer;
  readonly #stored: StoredRows;
  readonly #listeners: ((row: number, what: number) => void)[] = [];
  /** By node, once somebody watches: the renewal that was last reported. */
  readonly #reported = new Map<NodeRow, number>();

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#stored = new StoredRows(api, resource);
  }

  find(namespace: string | undefined, name: string): number {
    const stored = this.#stored.find(namespace, name);
    if (stored >= 0) return 2 * stored;
    const node = namespace === LEASE_NAMESPACE ? this.#api.state.findNode(name) : -1;
    return node < 0 || !this.#areKept ? -1 : 2 * node + 1;
  }

  *all(): Generator<number, void, undefined> {
    for (const row of this.#stored.all()) yield 2 * row;
    const { nodes } = this.#api.state;
    if (!this.#areKept) return;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) yield 2 * node + 1;
  }

  get(row: number): KubeObject | undefined {
    if (row % 2 === 0) return this.#stored.get((row / 2) as ObjectRow);
    const node = ((row - 1) / 2) as NodeRow;
    const { state } = this.#api;
    return state.nodes.alive[node] === 0 ? undefined : nodeLeaseObject(state, node, this.#renewedUs(node));
  }

  create(at: Commit, object: KubeObject): number {
    return 2 * this.#stored.create(at, object);
  }

  replace(at: Commit, row: number, object: KubeObject, status: boolean): void {
    this.#stored.replace(at, this.#own(row), object, status);
  }

  delete(at: Commit, row: number, options: DeleteOptions): void {
    this.#stored.delete(at, this.#own(row), options);
  }

  watch(changed: (row: number, what: number) => void): void {
    const { engine, nodeCommits } = this.#api;
    this.#stored.watch((row, what) => changed(2 * row, what));
    nodeCommits.push((node, what) => {
      if ((what & Change.Removed) !== 0) changed(2 * node + 1, what);
    });
    if (this.#listeners.push(changed) > 1) return;
    for (const row of this.all()) if (row % 2 === 1) this.#look(((row - 1) / 2) as NodeRow);
    const look = engine.kind('api.watch.leases', () => {
      for (const row of this.all()) {
        if (row % 2 === 0 || !this.#look(((row - 1) / 2) as NodeRow)) continue;
        for (const listener of this.#listeners) listener(row, Change.Spec);
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

  #own(row: number): ObjectRow {
    if (row % 2 === 1) throw notSimulated('the lease of a node is what its kubelet says');
    return (row / 2) as ObjectRow;
  }
}
