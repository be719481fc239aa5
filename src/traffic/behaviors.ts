// Behaviours by image, compiled to columns: what a pod does with a request, and which calls a request makes.
import { Samplers } from '../engine/distributions.ts';
import { assert } from '../lib/assert.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ServiceDirectory } from './services.ts';
import type { BehaviorSpec, CallSpec, Retries, TrafficSettings } from './settings.ts';

/** Columns of call sites: where calls are made and how. Sources have one too, for what they ask of the first Service. */
export class CallSites {
  /** Number in the directory of Services. */
  readonly service: number[] = [];
  readonly count: number[] = [];
  readonly probability: number[] = [];
  /** The site after the last one of its group of parallel neighbours; the next site for a sequential one. */
  readonly groupEnd: number[] = [];
  readonly parallel: boolean[] = [];
  readonly timeoutUs: number[] = [];
  readonly maxRetries: number[] = [];
  readonly backoffUs: number[] = [];
  readonly jitter: number[] = [];

  get length(): number {
    return this.service.length;
  }

  add(
    service: number,
    count: number,
    probability: number,
    parallel: boolean,
    timeoutUs: number,
    retries: Retries,
  ): number {
    this.count.push(count);
    this.probability.push(probability);
    this.groupEnd.push(this.length + 1);
    this.parallel.push(parallel);
    this.timeoutUs.push(timeoutUs);
    this.maxRetries.push(retries.max);
    this.backoffUs.push(retries.backoffUs);
    this.jitter.push(retries.jitter);
    return this.service.push(service) - 1;
  }
}

/** Behaviours as columns, compiled when a pod of a new class starts. */
export class Behaviors {
  readonly concurrency: number[] = [];
  readonly queue: number[] = [];
  /** Service time in `samplers`. */
  readonly work: number[] = [];
  readonly errorRate: number[] = [];
  /** -1: the whole service time. */
  readonly cpuUs: number[] = [];
  /** Its call sites: `firstSite` … `endSite` - 1. */
  readonly firstSite: number[] = [];
  readonly endSite: number[] = [];
  readonly samplers = new Samplers();
  readonly #sites: CallSites;
  readonly #services: ServiceDirectory;
  readonly #settings: TrafficSettings;
  readonly #byClass: number[] = [];
  readonly #compiled = new Map<string, number>();

  constructor(settings: TrafficSettings, sites: CallSites, services: ServiceDirectory) {
    this.#settings = settings;
    this.#sites = sites;
    this.#services = services;
  }

  /** The behaviour of a class of pods: of the first container whose image has one, else the default one. */
  of(podClass: PodClass): number {
    const known = this.#byClass[podClass.id];
    if (known !== undefined) return known;
    const found = this.#find(podClass);
    const key = `${podClass.namespace}/${found === this.#settings.defaultBehavior ? '' : found.image}`;
    let behavior = this.#compiled.get(key);
    if (behavior === undefined) {
      behavior = this.#compile(found, podClass.namespace);
      this.#compiled.set(key, behavior);
    }
    this.#byClass[podClass.id] = behavior;
    return behavior;
  }

  #find(podClass: PodClass): BehaviorSpec {
    const { behaviors, defaultBehavior } = this.#settings;
    for (const container of podClass.runtime.containers) {
      const found = imageBehavior(behaviors, container.image ?? '');
      if (found !== undefined) return found;
    }
    return behaviors.find(({ image }) => image === '*') ?? defaultBehavior;
  }

  #compile(spec: BehaviorSpec, namespace: string): number {
    const { requests, calls } = spec;
    assert(requests.concurrency >= 1 && requests.queue >= 0, () => `behaviour of ${spec.image}: no slot or queue`);
    const id = this.concurrency.push(requests.concurrency) - 1;
    this.queue.push(requests.queue);
    this.work.push(this.samplers.add(requests.service));
    this.errorRate.push(requests.errorRate);
    this.cpuUs.push(requests.cpuUs ?? -1);
    const first = this.#sites.length;
    this.firstSite.push(first);
    for (const call of calls) this.#addSite(call, namespace);
    this.endSite.push(this.#sites.length);
    for (let site = this.#sites.length - 2; site >= first; site -= 1) {
      const { parallel, groupEnd } = this.#sites;
      if (parallel[site] && parallel[site + 1]) groupEnd[site] = groupEnd[site + 1];
    }
    return id;
  }

  #addSite({ service, count, probability, parallel, timeoutUs, retries }: CallSpec, namespace: string): void {
    assert(count >= 0 && count < 0x8000, () => `${count} calls to ${service.name} are too many`);
    const number = this.#services.add(service.namespace ?? namespace, service.name);
    this.#sites.add(number, count, probability, parallel, timeoutUs, retries);
  }
}

/** The entry for an image: of its exact name, else of its name without the tag or digest. `*` is not looked at. */
export function imageBehavior<T extends { readonly image: string }>(
  behaviors: readonly T[],
  image: string,
): T | undefined {
  const untagged = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return behaviors.find((one) => one.image === image) ?? behaviors.find((one) => one.image === untagged);
}
