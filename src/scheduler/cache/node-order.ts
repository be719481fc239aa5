// The order in which nodes are examined: zones take turns, as in kube-scheduler's node tree (backend/cache/node_tree.go).
import { type NodeRow, type RowColumn, rowColumn } from '../../model/rows.ts';

/** Zones in the order of first sight, nodes within a zone in the order of arrival. */
export class NodeOrder {
  #zones: string[] = [];
  readonly #nodesOf = new Map<string, NodeRow[]>();
  readonly #zoneOf = new Map<NodeRow, string>();
  #list = rowColumn<NodeRow>();
  #stale = false;
  /** By node: its position in the list as it was last built, -1 for none. */
  positions = new Int32Array(0);
  /** Rises when the list is built again. */
  version = 0;

  /** Rows of all nodes; rebuilt when nodes came or went since the last call. */
  get list(): RowColumn<NodeRow> {
    if (this.#stale) {
      this.#list = this.#interleave();
      this.#stale = false;
      this.#number();
    }
    return this.#list;
  }

  add(node: NodeRow, zone: string): void {
    const nodes = this.#nodesOf.get(zone);
    if (nodes === undefined) {
      this.#zones.push(zone);
      this.#nodesOf.set(zone, [node]);
    } else {
      nodes.push(node);
    }
    this.#zoneOf.set(node, zone);
    this.#stale = true;
  }

  /** A zone that loses its last node leaves; when it comes back it is the last in turn. */
  remove(node: NodeRow): void {
    const zone = this.#zoneOf.get(node);
    if (zone === undefined) return;
    this.#zoneOf.delete(node);
    const left = (this.#nodesOf.get(zone) ?? []).filter((one) => one !== node);
    if (left.length > 0) {
      this.#nodesOf.set(zone, left);
    } else {
      this.#nodesOf.delete(zone);
      this.#zones = this.#zones.filter((one) => one !== zone);
    }
    this.#stale = true;
  }

  /** A node whose zone labels changed leaves its old zone and joins the new one at the end. */
  move(node: NodeRow, zone: string): void {
    if (this.#zoneOf.get(node) === zone) return;
    this.remove(node);
    this.add(node, zone);
  }

  #interleave(): RowColumn<NodeRow> {
    const list = rowColumn<NodeRow>(this.#zoneOf.size);
    const zones = this.#zones.map((zone) => this.#nodesOf.get(zone) ?? []);
    let filled = 0;
    for (let turn = 0; filled < list.length; turn += 1) {
      for (const nodes of zones) {
        if (turn >= nodes.length) continue;
        list[filled] = nodes[turn];
        filled += 1;
      }
    }
    return list;
  }

  #number(): void {
    this.version += 1;
    const list = this.#list;
    let most = this.positions.length;
    for (let at = 0; at < list.length; at += 1) if (list[at] >= most) most = list[at] * 2 + 1;
    if (most > this.positions.length) this.positions = new Int32Array(most);
    this.positions.fill(-1);
    for (let at = 0; at < list.length; at += 1) this.positions[list[at]] = at;
  }
}

/** Region and zone of a node's labels, the beta labels first (component-helpers GetZoneKey); empty when it has neither. */
export function zoneKey(labels: Readonly<Record<string, string>>): string {
  const zone = labels['failure-domain.beta.kubernetes.io/zone'] ?? labels['topology.kubernetes.io/zone'] ?? '';
  const region = labels['failure-domain.beta.kubernetes.io/region'] ?? labels['topology.kubernetes.io/region'] ?? '';
  return region === '' && zone === '' ? '' : `${region}:\0:${zone}`;
}
