// Nodes: rows of the table of nodes, with interned sets of labels and taints.
import type { Taint } from 'kubernetes-types/core/v1.js';
import { Change } from '../../model/change-log.ts';
import { NodeReady } from '../../model/nodes.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../../model/state.ts';
import { nodeObject } from '../../model/view.ts';
import type { Commit } from '../requests/commit-context.ts';
import type { ApiServer } from '../server.ts';
import type { Rows } from './rows.ts';
import { notSimulated } from './status.ts';

type NodeObject = KubeObject & ReturnType<typeof nodeObject>;
/** Labels that say where a machine stands. */
const PLACE = [HOSTNAME_LABEL, ZONE_LABEL, REGION_LABEL];
const READY: Readonly<Record<string, number>> = {
  True: NodeReady.True,
  False: NodeReady.False,
  Unknown: NodeReady.Unknown,
};

export class NodeRows implements Rows {
  readonly #api: ApiServer;

  constructor(api: ApiServer) {
    this.#api = api;
  }

  find(_namespace: string | undefined, name: string): number {
    const { state } = this.#api;
    const row = state.findNode(name);
    return row >= 0 && state.nodes.alive[row] === 1 ? row : -1;
  }

  *all(): Generator<number, void, undefined> {
    const { nodes } = this.#api.state;
    for (let row = 0; row < nodes.length; row += 1) if (nodes.alive[row] === 1) yield row;
  }

  get(row: number): KubeObject | undefined {
    const { state } = this.#api;
    return state.nodes.alive[row] === 1 ? (nodeObject(state, row) as KubeObject) : undefined;
  }

  create(): number {
    throw notSimulated('a node is made with its machine, by the scenario');
  }

  replace({ state, changes, clock }: Commit, row: number, object: KubeObject, status: boolean): void {
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
    const { labels = {} } = next.metadata;
    const before = nodeObject(state, row).metadata?.labels ?? {};
    const moved = PLACE.find((key) => labels[key] !== before[key]);
    if (moved !== undefined) throw notSimulated(`a node does not move: label ${moved} changes`);
    nodes.labels[row] = state.classes.labelSets.id(labels);
    nodes.taints[row] = state.taintSets.id((next.spec?.taints ?? []).map(withoutTime));
    nodes.unschedulable[row] = next.spec?.unschedulable === true ? 1 : 0;
    changes.nodeChanged(row, Change.Spec);
  }

  delete(): void {
    throw notSimulated('a node goes with its machine');
  }

  watch(changed: (row: number, what: number) => void): void {
    this.#api.nodeCommits.push(changed);
  }
}

function withoutTime({ key, value, effect }: Taint): Taint {
  return { key, effect, ...(value === undefined || value === '' ? {} : { value }) };
}
