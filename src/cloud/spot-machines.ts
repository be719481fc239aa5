// Spot machines: the provider takes each back after a time of its own or when a fault says so, with notice, and its group asks for another.
import type { ApiClient } from '../api/client.ts';
import type { NodeView } from '../api/node-view.ts';
import { Resources } from '../api/resources/resources.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import { NodeReady } from '../model/nodes.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import type { SpotMarket } from '../model/ports/cloud.ts';
import type { NodeRow } from '../model/rows.ts';
import type { SpotSettings } from '../model/settings/node-groups.ts';
import type { MachineGroup } from './machine-group.ts';

/** How often cloud-node-lifecycle-controller looks for machines behind nodes that are not Ready (`--node-monitor-period`). */
const MONITOR_US = 5e6;
/** A machine that could not be had in place of one that was taken back is asked for again after this. */
const RETRY_US = 60e6;

/** What acts on a notice; `gone` may be called when the machine has shut down before its time is over. */
export type OnNotice = (node: NodeRow, settings: SpotSettings, gone: () => void) => void;

interface Spot {
  readonly group: MachineGroup;
  readonly settings: SpotSettings;
}

export class SpotMachines implements SpotMarket {
  readonly #engine: Engine;
  readonly #client: ApiClient;
  readonly #resources: Resources;
  readonly #machinery: Pick<Machinery, 'scrapNode'>;
  readonly #onNotice: OnNotice;
  readonly #nodes: NodeView;
  readonly #samplers = new Samplers();
  readonly #lifetimes = new Map<SpotSettings, number>();
  /** Machines that run and have no notice, by name. */
  readonly #running = new Map<string, Spot>();
  readonly pools: readonly string[];

  constructor(
    engine: Engine,
    client: ApiClient,
    machinery: Pick<Machinery, 'scrapNode'>,
    onNotice: OnNotice,
    pools: readonly string[],
  ) {
    this.#engine = engine;
    this.#client = client;
    this.#resources = new Resources(client);
    this.#machinery = machinery;
    this.#onNotice = onNotice;
    this.#nodes = client.api.watchNodes();
    this.pools = pools;
  }

  running(): { readonly name: string; readonly pool: string }[] {
    return [...this.#running]
      .filter(([name, { group }]) => group.has(name))
      .map(([name, { group }]) => ({ name, pool: group.id }));
  }

  /** The machine has become a node: its time begins. */
  begins(name: string, group: MachineGroup, settings: SpotSettings): void {
    this.#running.set(name, { group, settings });
    if (settings.lifetime !== undefined) this.#engine.spawn(`spot machine ${name}`, this.#live(name, settings));
  }

  reclaim(name: string): void {
    const spot = this.#running.get(name);
    this.#running.delete(name);
    const node = this.#client.api.registry.findNode(name);
    if (spot?.group.has(name) !== true || node < 0) return;
    const { group, settings } = spot;
    const seconds = settings.noticeUs / 1e6;
    this.#client.nodeEvent('Warning', 'SpotInterruption', `The provider takes the machine back in ${seconds} s`, node);
    let over = false;
    const gone = (): void => {
      if (over) return;
      over = true;
      this.#client.nodeEvent('Warning', 'SpotTerminated', 'The provider has taken the machine back', node);
      if (!group.has(name)) return;
      this.#machinery.scrapNode(node);
      group.reclaimed(name);
      this.#engine.spawn(`another machine for ${group.id}`, this.#replace(group));
      this.#engine.spawn(`end of spot machine ${name}`, this.#end(name, node));
    };
    this.#engine.spawn(`notice of ${name}`, after(settings.noticeUs, gone));
    this.#onNotice(node, settings, gone);
  }

  /** By what the seed and its name say, whatever happens elsewhere. */
  *#live(name: string, settings: SpotSettings): Script {
    const { lifetime } = settings;
    if (lifetime === undefined) return;
    let sampler = this.#lifetimes.get(settings);
    if (sampler === undefined) {
      sampler = this.#samplers.add(lifetime);
      this.#lifetimes.set(settings, sampler);
    }
    yield* sleep(Math.round(this.#samplers.draw(sampler, this.#engine.stream(`spot ${name}`))));
    this.reclaim(name);
  }

  *#replace(group: MachineGroup): Script {
    while (!group.replace()) yield* sleep(RETRY_US);
  }

  /** The node of a machine that is gone goes when its controller finds that out (cloud-node-lifecycle-controller). */
  *#end(name: string, node: NodeRow): Script {
    const isThere = (): boolean => this.#nodes.alive[node] === 1;
    while (isThere()) {
      yield* sleep(MONITOR_US);
      if (!isThere() || this.#nodes.ready[node] === NodeReady.True) continue;
      yield* this.#resources.delete({ apiVersion: 'v1', kind: 'Node', metadata: { name } }).wait();
    }
  }
}

function* after(us: number, then: () => void): Script {
  yield* sleep(us);
  then();
}
