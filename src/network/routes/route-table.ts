// Hot dialect: destination → rule → a subset of endpoints, as a proxy has it that has applied a given number of changes.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EndpointTable, EndpointVersion } from '../../model/endpoint-table.ts';
import { type EndpointSubset, EVERY_ENDPOINT, type Selection } from '../../model/endpoints.ts';
import { clientOf, clientsLuck } from '../../model/clients.ts';
import type {
  Backend,
  Division,
  EndpointFilter,
  Mirror,
  RouteRule,
  Routing,
  UpstreamUse,
} from '../../model/ports/routes.ts';
import { INSIDE, type RequestTraits } from '../../model/request-traits.ts';
import type { ServiceRules } from '../../model/service-rules.ts';
import type { ClusterState } from '../../model/state.ts';
import type { PortEndpoints } from '../endpoints/port-endpoints.ts';
import { ServiceEndpoints } from '../endpoints/service-endpoints.ts';
import { Destinations } from './destinations.ts';
import { type MirroredTo, Rule } from './rule.ts';
import type { NodeRow, ObjectRow } from '../../model/rows.ts';

/** A Service's rule from an entry of the endpoints' log on; undefined for one that was taken back. */
interface Ruled<R> {
  readonly entry: number;
  readonly rule: R | undefined;
}

interface RoutedRule {
  readonly matches: (request: RequestTraits) => boolean;
  readonly rule: Rule;
}

/** A destination as the proxy of its last caller has it: most have the same. */
export interface Route {
  /** A proxy in a pod leads there by itself, whatever kube-proxies have. */
  readonly isUpstream: boolean;
  /** Whether connections need `everywhere` and nothing else. */
  plain: boolean;
  /** Those from outside come by a node. */
  byNodes: boolean;
  service: ObjectRow;
  cursor: number;
  version: EndpointVersion | undefined;
  rules: ServiceRules | undefined;
  rule: Rule | undefined;
  /** Undefined where there is no such Service or port. */
  endpoints: PortEndpoints | undefined;
  /** Where every caller has the same ones. */
  everywhere: EndpointSubset | undefined;
  /** Which of them a caller uses for now; undefined: all. */
  filter: EndpointFilter | undefined;
}

interface Mirrors {
  /** The proxy of a node (-1: the cluster's edge) sends a copy of a request. */
  mirror(destination: number, from: NodeRow, ordinal: number, hop: number, attempt: number): void;
}

export class RouteTable implements Division, Routing {
  readonly destinations: Destinations;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #endpoints: EndpointTable;
  readonly #subsets = new ServiceEndpoints();
  readonly #luck: CounterRandom;
  /** By Service (object row), oldest first: of weights alone, and of routes. Most have none. */
  readonly #rules = new Map<ObjectRow, Ruled<Rule>[]>();
  readonly #routed = new Map<ObjectRow, Ruled<readonly RoutedRule[]>[]>();
  readonly #clientsLuck: CounterRandom;
  /** Who sends copies of requests. */
  mirrors: Mirrors | undefined;
  /** By destination of mirrored requests. */
  readonly #fixed = new Map<number, Rule>();
  /** By destination. */
  readonly #routes: Route[] = [];

  constructor(engine: Engine, state: ClusterState) {
    this.#engine = engine;
    this.#state = state;
    this.#endpoints = state.endpoints;
    this.destinations = new Destinations(state);
    this.#luck = new CounterRandom(engine.seed, 'network/routes');
    this.#clientsLuck = clientsLuck(engine.seed);
  }

  add(namespace: string, service: string, port: string, tunnel = '', clients = 0, request = INSIDE): number {
    const destination = this.destinations.add(namespace, service, port, tunnel, clients, request);
    return this.#enter(destination, false);
  }

  /** For proxies of that image. */
  upstream(namespace: string, service: string, port: string, { proxies, balancer, request }: UpstreamUse): number {
    const inside = { ...request, outside: false };
    const by = `${proxies} ${JSON.stringify(balancer)}`;
    return this.#enter(this.destinations.add(namespace, service, port, '', 0, inside, by), true);
  }

