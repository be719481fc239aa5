// Hot dialect: Services as proxies in pods see them that balance by themselves: what their controllers have heard, and which balancer each has.
import type { Engine } from '../engine/engine.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import { clientIp } from '../model/clients.ts';
import { podIp } from '../model/complete-objects/pod-object.ts';
import type { EndpointTable } from '../model/endpoint-table.ts';
import type { EndpointSubset } from '../model/endpoints.ts';
import type { SidecarUse, UpstreamUse } from '../model/ports/routes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import { KubeProxies } from './kube-proxy.ts';
import type { Asker } from './pools.ts';
import type { RouteTable } from './routes/route-table.ts';

export interface Upstream {
  /** The balancer's number. */
  readonly balancer: number;
  readonly view: UpstreamView;
}

/** How much of the log of endpoints the controller in a pod has taken up: it hears by a watch, and looks no more often than it may, as a kube-proxy. */
export class UpstreamView {
  readonly #proxies: KubeProxies;

  constructor(
    engine: Engine,
    endpoints: EndpointTable,
    watchDelivery: DistributionSpec,
    use: SidecarUse,
    stream = `network/gateways/${use.proxies}`,
  ) {
    const kubeProxy = {
      minSyncPeriodUs: use.syncPeriodUs,
      syncFixedUs: use.syncUs,
      syncPerEndpointUs: 0,
      syncPerServiceUs: 0,
    };
    this.#proxies = new KubeProxies(engine, endpoints, { kubeProxy, watchDelivery }, 0, stream, false);
  }

  /** A proxy is a pod here, not a node. */
  cursor(pod: PodRow): number {
    return this.#proxies.cursor(pod as number as NodeRow);
  }
}

/** By what its luck is drawn. */
export interface RequestKey {
  readonly ordinal: number;
  readonly hop: number;
  readonly attempt: number;
}

/** And what it is about, -1 for nothing in particular. */
interface AskedBy extends RequestKey {
  readonly key: number;
}

export class Upstreams {
  /** What the next connection is by: see `Routes.through`. */
  proxy = -2;
  source = '';
  readonly #engine: Engine;
  readonly #endpoints: EndpointTable;
  readonly #watchDelivery: DistributionSpec;
  /** By destination. */
  readonly #upstreams: (Upstream | undefined)[] = [];
  readonly #views = new Map<string, UpstreamView>();
  readonly #balancers = new Map<string, number>();

  constructor(engine: Engine, endpoints: EndpointTable, watchDelivery: DistributionSpec) {
    this.#engine = engine;
    this.#endpoints = endpoints;
    this.#watchDelivery = watchDelivery;
  }

  of(destination: number): Upstream | undefined {
    return this.#upstreams[destination];
  }

  /** Of one image all proxies have one balancer for each Service, whatever path leads there. `make` gives the number of a new one. */
  add(destination: number, target: string, use: UpstreamUse, make: () => number): void {
    if (this.#upstreams[destination] !== undefined) return;
    const key = `${use.proxies} ${target} ${JSON.stringify(use.balancer)}`;
    let balancer = this.#balancers.get(key);
    if (balancer === undefined) {
      balancer = make();
      this.#balancers.set(key, balancer);
    }
    let view = this.#views.get(use.proxies);
    if (view === undefined) {
      view = new UpstreamView(this.#engine, this.#endpoints, this.#watchDelivery, use);
      this.#views.set(use.proxies, view);
    }
    this.#upstreams[destination] = { balancer, view };
  }

  through(proxy: number, source: string): void {
    this.proxy = proxy;
    this.source = source;
  }

  /** Who asks for a connection: its source is the caller, or the client outside whose request it is. `zone`: of the proxy. */
  asker(routes: RouteTable, destination: number, caller: PodRow, zone: number, request: AskedBy): Asker {
    const traits = routes.destinations.request(destination);
    return { destination, ...request, source: this.#sourceOf(routes, destination, caller, request), traits, zone };
  }

  #sourceOf(routes: RouteTable, destination: number, caller: PodRow, { ordinal, hop }: RequestKey): string {
    if (this.#upstreams[destination] !== undefined) return this.source;
    return caller >= 0 ? podIp(caller) : clientIp(routes.clientOf(destination, ordinal, hop));
  }

  /** The endpoints for a connection of the caller's proxy, at least one; or a host outside the cluster. */
  lead(
    routes: RouteTable,
    destination: number,
    caller: PodRow,
    { ordinal, hop, attempt }: RequestKey,
  ): EndpointSubset | string | undefined {
    const service = routes.destinations.service(destination);
    const upstream = this.#upstreams[destination];
    if (service < 0 || upstream === undefined) return undefined;
    const cursor = upstream.view.cursor(caller);
    const rules = routes.rulesAt(service, cursor);
    if (rules !== undefined && rules.externalName !== '') return rules.externalName;
    let subset = routes.lead(destination, cursor, -1, false, ordinal, hop, attempt);
    const { filter } = routes.at(destination);
    if (filter !== undefined && subset !== undefined && subset.pods.length > 0) subset = filter(caller, subset);
    return subset === undefined || subset.pods.length === 0 ? undefined : subset;
  }

  entry(routes: RouteTable, destination: number, caller: PodRow): number {
    const service = routes.destinations.service(destination);
    const cursor = this.#upstreams[destination]?.view.cursor(caller) ?? 0;
    return service < 0 ? -1 : this.#endpoints.at(service, cursor).entry;
  }
}
