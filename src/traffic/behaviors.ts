// Behaviours by image, compiled to columns: what a pod does with a request, and which calls a request makes.
import { Samplers } from '../engine/distributions.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import { assert } from '../lib/assert.ts';
import { InputError } from '../lib/errors.ts';
import type { MessageSizes, ServerConnections } from '../model/settings/connections.ts';
import type { FamilyUse } from '../model/settings/family-use.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { CallSites } from './call-sites.ts';
import { behaviorOfImage } from '../model/settings/behavior.ts';
import { ServingContainers } from './serving-containers.ts';
import type { GatewaySpec } from '../model/settings/gateway.ts';
import type { BehaviorSpec, CallSpec, ComputeName } from '../model/settings/traffic.ts';
import type { WorkPlan } from './request-work.ts';
import type { TrafficSettings } from './settings.ts';
import { Order } from './waiting-order.ts';

/** They are counted in half an int of the request's row. */
const MOST_CALLS = 0x8000;

/** Behaviours as columns, compiled when a pod of a new class starts. */
export class Behaviors {
  readonly concurrency: number[] = [];
  readonly queue: number[] = [];
  /** One of `Order`. */
  readonly order: number[] = [];
  readonly compute: ComputeName[] = [];
  readonly processors: number[] = [];
  /** Service time in `samplers`. */
  readonly work: number[] = [];
  readonly errorRate: number[] = [];
  readonly images: string[] = [];
  readonly specs: BehaviorSpec[] = [];
  readonly policies: (readonly FamilyUse[])[] = [];
  /** -1: the whole service time. */
  readonly cpuUs: number[] = [];
  /** Of those whose work is more than one burst for each request. */
  readonly plans: (WorkPlan | undefined)[] = [];
  /** How its processes keep connections, and how large their messages are, where it says so. */
  readonly connections: (ServerConnections | undefined)[] = [];
  readonly sizes: (MessageSizes | undefined)[] = [];
  /** Of proxies that route requests, and the sampler of their work on answers. */
  readonly gateways: (GatewaySpec | undefined)[] = [];
  readonly responses: number[] = [];
  /** Its call sites: `firstSite` … `endSite` - 1. */
  readonly firstSite: number[] = [];
  readonly endSite: number[] = [];
  readonly samplers = new Samplers();
  readonly #sites: CallSites;
  readonly #settings: TrafficSettings;
  readonly containers: ServingContainers;
  /** By class of pods and container. */
  readonly #byClass: number[][] = [];
  readonly #compiled = new Map<string, number>();

  constructor(settings: TrafficSettings, sites: CallSites) {
    this.#settings = settings;
    this.#sites = sites;
    this.containers = new ServingContainers(settings.behaviors);
  }

  /** The behaviour of a container of a class of pods, by its index; without one of the main container. */
  of(podClass: PodClass, container = this.containers.of(podClass).main): number {
    this.#byClass[podClass.id] ??= [];
    const known = this.#byClass[podClass.id][container];
    if (known !== undefined) return known;
    const found = this.#find(podClass.runtime.lasting[container]?.image ?? '');
    const key = `${podClass.namespace}/${found === this.#settings.defaultBehavior ? '' : found.image}`;
    let behavior = this.#compiled.get(key);
    if (behavior === undefined) {
      behavior = this.#compile(found, podClass.namespace);
      this.#compiled.set(key, behavior);
    }
    this.#byClass[podClass.id][container] = behavior;
    return behavior;
  }

  #find(image: string): BehaviorSpec {
    const { behaviors, defaultBehavior } = this.#settings;
    return behaviorOfImage(behaviors, image) ?? behaviors.find((one) => one.image === '*') ?? defaultBehavior;
  }

  #compile(spec: BehaviorSpec, namespace: string): number {
    const { requests, calls } = spec;
    assert(requests.concurrency >= 1 && requests.queue >= 0, () => `behaviour of ${spec.image}: no slot or queue`);
    const id = this.concurrency.push(requests.concurrency) - 1;
    this.queue.push(requests.queue);
    this.order.push(Order[requests.order]);
    this.compute.push(requests.compute);
    this.processors.push(requests.processors);
    this.work.push(this.samplers.add(requests.service));
    this.errorRate.push(requests.errorRate);
    this.images.push(spec.image);
    this.specs.push(spec);
    this.policies.push(spec.policies);
    this.cpuUs.push(requests.cpuUs ?? -1);
    this.plans.push(hasPlan(spec) ? this.#plan(spec) : undefined);
    this.connections.push(spec.connections);
    this.sizes.push(requests.size);
    this.gateways.push(spec.gateway);
    this.responses.push(spec.gateway === undefined ? -1 : this.samplers.add(spec.gateway.response));
    const first = this.#sites.length;
    this.firstSite.push(first);
    for (const call of calls) this.#addSite(call, namespace, spec.image);
    const end = this.#sites.length;
    this.endSite.push(end);
    for (const [index, call] of calls.entries()) this.#addLookups(first + index, call, namespace, spec.image);
    const { parallel, groupEnd, count } = this.#sites;
    for (let site = end - 2; site >= first; site -= 1) {
      if (parallel[site] && parallel[site + 1]) groupEnd[site] = groupEnd[site + 1];
    }
    const most = count.slice(first, end).reduce((sum, some) => sum + some, 0);
    if (most >= MOST_CALLS)
      throw new InputError(`the behaviour of ${spec.image}: ${most} calls a request are too many`);
    return id;
  }

  #plan({ requests: { wait, model }, warmup, gc }: BehaviorSpec): WorkPlan {
    const sampler = (spec: DistributionSpec | undefined): number => (spec === undefined ? -1 : this.samplers.add(spec));
    return {
      wait: sampler(wait?.length),
      turns: wait?.turns ?? 1,
      eventLoop: model === 'eventLoop',
      warmupUs: warmup?.forUs ?? 0,
      warmupFactor: warmup?.factor ?? 1,
      gcEvery: sampler(gc?.every),
      gcWork: sampler(gc?.work),
      gcThreads: gc?.threads ?? 0,
    };
  }

  /** The questions to the Service that is the cache before the calls of a site. */
  #addLookups(site: number, { cache }: CallSpec, namespace: string, caller: string): void {
    if (cache?.at === undefined) return;
    const retries = { max: 0, backoffUs: 0, jitter: 0 };
    const once = { count: 1, probability: 1, parallel: false, retries, priority: 0, policies: [] };
    const to = { ...cache.at, namespace: cache.at.namespace ?? namespace };
    this.#sites.lookups[site] = this.#sites.add({ ...to, ...once, timeoutUs: cache.timeoutUs, caller });
  }

  #addSite({ service, ...call }: CallSpec, namespace: string, caller: string): void {
    this.#sites.add({ ...call, caller, ...service, namespace: service.namespace ?? namespace });
  }
}

/** Whether some calls have a cache before them. */
export function hasCache({ calls }: BehaviorSpec): boolean {
  return calls.some(({ cache }) => cache !== undefined);
}

/** Whether the work of its requests is more than one burst on a processor of each. */
export function hasPlan({ requests, warmup, gc }: BehaviorSpec): boolean {
  return requests.wait !== undefined || requests.model === 'eventLoop' || warmup !== undefined || gc !== undefined;
}
