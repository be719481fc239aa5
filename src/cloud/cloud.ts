// Who rents machines out: the node pools that can change, and the way of a machine from the request to its node, and back.
import type { Node } from 'kubernetes-types/core/v1.js';
import type { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import type { CloudLimits } from '../model/cloud-limits.ts';
import type { KubeObject } from '../model/object-store.ts';
import { HOURLY_COST } from '../model/node-spec.ts';
import type { CloudProvider, NodeGroup } from '../model/ports/cloud.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import { HOSTNAME_LABEL } from '../model/state.ts';
import type { NodeGroupSettings, SpotSettings } from '../model/settings/node-groups.ts';
import { type GroupFacts, MachineGroup } from './machine-group.ts';
import { type OnNotice, SpotMachines } from './spot-machines.ts';

/** How often nodes are looked at. */
const NODE_MONITOR_US = 5e6;

export interface RentedGroup extends GroupFacts {
  readonly settings: NodeGroupSettings;
  /** Of machines that may be taken back. */
  readonly spot: SpotSettings | undefined;
  /** Machines that are there from the start. */
  readonly running: number;
}

export class Cloud implements CloudProvider {
  readonly groups: readonly MachineGroup[];
  /** Undefined when no machine may be taken back. */
  readonly spot: SpotMachines | undefined;
  readonly #engine: Engine;
  readonly #resources: Resources;
  /** Names of machines that have ended. */
  readonly #ended = new Set<string>();

  constructor(
    engine: Engine,
    client: ApiClient,
    groups: readonly RentedGroup[],
    machinery: Pick<Machinery, 'scrapNode'>,
    onNotice: OnNotice,
    limits: CloudLimits,
  ) {
    this.#engine = engine;
    this.#resources = new Resources(client);
    const pools = groups.filter(({ spot }) => spot !== undefined).map(({ id }) => id);
    this.spot = pools.length === 0 ? undefined : new SpotMachines(engine, client, machinery, onNotice, pools);
    const samplers = new Samplers();
    const random = engine.stream('cloud');
    this.groups = groups.map(({ settings, running, spot, ...facts }) => {
      const boot = samplers.add(settings.boot);
      const register = samplers.add(settings.register);
      const made = new MachineGroup(engine, facts, settings, running, {
        made: (name, group) => {
          const delayUs = samplers.draw(boot, random) + samplers.draw(register, random);
          engine.spawn(`machine ${name}`, this.#register(name, group, Math.round(delayUs), spot));
        },
        refuses: () => limits.refuses,
        ended: (name) => {
          this.#ended.add(name);
          engine.spawn(`end of machine ${name}`, this.#end(name));
        },
      });
      if (spot !== undefined) for (const { name } of made.instances) this.spot?.begins(name, made, spot);
      return made;
    });
  }

  /** etcd has been restored: nodes may be back whose machine has ended. */
  nodesRestored(): void {
    for (const name of this.#ended)
      if (this.#isThere(name)) this.#engine.spawn(`node ${name}`, this.#endWhenSilent(name));
  }

  groupOf(instance: string): NodeGroup | undefined {
    return this.groups.find((group) => group.has(instance));
  }

  /** The machine runs, and its kubelet creates the node. */
  *#register(name: string, group: MachineGroup, delayUs: number, spot: SpotSettings | undefined): Script {
    yield* sleep(delayUs);
    if (!group.has(name)) return;
    yield* this.#resources.create(nodeObject(name, group)).wait();
    if (group.has(name)) {
      group.registered(name);
      if (spot !== undefined) this.spot?.begins(name, group, spot);
    } else yield* this.#end(name);
  }

  #isThere(name: string): boolean {
    return this.#resources.has({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
  }

  /** Of nodes that are not Ready it is asked whether their machine exists (cloud-node-lifecycle-controller). */
  *#endWhenSilent(name: string): Script {
    for (;;) {
      yield* sleep(NODE_MONITOR_US);
      const found = this.#resources.peek({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
      if ('failure' in found || this.groupOf(name) !== undefined) return;
      const { conditions = [] } = (found.object as Node & KubeObject).status ?? {};
      if (conditions.some(({ type, status }) => type === 'Ready' && status !== 'True')) break;
    }
    yield* this.#end(name);
  }

  /** The node of a machine that is gone is deleted (cloud-node-lifecycle-controller). */
  *#end(name: string): Script {
    yield* this.#resources.delete({ apiVersion: 'v1', kind: 'Node', metadata: { name } }).wait();
  }
}

/** The Node object that a machine of the group registers. */
function nodeObject(name: string, group: MachineGroup): KubeObject {
  const { labels, taints, capacity, allocatable } = group.templateOf(name);
  const { hourlyCost } = group;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: { ...labels, [HOSTNAME_LABEL]: name },
      ...(hourlyCost > 0 ? { annotations: { [HOURLY_COST]: String(hourlyCost) } } : {}),
    },
    spec: { taints },
    status: { capacity: quantities(capacity), allocatable: quantities(allocatable) },
  };
}

function quantities(amounts: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).map(([name, amount]) => [name, name === 'cpu' ? `${amount}m` : `${amount}`]),
  );
}
