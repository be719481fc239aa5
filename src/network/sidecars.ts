// Hot dialect: proxies beside callers, by kind: when they hear of endpoints, and which balancer each Service has with them.
import type { Engine } from '../engine/engine.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { EndpointTable } from '../model/endpoint-table.ts';
import type { SidecarUse } from '../model/ports/routes.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import { UpstreamView } from './upstreams.ts';

export class Sidecar {
  readonly #view: UpstreamView;
  readonly #make: () => number;
  readonly #leads: (balancer: number, service: ObjectRow) => void;
  readonly #balancers = new Map<ObjectRow, number>();
  /** Made before anybody asks, so that whatever balancers of its kind share is there. */
  readonly #first: number;

  constructor(view: UpstreamView, make: () => number, leads: (balancer: number, service: ObjectRow) => void) {
    this.#view = view;
    this.#make = make;
    this.#leads = leads;
    this.#first = make();
  }

  /** How much of the log of endpoints the proxy of that pod has taken up. */
  cursor(pod: PodRow): number {
    return this.#view.cursor(pod);
  }

  /** The number of its balancer of a Service. */
  balancerOf(service: ObjectRow): number {
    let balancer = this.#balancers.get(service);
    if (balancer === undefined) {
      balancer = this.#balancers.size === 0 ? this.#first : this.#make();
      this.#balancers.set(service, balancer);
      this.#leads(balancer, service);
    }
    return balancer;
  }
}

interface Balancers {
  /** Gives the number of a new one. */
  add(use: FamilyUse): number;
  leads(balancer: number, service: ObjectRow): void;
}

export class Sidecars {
  readonly #engine: Engine;
  readonly #endpoints: EndpointTable;
  readonly #watchDelivery: DistributionSpec;
  readonly #balancers: Balancers;
  readonly #all: Sidecar[] = [];

  constructor(engine: Engine, endpoints: EndpointTable, watchDelivery: DistributionSpec, balancers: Balancers) {
    this.#engine = engine;
    this.#endpoints = endpoints;
    this.#watchDelivery = watchDelivery;
    this.#balancers = balancers;
  }

  add(use: SidecarUse): number {
    const view = new UpstreamView(
      this.#engine,
      this.#endpoints,
      this.#watchDelivery,
      use,
      `network/sidecars/${use.proxies}`,
    );
    const make = (): number => this.#balancers.add(use.balancer);
    return this.#all.push(new Sidecar(view, make, (...led) => this.#balancers.leads(...led))) - 1;
  }

  /** Undefined for -1. */
  of(kind: number): Sidecar | undefined {
    return kind < 0 ? undefined : this.#all[kind];
  }
}
