// Hot dialect: the proxies in pods, one for each container number: who takes a request, where it leads, and as whom it goes on.
import type { Samplers } from '../../engine/distributions.ts';
import { clientIp, clientOf, clientsLuck } from '../../model/clients.ts';
import { podIp } from '../../model/complete-objects/pod-object.ts';
import type { GatewayBackend, GatewayRoute } from '../../model/gateway-table.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field, ServerState } from '../calls.ts';
import type { BackendSites } from './backend-sites.ts';
import type { OwnAnswer } from './gateway-counts.ts';
import type { GatewayProcess, Worker } from './gateway-process.ts';
import type { Gateways, ProxyContainer } from './gateways.ts';
import { HOP } from './proxied.ts';
import type { ProxyPods, ProxyWorkers } from './proxy-workers.ts';

const NONE = -1;
/** Whether a request is copied is another draw than where it goes. */
const MIRRORS = 0x3c6ef372;

/** What all proxies share. */
export interface GatewayParts {
  readonly gateways: Gateways;
  readonly sites: BackendSites;
  readonly calls: CallTable;
  readonly callSites: CallSites;
  readonly behaviors: Behaviors;
  readonly samplers: Samplers;
  readonly routes: Pick<Routes, 'through' | 'upstreamEntry'>;
  readonly seed: number | string;
  readonly classOf: (pod: PodRow) => PodClass;
  /** Sends a copy of the request of that luck to a backend, from a node. */
  readonly mirror: (to: GatewayBackend, from: NodeRow, ordinal: number, hop: number, attempt: number) => void;
}

/** The proxies in the containers of one number. */
export class ProxyPodsOfContainers implements ProxyPods, ProxyContainer {
  readonly #parts: GatewayParts;
  readonly #behaviorOf: (pod: PodRow) => number;
  readonly #processes: (GatewayProcess | undefined)[] = [];
  readonly #clients;
  workers: ProxyWorkers | undefined;
  serving: { cutOff(row: number): void } | undefined;
  /** Rows that stand for the work of reloads, with their pods. */
  readonly reloads = new Map<number, PodRow>();

  constructor(parts: GatewayParts, behaviorOf: (pod: PodRow) => number) {
    this.#parts = parts;
    this.#behaviorOf = behaviorOf;
    this.#clients = clientsLuck(parts.seed);
  }

  of(pod: PodRow): GatewayProcess | undefined {
    return this.#processes[pod];
  }

