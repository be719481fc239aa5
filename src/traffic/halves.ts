// What both halves of calls are made of: each feature that a scenario uses stands around those before it; what is not used is not there.
import type { PodExits } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { asking, type AskedRequests } from './asked-requests.ts';
import type { Behaviors } from './behaviors.ts';
import type { Caches } from './caches/caches.ts';
import { caching } from './caches/caching-callers.ts';
import type { CallSites } from './call-sites.ts';
import { Callers, type CallersKind } from './callers.ts';
import { classing } from './classes/classed-callers.ts';
import { selecting } from './classes/classed-serving.ts';
import type { MarkedCalls } from './classes/marked-calls.ts';
import { hasSizes, selects } from './classes/marks.ts';
import type { RequestClasses } from './classes/request-classes.ts';
import type { SentAs } from './classes/sent-as.ts';
import { type Made, withConnections } from './connections/wiring.ts';
import type { Databases } from './databases/databases.ts';
import { storing } from './databases/storing-serving.ts';
import type { Proxies } from './gateways/proxies.ts';
import { consuming, type Receive } from './message-queues/consuming-callers.ts';
import type { TrafficMesh } from './mesh/wiring.ts';
import type { MessageQueues } from './message-queues/message-queues.ts';
import { publishing } from './message-queues/publishing-serving.ts';
import { lookingUp } from './names/naming-callers.ts';
import { policedBy } from './policed/policed-callers.ts';
import { PolicedServing, type ServerPolicies } from './policed/policed-serving.ts';
import type { Policing } from './policed/policing.ts';
import { Serving } from './serving.ts';
import { holding } from './slow-clients/holding-serving.ts';
import { SlowClients } from './slow-clients/slow-clients.ts';
import type { TrafficSettings } from './settings.ts';
import type { TrafficTracing } from './traces/traffic-tracing.ts';
import { telling } from './users/telling-callers.ts';
import type { Users } from './users/users.ts';
import { WeighedServing } from './weighed-serving.ts';

/** What a scenario uses beyond plain calls; undefined where it does not. */
export interface Features {
  readonly settings: TrafficSettings;
  readonly policing: Policing | undefined;
  /** Requests have classes or keys. */
  readonly marked:
    | { readonly marks: MarkedCalls; readonly classes: RequestClasses; readonly sentAs: SentAs }
    | undefined;
  readonly caches: Caches | undefined;
  readonly proxies: Proxies | undefined;
  readonly queues: MessageQueues | undefined;
  readonly mesh: TrafficMesh | undefined;
  /** Some pods keep data. */
  readonly databases: Databases | undefined;
  readonly tracing: TrafficTracing | undefined;
  /** Requests may come that no source sends. */
  readonly asked: AskedRequests | undefined;
}

/** What is there once traffic is made; asked for when calls are. */
export interface MadeTraffic extends Made {
  readonly users: Users | undefined;
  nodeOf(pod: PodRow): NodeRow;
  receive(...message: Parameters<Receive>): void;
}

/** Sites where no scenario's call goes: of queries to DNS, and of what brokers deliver; -1 for none. */
export interface OwnSites {
  readonly query: number;
  readonly broker: number;
}

/** The caller's half, the innermost feature first: an attempt goes through them from the last to the first. */
export function callersOf(features: Features, state: ClusterState, own: OwnSites, made: MadeTraffic): CallersKind {
  const { settings, policing, marked, caches, proxies, queues, mesh, tracing, asked } = features;
  let Half: CallersKind = policing === undefined ? Callers : policedBy(policing.places);
  if (marked !== undefined) Half = classing(Half, marked.classes, marked.marks);
  if (mesh !== undefined) Half = mesh.inner(Half);
  const sentAs = hasSizes(settings) ? marked?.sentAs : undefined;
  Half = withConnections(Half, settings, state, own.query, made, mesh?.mesh, sentAs);
  if (mesh !== undefined) Half = mesh.outer(Half);
  if (settings.dns !== undefined) Half = lookingUp(Half, settings.dns, state, own.query);
  if (caches !== undefined && marked !== undefined) Half = caching(Half, caches, marked.classes, marked.marks);
  if (proxies !== undefined) Half = proxies.callers(Half);
  if (settings.traffic.some(({ users }) => users !== undefined)) Half = telling(Half, () => made.users!);
  if (queues !== undefined) {
    Half = consuming(
      Half,
      queues,
      state.machines,
      (pod) => made.nodeOf(pod),
      own.broker,
      (...message) => made.receive(...message),
      marked?.marks,
    );
  }
  if (asked !== undefined) Half = asking(Half, asked);
  if (tracing === undefined) return Half;
  mesh?.tell(tracing.tracer);
  return tracing.callers(Half);
}

/** The server's half, and what processes report through it. */
export interface ServingKind {
  readonly Half: typeof Serving;
  /** What is done to each of them once it is made. */
  readonly govern: (serving: Serving) => Serving;
  readonly exits: PodExits;
}

/** The same for the server's half. `chains`: what policies of servers there are. */
export function servingOf(
  { settings, marked, proxies, queues, databases, mesh, tracing }: Features,
  chains: ServerPolicies | undefined,
  sites: CallSites,
  behaviors: Behaviors,
  exits: PodExits,
): ServingKind {
  const keyOf = (row: number): number => marked?.marks.keys[row] ?? -1;
  let Half: typeof Serving = settings.requestsHoldMemory ? WeighedServing : Serving;
  if (chains !== undefined) Half = PolicedServing;
  if (marked !== undefined && settings.behaviors.some(selects)) {
    const { names } = marked.classes;
    Half = selecting(Half, marked.marks, (site, of) => {
      const chosen = sites.classes[site];
      return chosen === undefined || (of >= 0 && chosen.includes(names[of]));
    });
  }
  if (proxies !== undefined) Half = proxies.serving(Half);
  if (queues !== undefined && settings.behaviors.some(({ publishes = [] }) => publishes.length > 0)) {
    Half = publishing(Half, queues, (behavior) => behaviors.specs[behavior].publishes ?? [], keyOf);
  }
  if (databases !== undefined) {
    Half = storing(Half, {
      databases,
      isWrite: (site) => sites.write[site],
      specOf: (behavior) => behaviors.specs[behavior].database,
      keyOf,
    });
  }
  if (settings.traffic.some(({ bytesPerSecond = Infinity }) => bytesPerSecond < Infinity)) {
    const slow = new SlowClients(sites, behaviors, hasSizes(settings) ? marked?.sentAs : undefined);
    if (tracing !== undefined) slow.held = (row) => tracing.tracer.held(row);
    Half = holding(Half, slow);
  }
  if (mesh !== undefined) Half = mesh.serving(Half);
  if (chains === undefined) return { Half, govern: (serving) => serving, exits };
  return {
    Half,
    govern: (serving) => (serving as PolicedServing).govern(chains),
    // PolicedServing reports what requests hold whether anybody listens or not.
    exits: settings.requestsHoldMemory
      ? exits
      : { drained: (...of) => exits.drained(...of), holdsMore: () => undefined },
  };
}
