// Where calls are made and how, as columns: a site for each entry of a behaviour's `calls`, and one for each source.
import type { Routes, UpstreamUse } from '../model/ports/routes.ts';
import { INSIDE, type RequestTraits } from '../model/request-traits.ts';
import type { CacheSpec } from '../model/settings/cache.ts';
import type { KeysSpec, SizesOfClass } from '../model/settings/request-classes.ts';
import type { CallerConnections } from '../model/settings/connections.ts';
import { splitPodName } from '../model/settings/pod-name.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import type { Retries, RoutePolicies } from '../model/settings/traffic.ts';
import type { ServiceDirectory } from './services.ts';

const EVERY_OUTCOME = ~0;

export interface SiteSpec {
  readonly namespace: string;
  readonly name: string;
  /** Of the Service, by name or number; without one its first. */
  readonly port?: string | undefined;
  readonly count: number;
  readonly probability: number;
  readonly parallel: boolean;
  readonly timeoutUs: number;
  readonly retries: Retries;
  readonly priority: number;
  /** Who calls there, as messages and tables name it. */
  readonly caller: string;
  readonly policies: readonly FamilyUse[];
  /** How many addresses the callers have, where they are outside. */
  readonly clients?: number;
  /** The name of the tunnel that they go by (`kubectl port-forward`). */
  readonly tunnel?: string | undefined;
  /** What routes may look at; without it a call of a pod. */
  readonly request?: RequestTraits;
  /** The source whose requests of one class go there; undefined for one of its own, and for calls of pods. */
  readonly source?: number;
  /** How many times the usual work its calls are. */
  readonly work?: number;
  /** How large they and their answers are, where that is not what whoever serves them says. */
  readonly size?: SizesOfClass | undefined;
  /** What its calls are about, where that is not what the request is about for which they are made. */
  readonly keys?: KeysSpec | undefined;
  readonly cache?: CacheSpec | undefined;
  /** Made for requests of these classes only. */
  readonly classes?: readonly string[] | undefined;
  readonly connections?: CallerConnections | undefined;
  readonly write?: boolean | undefined;
  readonly bytesPerSecond?: number | undefined;
  /** The proxy of a gateway calls, which balances by itself. */
  readonly upstream?: UpstreamUse;
  /** Bits of outcomes after which the call is tried again; without them all. */
  readonly retryOn?: number;
}

export class CallSites {
  /** `port` by name or number; '' for the only one. */
  readonly target: { readonly namespace: string; readonly name: string; readonly port: string }[] = [];
  /** Where calls go, as the routes number it, and the meter of that Service. */
  readonly destination: number[] = [];
  readonly meter: number[] = [];
  readonly count: number[] = [];
  readonly probability: number[] = [];
  /** The site after the last one of its group of parallel neighbours; the next site for a sequential one. */
  readonly groupEnd: number[] = [];
  readonly parallel: boolean[] = [];
  /** 0 for none. */
  readonly timeoutUs: number[] = [];
  readonly maxRetries: number[] = [];
  readonly backoffUs: number[] = [];
  readonly jitter: number[] = [];
  /** Bits of outcomes: whether an attempt that ended in one is followed by another. */
  readonly retryOn: number[] = [];
  readonly clients: number[] = [];
  readonly request: RequestTraits[] = [];
  /** Of sites where the proxy of a gateway calls: the name of its balancer; '' of others. */
  readonly balancer: string[] = [];
  readonly priority: number[] = [];
  /** `front:1.0 → shop/back`. */
  readonly names: string[] = [];
  readonly policies: (readonly FamilyUse[])[] = [];
  /** The site whose policies calls there go by: that of another class of the same source with the same destination, else the site itself. */
  readonly policySite: number[] = [];
  readonly work: number[] = [];
  readonly sizes: (SizesOfClass | undefined)[] = [];
  readonly keys: (KeysSpec | undefined)[] = [];
  readonly classes: (readonly string[] | undefined)[] = [];
  /** What stands before the calls there; and the site of the questions to it, -1 where it is no Service. */
  readonly caches: (CacheSpec | undefined)[] = [];
  readonly lookups: number[] = [];
  /** By site: its source, for those of classes. */
  readonly #sourceOf: (number | undefined)[] = [];
  /** How callers there keep connections; undefined: a new one for each request. */
  readonly connections: (CallerConnections | undefined)[] = [];
  /** Bytes per second that a client outside sends and takes; Infinity. */
  readonly bytesPerSecond: number[] = [];
  /** Whether its calls change data. */
  readonly write: boolean[] = [];
  /** `front:1.0`. */
  readonly callers: string[] = [];
  /** The first sites are those of sources, in their order. */
  readonly #sources: number;
  readonly #services: ServiceDirectory;
  readonly #routePolicies: readonly RoutePolicies[];
  readonly #routes: Pick<Routes, 'destination' | 'upstream'>;

