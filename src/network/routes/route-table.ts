// Hot dialect: destination → rule → a subset of endpoints, as a proxy has it that has applied a given number of changes.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import type { EndpointTable } from '../../model/endpoint-table.ts';
import { type EndpointSubset, type EndpointVersion, EVERY_ENDPOINT } from '../../model/endpoints.ts';
import type { Backend, Division } from '../../model/ports.ts';
import type { ClusterState } from '../../model/state.ts';
import { Destinations } from './destinations.ts';
import { Rule } from './rule.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** A Service's rule from an entry of the endpoints' log on; undefined for one that was taken back. */
interface Ruled {
  readonly entry: number;
  readonly rule: Rule | undefined;
}

/** A destination as the proxy of its last caller has it: most have the same. */
interface Route {
  service: ObjectRow;
  cursor: number;
  version: EndpointVersion | undefined;
  port: number;
  rule: Rule | undefined;
  subset: EndpointSubset | undefined;
}

export class RouteTable implements Division {
  readonly destinations: Destinations;
  readonly #engine: Engine;
  readonly #endpoints: EndpointTable;
  readonly #luck: CounterRandom;
  /** By Service (object row), oldest first. Most have none. */
  readonly #rules = new Map<ObjectRow, Ruled[]>();
  /** By destination. */
  readonly #routes: Route[] = [];

  constructor(engine: Engine, state: ClusterState) {
    this.#engine = engine;
    this.#endpoints = state.endpoints;
    this.destinations = new Destinations(state);
    this.#luck = new CounterRandom(engine.seed, 'network/routes');
  }

  add(namespace: string, service: string, port: string): number {
    const destination = this.destinations.add(namespace, service, port);
    if (destination === this.#routes.length) {
      const nothing = { version: undefined, rule: undefined, subset: undefined };
      this.#routes.push({ service: -1, cursor: -1, port: -1, ...nothing });
    }
    return destination;
  }

  divide(service: ObjectRow, backends: readonly Backend[]): void {
    const rules = this.#rules.get(service) ?? [];
    this.#rules.set(service, rules);
    const entry = this.#endpoints.log(0, this.#engine.now);
    rules.push({ entry, rule: backends.length === 0 ? undefined : new Rule(backends) });
  }

  /** Where a connection goes; undefined when the Service or its port does not exist for this proxy, or no backend has weight. */
  lead(destination: number, cursor: number, ordinal: number, hop: number, attempt: number): EndpointSubset | undefined {
    const route = this.#routes[destination];
    const service = this.destinations.service(destination);
    if (route.cursor !== cursor || route.service !== service) this.#refresh(route, destination, service, cursor);
    const { rule } = route;
    if (rule === undefined) return route.subset;
    if (route.port < 0) return undefined;
    this.#luck.seek(ordinal, hop, attempt);
    const selection = rule.draw(this.#luck);
    return selection === undefined ? undefined : route.version?.subset(route.port, selection);
  }

  #refresh(route: Route, destination: number, service: ObjectRow, cursor: number): void {
    route.service = service;
    route.cursor = cursor;
    route.rule = service < 0 ? undefined : this.#ruleAt(service, cursor);
    if (service < 0) {
      route.version = undefined;
      route.subset = undefined;
      return;
    }
    const version = this.#endpoints.at(service, cursor);
    if (version === route.version) return;
    route.version = version;
    route.port = this.destinations.port(destination, version);
    route.subset = route.port < 0 ? undefined : version.subset(route.port, EVERY_ENDPOINT);
  }

  #ruleAt(service: ObjectRow, cursor: number): Rule | undefined {
    const rules = this.#rules.get(service);
    if (rules === undefined) return undefined;
    for (let i = rules.length - 1; i >= 0; i -= 1) if (rules[i].entry < cursor) return rules[i].rule;
    return undefined;
  }
}
