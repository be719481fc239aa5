// The machines of a scenario: node pools and Node objects as rows of the node table.
import type { Node } from 'kubernetes-types/core/v1.js';
import type { RentedGroup } from '../cloud/cloud.ts';
import type { Random } from '../engine/random.ts';
import { NodeReady, type NodeSpec } from '../model/nodes.ts';
import { nodeSpec } from '../model/node-spec.ts';
import { SPEED_LABEL, SYSTEM_CPU_LABEL } from '../model/node-speed.ts';
import { type ClusterState, HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../model/state.ts';
import type { NodeTemplate } from '../model/ports/cloud.ts';
import type { NodePool, NodeResources } from '../model/settings/cluster.ts';
import type { LoadedScenario } from '../scenario/scenario.ts';
import type { NodeRow } from '../model/rows.ts';

/** Adds every node at time 0, Ready unless its object says otherwise, with the phase of its heartbeat drawn from `random`. */
export function addNodes(state: ClusterState, loaded: LoadedScenario, random: Random): void {
  const add = (spec: NodeSpec): NodeRow => {
    const row = state.addNode(spec, 0);
    // Its last heartbeat was at some instant of the interval before the start.
    state.nodes.renewPhaseUs[row] = -random.int(loaded.scenario.kubelet.leaseRenewIntervalUs);
    return row;
  };
  for (const pool of loaded.scenario.cluster.nodePools) {
    for (let index = 0; index < pool.count; index += 1) {
      const name = nodeName(pool, index);
      const { labels, ...template } = nodeTemplate(pool, index);
      add({
        name,
        labels: { [HOSTNAME_LABEL]: name, ...labels },
        ...template,
        unschedulable: false,
        hourlyCost: pool.hourlyCost,
      });
    }
  }
  for (const { object } of loaded.nodes) {
    const node = object as unknown as Node;
    const row = add(nodeSpec(node));
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    if (ready === 'False') state.nodes.ready[row] = NodeReady.False;
    if (ready === 'Unknown') state.nodes.ready[row] = NodeReady.Unknown;
  }
}

/** The groups of machines that a node autoscaler can change. */
export function rentedGroups({ scenario }: LoadedScenario): RentedGroup[] {
  return scenario.cluster.nodePools.flatMap((pool) =>
    pool.autoscaling === undefined
      ? []
      : [
          {
            id: pool.name,
            templates: Array.from({ length: Math.max(1, pool.zones.length) }, (_, zone) => nodeTemplate(pool, zone)),
            hourlyCost: pool.hourlyCost,
            name: (ordinal: number) => nodeName(pool, ordinal),
            settings: pool.autoscaling,
            spot: pool.spot,
            running: pool.count,
          },
        ],
  );
}

function nodeName({ name }: NodePool, index: number): string {
  return `${name}-${index}`;
}

/** What the pool's node of that number is, but for its name. */
function nodeTemplate(pool: NodePool, index: number): NodeTemplate {
  const zone = pool.zones[index % Math.max(1, pool.zones.length)];
  return {
    labels: {
      ...(pool.region === '' ? {} : { [REGION_LABEL]: pool.region }),
      ...(zone === undefined ? {} : { [ZONE_LABEL]: zone }),
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': 'amd64',
      ...(pool.instanceType === undefined ? {} : { 'node.kubernetes.io/instance-type': pool.instanceType }),
      ...(pool.speed === undefined ? {} : { [SPEED_LABEL]: String(pool.speed) }),
      ...(pool.systemCpuMilli === undefined ? {} : { [SYSTEM_CPU_LABEL]: `${pool.systemCpuMilli}m` }),
      ...pool.labels,
    },
    taints: pool.taints,
    capacity: amounts(pool.capacity),
    allocatable: amounts(pool.allocatable),
  };
}

/** The machines whose kubelets had gone silent before the start. */
export function silentNodes({ nodes }: ClusterState): NodeRow[] {
  return Array.from({ length: nodes.length }, (_, row) => row as NodeRow).filter(
    (row) => nodes.ready[row] === NodeReady.Unknown,
  );
}

function amounts(resources: NodeResources): Record<string, number> {
  return {
    cpu: resources.cpuMilli,
    memory: resources.memoryBytes,
    'ephemeral-storage': resources.ephemeralStorageBytes,
    pods: resources.pods,
    ...resources.extended,
  };
}
