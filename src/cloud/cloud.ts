// Who rents machines out: the node pools that can change, and the way of a machine from the request to its node, and back.
import type { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';
import { HOURLY_COST } from '../model/node-spec.ts';
import type { CloudProvider, NodeGroup } from '../model/ports.ts';
import { HOSTNAME_LABEL } from '../model/state.ts';
import type { NodeGroupSettings } from '../model/settings/node-groups.ts';
import { type GroupFacts, MachineGroup } from './machine-group.ts';

export interface RentedGroup extends GroupFacts {
  readonly settings: NodeGroupSettings;
  /** Machines that are there from the start. */
  readonly running: number;
}

export class Cloud implements CloudProvider {
  readonly groups: readonly MachineGroup[];
  readonly #resources: Resources;

  constructor(engine: Engine, client: ApiClient, groups: readonly RentedGroup[]) {
    this.#resources = new Resources(client);
    const samplers = new Samplers();
    const random = engine.stream('cloud');
    this.groups = groups.map(({ settings, running, ...facts }) => {
      const boot = samplers.add(settings.boot);
      const register = samplers.add(settings.register);
      return new MachineGroup(engine, facts, settings, running, {
        made: (name, group) => {
          const delayUs = samplers.draw(boot, random) + samplers.draw(register, random);
          engine.spawn(`machine ${name}`, this.#register(name, group, Math.round(delayUs)));
        },
        ended: (name) => engine.spawn(`end of machine ${name}`, this.#end(name)),
      });
    });
  }

  groupOf(instance: string): NodeGroup | undefined {
    return this.groups.find((group) => group.has(instance));
  }

  /** The machine runs, and its kubelet creates the node. */
  *#register(name: string, group: MachineGroup, delayUs: number): Script {
    yield* sleep(delayUs);
    if (!group.has(name)) return;
    yield* this.#resources.create(nodeObject(name, group)).wait();
    if (group.has(name)) group.registered(name);
    else yield* this.#end(name);
  }

  /** The node of a machine that is gone is deleted (cloud-node-lifecycle-controller). */
  *#end(name: string): Script {
    yield* this.#resources.delete({ apiVersion: 'v1', kind: 'Node', metadata: { name } }).wait();
  }
}

/** The Node object that a machine of the group registers. */
function nodeObject(name: string, { template, hourlyCost }: MachineGroup): KubeObject {
  const { labels, taints, capacity, allocatable } = template;
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