  started(pod: PodRow): void {
    const { behaviors, gateways, classOf } = this.#parts;
    const behavior = this.#behaviorOf(pod);
    const spec = behaviors.gateways[behavior];
    if (spec === undefined) return;
    while (this.#processes.length < pod) this.#processes.push(undefined);
    this.#processes[pod] = gateways.start(pod, spec, behaviors.images[behavior], classOf(pod), this);
  }

  ended(pod: PodRow): void {
    const process = this.#processes[pod];
    if (process === undefined) return;
    this.#parts.gateways.end(process);
    this.#processes[pod] = undefined;
    for (const [row, of] of this.reloads) if (of === pod) this.#forget(row);
  }

  /** Which worker takes a connection is a matter of its addresses (`SO_REUSEPORT`): any one alike. */
  enter(process: GatewayProcess, row: number): number {
    const { calls, callSites, gateways } = this.#parts;
    const { ints } = calls;
    const at = CALL * row;
    const { luck } = gateways;
    luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop], ints[at + Field.Attempt]);
    const site = ints[at + Field.Site];
    process.assign(row, Math.floor(luck.uniform() * process.workers.length));
    if (!process.table.hasTls(callSites.request[site].host, callSites.target[site])) return 0;
    if (luck.uniform() < process.spec.tls.reuse) return 0;
    gateways.countsOf(process).handshakes += 1;
    return process.spec.tls.handshakeUs;
  }

  workBeside(pod: PodRow, workUs: number): void {
    if (workUs === 0) return;
    const row = this.#parts.calls.allocate();
    this.reloads.set(row, pod);
    this.workers?.beginBeside(pod, row, workUs);
  }

  /** Whether the row stood for the work of a reload, which is done now. */
  reloadDone(row: number): boolean {
    if (!this.reloads.has(row)) return false;
    this.#forget(row);
    return true;
  }

  /** Connections that wait for a backend are closed; what a worker works on now it still answers. */
  cutOff(process: GatewayProcess, workers: readonly Worker[]): void {
    const { calls, gateways } = this.#parts;
    for (const worker of workers) {
      for (const row of worker.rows) {
        if (calls.ints[CALL * row + Field.Server] !== ServerState.Calling) continue;
        gateways.countsOf(process).cutOff += 1;
        this.serving?.cutOff(row);
      }
    }
  }

  /** Where the request goes; a number of a status where it goes nowhere, -1 where its connection is closed. */
  lead(process: GatewayProcess, row: number): number | OwnAnswer {
    const { calls, callSites, sites, routes, gateways } = this.#parts;
    const { ints } = calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    const request = callSites.request[site];
    const route = process.routeOf(site, () => process.table.find(request, callSites.target[site]));
    if (route?.closes === true) return NONE;
    gateways.countsOf(process).requests += 1;
    if (route === undefined) return '404';
    if (route.redirects === true) return '302';
    const backend = this.#backendOf(route, row);
    if (backend === undefined || backend.service === '') return '500';
    if (route.mirrors !== undefined) this.#mirror(route.mirrors, row);
    if (backend.mirrors !== undefined) this.#mirror(backend.mirrors, row);
    const sent = route.rewrite?.(request) ?? request;
    const led = sites.of(process, route, backend, backend.rewrite?.(sent) ?? sent);
    const { on } = process.spec.reload;
    if (on === 'endpoints') {
      const destination = callSites.destination[led];
      const changed = process.endpointsChanged(destination, routes.upstreamEntry(destination, process.pod));
      if (changed) gateways.reloadForEndpoints(process);
    }
    return led;
  }

  /** The request goes on: the next connection is one of the worker that has it, for its client. */
  send(row: number, balancer: string, attempt: number): void {
    const { calls, gateways, routes } = this.#parts;
    const process = this.#processes[calls.ints[CALL * row + Field.Pod]];
    if (process === undefined) return;
    // What all workers share is the process' own.
    const lasts = process.spec.lastingBalancers.includes(balancer);
    const proxy = lasts ? process.proxy : (process.workerOf(row)?.proxy ?? process.proxy);
    routes.through(proxy, this.#sourceOf(row));
    if (attempt > 0) gateways.countsOf(process).retries += 1;
  }

  /** As a balancer that hashes sees it. */
  #sourceOf(row: number): string {
    const { calls, callSites } = this.#parts;
    const { ints } = calls;
    const at = CALL * row;
    const parent = ints[at + Field.Parent];
    if (parent !== NONE) return podIp(ints[CALL * parent + Field.Pod] as PodRow);
    return clientIp(this.#clientOf(row, callSites.clients[ints[at + Field.Site]]));
  }

  #clientOf(row: number, clients: number): number {
    const { ints } = this.#parts.calls;
    const at = CALL * row;
    return clientOf(this.#clients, clients, ints[at + Field.Ordinal], ints[at + Field.Hop]);
  }

  #backendOf({ backends, sticky }: GatewayRoute, row: number): GatewayBackend | undefined {
    const { calls, callSites, gateways } = this.#parts;
    const { ints } = calls;
    const at = CALL * row;
    const client =
      sticky === undefined || ints[at + Field.Parent] !== NONE
        ? NONE
        : this.#clientOf(row, callSites.clients[ints[at + Field.Site]]);
    const before = client === NONE ? undefined : sticky!.get(client);
    const kept = backends.find(({ namespace, service }) => `${namespace}/${service}` === before);
    if (kept !== undefined) return kept;
    let sum = 0;
    for (const { weight } of backends) sum += weight;
    const { luck } = gateways;
    luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop] ^ HOP, ints[at + Field.Attempt]);
    let left = luck.uniform() * sum;
    for (const backend of backends) {
      left -= backend.weight;
      if (left >= 0) continue;
      if (client !== NONE) sticky!.set(client, `${backend.namespace}/${backend.service}`);
      return backend;
    }
    return undefined;
  }

  /** Copies go their own way, and nobody waits for them. */
  #mirror(mirrors: NonNullable<GatewayRoute['mirrors']>, row: number): void {
    const { calls, gateways, mirror } = this.#parts;
    const { ints } = calls;
    const at = CALL * row;
    const { [at + Field.Ordinal]: ordinal, [at + Field.Hop]: hop, [at + Field.Attempt]: attempt } = ints;
    const { luck } = gateways;
    luck.seek(ordinal, hop ^ MIRRORS, attempt);
    for (const { backend, share } of mirrors) {
      if (share >= 1 || luck.uniform() < share)
        mirror(backend, ints[at + Field.Node] as NodeRow, ordinal, hop, attempt);
    }
  }

  #forget(row: number): void {
    this.reloads.delete(row);
    this.#parts.calls.release(row);
  }
}
