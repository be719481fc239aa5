// Nodes: rows of the table of nodes, with interned sets of labels and taints.
import type { Rows } from './rows.ts';
import type { Taint } from 'kubernetes-types/core/v1.js';
import { Change } from '../../model/change-log.ts';
import { nodeSpec } from '../../model/node-spec.ts';
import { NodeReady } from '../../model/nodes.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../../model/state.ts';
import { nodeObject } from '../../model/complete-objects/node-object.ts';
import type { Commit } from '../requests/commit-context.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import { alreadyExists, notSimulated } from './status.ts';
import type { NodeRow } from '../../model/rows.ts';

type NodeObject = KubeObject & ReturnType<typeof nodeObject>;
/** TaintNodesByCondition: nothing is scheduled there before the node has been Ready. */
const NOT_READY: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };
/** Labels that say where a machine stands. */
const PLACE = [HOSTNAME_LABEL, ZONE_LABEL, REGION_LABEL];
const READY: Readonly<Record<string, number>> = {
  True: NodeReady.True,
  False: NodeReady.False,
  Unknown: NodeReady.Unknown,
};

export class NodeRows implements Rows {
  readonly #api: ApiServer;
  readonly #resource: Resource;

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#resource = resource;
  }

  find(_namespace: string | undefined, name: string): NodeRow {
    const { state } = this.#api;
    return state.findNode(name);
  }

  *all(): Generator<NodeRow, void, undefined> {
    const { nodes } = this.#api.state;
    for (let row = 0 as NodeRow; row < nodes.length; row = (row + 1) as NodeRow) if (nodes.alive[row] === 1) yield row;
  }

  get(row: NodeRow): KubeObject | undefined {
    const { state } = this.#api;
    return state.nodes.alive[row] === 1 ? (nodeObject(state, row) as KubeObject) : undefined;
  }

  last(row: NodeRow): KubeObject {
    return nodeObject(this.#api.state, row) as KubeObject;
  }

  /** A machine comes with it, and its kubelet, which will say that it is Ready. */
  create({ state, changes, clock }: Commit, object: KubeObject): number {
    const spec = nodeSpec(object as NodeObject);
    if (state.findNode(spec.name) >= 0) throw alreadyExists(this.#resource, spec.name);
    const taints = [...spec.taints.filter(({ key }) => key !== NOT_READY.key), NOT_READY];
    const row = state.addNode({ ...spec, taints }, clock.now);
    state.nodes.ready[row] = NodeReady.False;
    changes.nodeChanged(row, Change.Created);
    return row;
  }

  replace({ state, changes, clock }: Commit, row: NodeRow, object: KubeObject, status: boolean): void {
    const { nodes } = state;
    const next = object as NodeObject;
    if (status) {
      const ready = next.status?.conditions?.find(({ type }) => type === 'Ready');
      const value = READY[ready?.status ?? 'Unknown'];
      if (value !== nodes.ready[row]) nodes.readyAt[row] = clock.now;
      nodes.ready[row] = value;
      changes.nodeChanged(row, Change.Status);
      return;
    }
    const { labels = {}, annotations = {} } = next.metadata;
    const before = nodeObject(state, row).metadata?.labels ?? {};
    const moved = PLACE.find((key) => labels[key] !== before[key]);
    if (moved !== undefined) throw notSimulated(`a node does not move: label ${moved} changes`);
    nodes.labels[row] = state.classes.labelSets.id(labels);
    nodes.annotations[row] = state.classes.labelSets.id(annotations);
    nodes.taints[row] = state.taintSets.id((next.spec?.taints ?? []).map(withoutTime));
    nodes.unschedulable[row] = next.spec?.unschedulable === true ? 1 : 0;
    changes.nodeChanged(row, Change.Spec);
  }

  /** Its machine goes with it. Pods that are bound to it stay: PodGC looks after them. */
  delete({ state, changes, clock }: Commit, row: NodeRow): void {
    state.nodes.remove(row, clock.now);
    changes.nodeChanged(row, Change.Removed);
  }

  watch(changed: (row: NodeRow, what: number) => void): void {
    this.#api.nodeCommits.push(changed);
  }
}

function withoutTime({ key, value, effect }: Taint): Taint {
  return { key, effect, ...(value === undefined || value === '' ? {} : { value }) };
}
