// Hot dialect: destination → rule → a subset of endpoints, as a proxy has it that has applied a given number of changes.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import {
  type EndpointSubset,
  type EndpointTable,
  type EndpointVersion,
  EVERY_ENDPOINT,
} from '../../model/endpoints.ts';
import type { Backend, Division } from '../../model/ports.ts';
import type { ClusterState } from '../../model/state.ts';
import { Destinations } from './destinations.ts';
import { Rule } from './rule.ts';

/** A Service's rule from an entry of the endpoints' log on; undefined for one that was taken back. */
interface Ruled {
  readonly entry: number;
  readonly rule: Rule | undefined;
}

/** What the last connection to a destination was told, for as long as nothing has changed for its proxy. */
interface Told {
  service: number;
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
  readonly #rules = new Map<number, Ruled[]>();
  /** By destination. */
  readonly #told: Told[] = [];

  constructor(engine: Engine, state: ClusterState) {
    this.#engine = engine;
    this.#endpoints = state.endpoints;
    this.destinations = new Destinations(state);
    this.#luck = new CounterRandom(engine.seed, 'network/routes');
  }

  add(namespace: string, service: string, port: string): number {
    const destination = this.destinations.add(namespace, service, port);
    if (destination === this.#told.length) {
      const nothing = { version: undefined, rule: undefined, subset: undefined };
      this.#told.push({ service: -1, cursor: -1, port: -1, ...nothing });
    }
    return destination;
  }

  divide(service: number, backends: readonly Backend[]): void {
    const rules = this.#rules.get(service) ?? [];
    this.#rules.set(service, rules);
    const entry = this.#endpoints.log(0, this.#engine.now);
    rules.push({ entry, rule: backends.length === 0 ? undefined : new Rule(backends) });
  }

  /** Where a connection goes; undefined when the Service or its port does not exist for this proxy, or no backend has weight. */
  lead(destination: number, cursor: number, ordinal: number, hop: number, attempt: number): EndpointSubset | undefined {
    const told = this.#told[destination];
    const service = this.destinations.service(destination);
    if (told.cursor !== cursor || told.service !== service) this.#tell(told, destination, service, cursor);
    const { rule } = told;
    if (rule === undefined) return told.subset;
    if (told.port < 0) return undefined;
    this.#luck.seek(ordinal, hop, attempt);
    const selection = rule.draw(this.#luck);
    return selection === undefined ? undefined : told.version?.subset(told.port, selection);
  }

  #tell(told: Told, destination: number, service: number, cursor: number): void {
    told.service = service;
    told.cursor = cursor;
    told.rule = service < 0 ? undefined : this.#ruleAt(service, cursor);
    if (service < 0) {
      told.version = undefined;
      told.subset = undefined;
      return;
    }
    const version = this.#endpoints.at(service, cursor);
    if (version === told.version) return;
    told.version = version;
    told.port = this.destinations.port(destination, version);
    told.subset = told.port < 0 ? undefined : version.subset(told.port, EVERY_ENDPOINT);
  }

  #ruleAt(service: number, cursor: number): Rule | undefined {
    const rules = this.#rules.get(service);
    if (rules === undefined) return undefined;
    for (let i = rules.length - 1; i >= 0; i -= 1) if (rules[i].entry < cursor) return rules[i].rule;
    return undefined;
  }
}
