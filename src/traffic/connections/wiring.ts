// How connections are wired into traffic: the kind of callers that keep them, and what they hear of processes that serve.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallersKind } from '../callers.ts';
import type { SentAs } from '../classes/sent-as.ts';
import type { PodContainers } from '../pod-containers.ts';
import type { TrafficSettings } from '../settings.ts';
import { connecting } from './connecting-callers.ts';
import type { Connections } from './connections.ts';
import { Egress } from './egress.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { WorkBeside } from '../work-beside.ts';
import { Listeners } from './listeners.ts';
import { ServerProcess } from './server-process.ts';

/** What is there once traffic is made. */
export interface Made {
  readonly containers: PodContainers;
  readonly workBeside: readonly WorkBeside[];
}

/** The caller's half where connections are kept; `Base` where they are not. `querySite`: of queries to cluster DNS, -1 for none; `sentAs`: where classes have sizes. */
export function withConnections(
  Base: CallersKind,
  { connections, dns, isOutside = () => false }: TrafficSettings,
  { machines, nodes }: ClusterState,
  querySite: number,
  made: Made,
  mesh: Mesh | undefined,
  sentAs: SentAs | undefined,
): CallersKind {
  if (connections === undefined) return Base;
  return connecting(Base, connections, {
    machines,
    listeners: new Listeners(machines, (pod, port) => made.containers.numberAt(pod, port)),
    workBesideOf: (number) => made.workBeside.at(number),
    cpusOf: (node: NodeRow) => nodes.cpuMilli[node] / 1000,
    isOutside,
    mesh,
    sentAs,
    egress: connections.egress && new Egress(nodes),
    queries: { site: querySite, byUdp: dns?.useTcp === false },
  });
}

/** A process serves from now on, with the behaviour of that number. */
export function processStarts(
  connections: Connections,
  pod: PodRow,
  number: number,
  epoch: number,
  node: NodeRow,
  behaviors: Behaviors,
  behavior: number,
): void {
  const settings = behaviors.connections[behavior] ?? connections.spec.servers;
  connections.started(new ServerProcess(pod, number, epoch, node, settings, behaviors.sizes[behavior]));
}
