// Both halves of calls where pods route requests, and what stands before their processors.
import type { Engine } from '../../engine/engine.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { Routes } from '../../model/ports/routes.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallSites } from '../call-sites.ts';
import type { CallersKind } from '../callers.ts';
import type { CallTable } from '../calls.ts';
import { SERVER, ServerField, type Servers } from '../servers.ts';
import type { Serving } from '../serving.ts';
import type { TrafficSettings } from '../settings.ts';
import { BackendSites } from './backend-sites.ts';
import { sendingOn } from './gateway-callers.ts';
import { type GatewayServing, proxying } from './gateway-serving.ts';
import { Gateways } from './gateways.ts';
import { type GatewayParts, ProxyPodsOfContainers } from './proxy-pods.ts';
import { ProxyWorkers } from './proxy-workers.ts';

export class Proxies {
  readonly gateways: Gateways;
  readonly #parts: GatewayParts;
  /** By number of the container. */
  readonly #pods: ProxyPodsOfContainers[] = [];

  constructor(
    gateways: Gateways,
    engine: Engine,
    calls: CallTable,
    callSites: CallSites,
    behaviors: Behaviors,
    routes: Pick<Routes, 'through' | 'upstreamEntry'>,
    classOf: (pod: PodRow) => PodClass,
    mirror: GatewayParts['mirror'],
  ) {
    this.gateways = gateways;
    const sites = new BackendSites(callSites);
    const { seed } = engine;
    const { samplers } = behaviors;
    this.#parts = { gateways, sites, calls, callSites, behaviors, samplers, routes, seed, classOf, mirror };
  }

  callers(Base: CallersKind): CallersKind {
    return sendingOn(Base, (container) => this.#pods[container]);
  }

  serving(Base: typeof Serving): typeof Serving {
    return proxying(Base, this.#parts);
  }

  /** What stands before the processors of the containers of a number; `join` tells it who serves. */
  container(
    number: number,
    processors: Processors,
    unscaled: Processors,
    servers: Servers,
  ): { readonly workers: Processors; readonly join: (serving: Serving) => void } {
    const pods = new ProxyPodsOfContainers(this.#parts, (pod) => servers.ints[SERVER * pod + ServerField.Behavior]);
    this.#pods[number] = pods;
    const workers = new ProxyWorkers(processors, unscaled, pods);
    pods.workers = workers;
    return { workers, join: (serving) => (serving as GatewayServing).route(pods) };
  }
}

/** Undefined where no behaviour is a proxy. */
export function proxiesOf(
  { behaviors: specs }: Pick<TrafficSettings, 'behaviors'>,
  engine: Engine,
  calls: CallTable,
  sites: CallSites,
  behaviors: Behaviors,
  routes: Pick<Routes, 'through' | 'upstreamEntry'>,
  classOf: (pod: PodRow) => PodClass,
  mirror: GatewayParts['mirror'],
): Proxies | undefined {
  if (specs.every(({ gateway }) => gateway === undefined)) return undefined;
  return new Proxies(new Gateways(engine, specs), engine, calls, sites, behaviors, routes, classOf, mirror);
}
