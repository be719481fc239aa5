// The zones of the cluster: how many nodes they have, how disturbed they are, and their queues of nodes to taint.
import type { NodeView } from '../../api/node-view.ts';
import type { Registry } from '../../model/registry.ts';
import type { ControllerSettings } from '../settings.ts';
import { ZoneQueue } from './zone-queue.ts';
import { evictionRate, ZoneState, zoneState } from './zone-state.ts';
import type { NodeRow } from '../../model/rows.ts';

/** What a pass found: no zone has a Ready node any more, one has again, or neither. */
export type ZonesChange = 'all-lost' | 'some-back' | 'usual';

export class Zones {
  readonly #nodes: Registry['nodes'];
  readonly #view: NodeView;
  readonly #settings: ControllerSettings;
  /** By interned zone. */
  readonly #queues = new Map<number, ZoneQueue>();
  readonly #states = new Map<number, number>();

  constructor(nodes: Registry['nodes'], view: NodeView, settings: ControllerSettings) {
    this.#nodes = nodes;
    this.#view = view;
    this.#settings = settings;
  }

  queueOf(node: NodeRow): ZoneQueue {
    const zone = this.#nodes.zone[node];
    let queue = this.#queues.get(zone);
    if (queue === undefined) {
      queue = new ZoneQueue(this.#settings.nodeEvictionRate, 0);
      this.#queues.set(zone, queue);
    }
    return queue;
  }

  queues(): ZoneQueue[] {
    return [...this.#queues.values()];
  }

  /** Works out the zones' states from the nodes that are not Ready, and sets the rates where a state changed. */
  judge(notReady: readonly NodeRow[], nowUs: number): ZonesChange {
    if (notReady.length === 0 && !this.#disturbed()) return 'usual';
    const sizes = this.#sizes();
    const lost = new Map<number, number>();
    for (const node of notReady) lost.set(this.#nodes.zone[node], (lost.get(this.#nodes.zone[node]) ?? 0) + 1);
    const next = new Map(
      [...sizes].map(([zone, size]) => [zone, zoneState(size, lost.get(zone) ?? 0, this.#settings)]),
    );
    for (const zone of this.#states.keys()) if (!next.has(zone)) this.#states.delete(zone);
    const allLost = [...next.values()].every((state) => state === ZoneState.FullDisruption);
    const wereAllLost =
      this.#states.size > 0 && [...next.keys()].every((zone) => this.#states.get(zone) === ZoneState.FullDisruption);
    if (allLost && wereAllLost) return 'usual';
    for (const [zone, state] of next) {
      if (!allLost && !wereAllLost && this.#states.get(zone) === state) continue;
      this.#states.set(zone, state);
      const rate = allLost ? 0 : evictionRate(state, sizes.get(zone) ?? 0, this.#settings);
      this.#queues.get(zone)?.setRate(rate, nowUs);
    }
    return allLost ? 'all-lost' : wereAllLost ? 'some-back' : 'usual';
  }

  #disturbed(): boolean {
    return [...this.#states.values()].some((state) => state !== ZoneState.Normal);
  }

  #sizes(): Map<number, number> {
    const sizes = new Map<number, number>();
    for (let node = 0 as NodeRow; node < this.#view.alive.length; node = (node + 1) as NodeRow) {
      if (this.#view.alive[node] === 0) continue;
      const zone = this.#nodes.zone[node];
      sizes.set(zone, (sizes.get(zone) ?? 0) + 1);
    }
    return sizes;
  }
}