  #enter(destination: number, isUpstream: boolean): number {
    if (destination === this.#routes.length) {
      this.#routes.push({
        isUpstream,
        plain: false,
        byNodes: false,
        service: -1,
        cursor: -1,
        version: undefined,
        rules: undefined,
        rule: undefined,
        endpoints: undefined,
        everywhere: undefined,
        filter: undefined,
      });
    }
    return destination;
  }

  at(destination: number): Route {
    return this.#routes[destination];
  }

  /** From the next connection on. Where there is a filter, callers may have different endpoints. */
  filter(destination: number, filter: EndpointFilter): void {
    const route = this.#routes[destination];
    route.filter = filter;
    route.everywhere = undefined;
  }

  /** What a Service is for a reader of the log that has applied the entries before `cursor`; undefined: there is none. */
  rulesAt(service: ObjectRow, cursor: number): ServiceRules | undefined {
    return this.#endpoints.rulesAt(service, cursor);
  }

  divide(service: ObjectRow, backends: readonly Backend[]): void {
    const rules = this.#rules.get(service) ?? [];
    this.#rules.set(service, rules);
    const entry = this.#endpoints.log(0, this.#engine.now);
    rules.push({ entry, rule: backends.length === 0 ? undefined : new Rule(backends) });
  }

  route(service: ObjectRow, rules: readonly RouteRule[]): void {
    const routed = this.#routed.get(service) ?? [];
    this.#routed.set(service, routed);
    const entry = this.#endpoints.log(0, this.#engine.now);
    const made = rules.map(({ matches, backends, sticky, mirrors }) => ({
      matches,
      rule: new Rule(
        backends,
        sticky,
        mirrors?.map((one) => this.#mirroredTo(one)),
      ),
    }));
    routed.push({ entry, rule: made.length === 0 ? undefined : made });
  }

  /**
   * The endpoints of a connection through the proxy of a node (-1: the cluster's edge) that has applied the entries before `cursor`;
   * `outside`: it comes from outside the cluster. Undefined when the Service or its port does not exist for this proxy, or no backend has weight.
   */
  lead(
    destination: number,
    cursor: number,
    node: NodeRow,
    outside: boolean,
    ordinal: number,
    hop: number,
    attempt: number,
  ): EndpointSubset | undefined {
    const route = this.#routes[destination];
    const service = this.destinations.service(destination);
    if (route.cursor !== cursor || route.service !== service) this.refresh(route, destination, service, cursor);
    if (route.everywhere !== undefined) return route.everywhere;
    const { rules, rule } = route;
    let { endpoints } = route;
    if (endpoints === undefined || rules === undefined) return undefined;
    if (rule !== undefined) {
      this.#luck.seek(ordinal, hop, attempt);
      const backend =
        rule.sticky === undefined
          ? rule.draw(this.#luck)
          : rule.keep(this.clientOf(destination, ordinal, hop), service, this.#luck);
      if (rule.mirrors !== undefined) this.#mirror(rule.mirrors, node, ordinal, hop, attempt);
      if (backend === undefined) return undefined;
      endpoints =
        backend.service === undefined || backend.service === service
          ? this.#select(route, destination, backend.selection)
          : this.#selectElsewhere(backend.service, backend.selection, cursor, destination, rules);
      if (endpoints === undefined) return undefined;
    }
    if (rules.headless) return endpoints.addresses(this.destinations.directPort(destination, rules));
    const local = outside ? rules.externalLocal : rules.internalLocal;
    if (local && node >= 0) return endpoints.local(node);
    return endpoints.cluster(node, node < 0 ? -1 : this.#state.nodes.zone[node]);
  }

  /** What DNS has for the destination's Service that has applied the entries before `cursor`, and where its clients connect (0: at the port of each). */
  addresses(
    destination: number,
    cursor: number,
  ): { readonly ready: EndpointSubset; readonly port: number } | undefined {
    const route = this.#routes[destination];
    const service = this.destinations.service(destination);
    if (route.cursor !== cursor || route.service !== service) this.refresh(route, destination, service, cursor);
    const { rules, endpoints } = route;
    if (rules === undefined || endpoints === undefined) return undefined;
    return { ready: endpoints.addresses(0), port: this.destinations.directPort(destination, rules) };
  }

  /** Its pods and no others, whatever is said of its Service. */
  #mirroredTo({ service, selection, share }: Mirror): MirroredTo {
    const { namespace, name } = this.#state.objects;
    const path = `mirror ${selection.key}`;
    const destination = this.add(namespace[service] ?? '', name[service], '', '', 0, { ...INSIDE, path });
    this.#fixed.set(destination, new Rule([{ selection, weight: 1 }]));
    return { destination, share };
  }

  #mirror(mirrors: readonly MirroredTo[], node: NodeRow, ordinal: number, hop: number, attempt: number): void {
    for (const { destination, share } of mirrors) {
      if (share < 1 && this.#luck.uniform() >= share) continue;
      this.mirrors?.mirror(destination, node, ordinal, hop, attempt);
    }
  }

  /** Which client of a source it is. */
  clientOf(destination: number, ordinal: number, hop: number): number {
    return clientOf(this.#clientsLuck, this.destinations.clients(destination), ordinal, hop);
  }

  /** Whether the destination that was led to last keeps clients at their endpoints, by a cookie. */
  keepsClients(destination: number): boolean {
    return this.#routes[destination].rule?.sticky !== undefined;
  }

  /** Whether the destination that was led to last has an endpoint anywhere. */
  usable(destination: number): boolean {
    return this.#routes[destination].endpoints?.usable ?? false;
  }

  /** Ready endpoints of a Service on a node, whatever their ports, for the proxy there that has applied the entries before `cursor`. */
  localReady(service: ObjectRow, cursor: number, node: NodeRow): number {
    const version = this.#endpoints.at(service, cursor);
    return this.#subsets.of(service, version, undefined, EVERY_ENDPOINT).localReady(node);
  }

  /** Sees the destination as a proxy does that has applied the entries before `cursor`. */
  refresh(route: Route, destination: number, service: ObjectRow, cursor: number): void {
    route.service = service;
    route.cursor = cursor;
    const rules = service < 0 ? undefined : this.#endpoints.rulesAt(service, cursor);
    const rule =
      service < 0
        ? undefined
        : (this.#fixed.get(destination) ??
          this.#routeAt(destination, service, cursor) ??
          ruleAt(this.#rules.get(service), cursor));
    const version = service < 0 ? undefined : this.#endpoints.at(service, cursor);
    if (version === route.version && rules === route.rules && rule === route.rule) return;
    route.version = version;
    route.rules = rules;
    route.rule = rule;
    const has = rules !== undefined && this.destinations.port(destination, rules) >= 0;
    route.endpoints = has ? this.#select(route, destination, EVERY_ENDPOINT) : undefined;
    const direct = rules !== undefined && this.destinations.isDirect(destination, rules);
    const same = rule === undefined && rules !== undefined && !direct && !rules.usesLocal && !route.endpoints?.hinted;
    route.everywhere = same && route.filter === undefined ? route.endpoints?.cluster(-1, -1) : undefined;
    route.plain =
      !route.isUpstream && route.everywhere !== undefined && rules?.externalName === '' && rules.affinityUs === 0;
    route.byNodes = rules?.externallyAccessible === true;
  }

  #select({ service, version, rules }: Route, destination: number, selection: Selection): PortEndpoints {
    const port = rules!.ports.at(this.destinations.port(destination, rules!));
    // DNS has addresses, of pods with whatever ports, unless it is asked for the place of a port by name.
    const direct =
      this.destinations.isDirect(destination, rules!) && this.destinations.directPort(destination, rules!) > 0;
    return this.#subsets.of(service, version!, direct ? undefined : port?.name, selection);
  }

  /** Of another Service, as the same proxy has it; undefined where it does not exist for this proxy. */
  #selectElsewhere(
    service: ObjectRow,
    selection: Selection,
    cursor: number,
    destination: number,
    own: ServiceRules,
  ): PortEndpoints | undefined {
    const rules = this.#endpoints.rulesAt(service, cursor);
    const version = this.#endpoints.at(service, cursor);
    if (rules === undefined || version === undefined) return undefined;
    return this.#subsets.of(
      service,
      version,
      rules.ports.at(this.destinations.port(destination, own))?.name,
      selection,
    );
  }

  /** Of the routes as the proxy has them, the first rule that matches the requests of the destination. */
  #routeAt(destination: number, service: ObjectRow, cursor: number): Rule | undefined {
    const routed = ruleAt(this.#routed.get(service), cursor);
    if (routed === undefined) return undefined;
    const request = this.destinations.request(destination);
    return routed.find(({ matches }) => matches(request))?.rule;
  }
}

function ruleAt<R>(rules: readonly Ruled<R>[] | undefined, cursor: number): R | undefined {
  if (rules === undefined) return undefined;
  for (let i = rules.length - 1; i >= 0; i -= 1) if (rules[i].entry < cursor) return rules[i].rule;
  return undefined;
}