  constructor(
    services: ServiceDirectory,
    routes: Pick<Routes, 'destination' | 'upstream'>,
    sources: number,
    routePolicies: readonly RoutePolicies[],
  ) {
    this.#routePolicies = routePolicies;
    this.#sources = sources;
    this.#services = services;
    this.#routes = routes;
  }

  get length(): number {
    return this.destination.length;
  }

  /** The proxy of a gateway calls there. */
  isUpstream(site: number): boolean {
    return this.balancer[site] !== '';
  }

  /** -1 for a site where a pod calls. */
  sourceOf(site: number): number {
    return site < this.#sources ? site : (this.#sourceOf[site] ?? -1);
  }

  add(spec: SiteSpec): number {
    return this.#append(spec, -1);
  }

  /** With a `meter` it is of no Service. */
  #append(
    {
      namespace,
      name,
      port = '',
      count,
      probability,
      parallel,
      timeoutUs,
      retries,
      priority,
      caller,
      policies,
      clients = 0,
      tunnel,
      request,
      source,
      work = 1,
      size,
      keys,
      classes,
      cache,
      connections,
      write = false,
      bytesPerSecond = Infinity,
      upstream,
      retryOn = EVERY_OUTCOME,
    }: SiteSpec,
    meter: number,
  ): number {
    const shared = source === undefined ? -1 : this.#sharing(source, namespace, name);
    const isNowhere = meter >= 0;
    this.target.push({ namespace, name, port });
    this.meter.push(isNowhere ? meter : this.#services.meter[this.#services.add(namespace, name)]);
    this.count.push(count);
    this.probability.push(probability);
    this.groupEnd.push(this.length + 1);
    this.parallel.push(parallel);
    this.timeoutUs.push(timeoutUs);
    this.maxRetries.push(retries.max);
    this.backoffUs.push(retries.backoffUs);
    this.jitter.push(retries.jitter);
    this.retryOn.push(retryOn);
    this.clients.push(clients);
    this.request.push(request ?? INSIDE);
    this.balancer.push(upstream?.balancer.name ?? '');
    this.priority.push(priority);
    this.connections.push(connections);
    this.write.push(write);
    this.bytesPerSecond.push(bytesPerSecond);
    this.callers.push(caller);
    this.names.push(isNowhere ? caller : `${caller} → ${namespace}/${name}`);
    this.policies.push(shared < 0 ? [...policies, ...this.#ofRoutes(namespace, name)] : []);
    this.policySite.push(shared < 0 ? this.policySite.length : shared);
    this.work.push(work);
    this.sizes.push(size);
    this.keys.push(keys);
    this.classes.push(classes);
    this.caches.push(cache);
    this.lookups.push(-1);
    this.#sourceOf.push(source);
    if (isNowhere) return this.destination.push(-1) - 1;
    const destination =
      upstream === undefined
        ? this.#routes.destination(namespace, name, port, tunnel, clients, request)
        : this.#routes.upstream(namespace, name, port, upstream);
    return this.destination.push(destination) - 1;
  }

  /** A site that leads nowhere, with a meter of its own: whoever calls there knows where to. */
  addNowhere(caller: string, meter: number): number {
    const retries = { max: 0, backoffUs: 0, jitter: 0 };
    const once = { count: 1, probability: 1, parallel: false, timeoutUs: 0, retries, priority: 0, policies: [] };
    return this.#append({ namespace: '', name: caller, caller, ...once }, meter);
  }

  /** The first site where requests of the source go to that Service; -1 for none. */
  #sharing(source: number, namespace: string, name: string): number {
    return this.target.findIndex(
      (target, site) => this.sourceOf(site) === source && target.namespace === namespace && target.name === name,
    );
  }

  #ofRoutes(namespace: string, name: string): readonly FamilyUse[] {
    const { service } = splitPodName(name);
    return this.#routePolicies
      .filter((route) => route.namespace === namespace && route.name === service)
      .flatMap(({ policies }) => policies);
  }
}
