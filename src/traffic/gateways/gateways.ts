// Proxies in pods: which run, what their controllers have told them, when they take it up, and what changes for their workers.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import { type GatewayTable, NO_ROUTES } from '../../model/gateway-table.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Gateways as Port } from '../../model/ports/gateways.ts';
import type { PodRow } from '../../model/rows.ts';
import { type GatewaySpec, kindDefaults } from '../../model/settings/gateway.ts';
import type { BehaviorSpec } from '../../model/settings/traffic.ts';
import { type GatewayCounts, noCounts } from './gateway-counts.ts';
import { GatewayProcess, Sync, type Worker } from './gateway-process.ts';

/** A Gateway's own proxies have it (Gateway API, GEP-1762). */
const GATEWAY_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** What happens to the pods of one container number of each pod. */
export interface ProxyContainer {
  /** Work of a reload. */
  workBeside(pod: PodRow, workUs: number): void;
  /** The requests that these workers have not finished end. */
  cutOff(process: GatewayProcess, workers: readonly Worker[]): void;
}

interface Running {
  readonly process: GatewayProcess;
  /** It has been told to end, and finishes what it has. */
  leaves: boolean;
  readonly container: ProxyContainer;
  readonly podClass: PodClass;
}

export class Gateways implements Port {
  readonly controllers: Port['controllers'];
  readonly counts = new Map<string, GatewayCounts>();
  readonly luck: CounterRandom;
  changed: () => void = () => undefined;
  told: Port['told'] = () => undefined;
  readonly #engine: Engine;
  readonly #latest = new Map<string, GatewayTable>();
  readonly #running = new Map<number, Running>();
  readonly #onSync: number;
  readonly #onTake: number;
  readonly #onDrained: number;
  /** Workers that drain until a time, by number of the event. */
  readonly #drains = new Map<number, { readonly running: Running; readonly workers: readonly Worker[] }>();
  #tokens = 0;
  #proxies = -2;

  constructor(engine: Engine, behaviors: readonly BehaviorSpec[]) {
    this.#engine = engine;
    this.luck = new CounterRandom(engine.seed, 'traffic/gateways');
    const specs = behaviors.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway]));
    const named = new Map(specs.map(({ kind, controller }) => [controller, kindDefaults[kind].className]));
    this.controllers = [...named].map(([name, className]) => ({ name, className }));
    for (const { name } of this.controllers) this.counts.set(name, noCounts());
    this.#onSync = engine.kind('traffic.gateway.sync', (token) => this.#sync(token));
    this.#onTake = engine.kind('traffic.gateway.take', (token, reloads) => this.#take(token, reloads));
    this.#onDrained = engine.kind('traffic.gateway.drained', (number) => this.#cutOff(number));
  }

  configure(controller: string, gateway: string, table: GatewayTable): void {
    this.#latest.set(`${controller} ${gateway}`, table);
    for (const running of this.#running.values()) {
      const { spec, gateway: own } = running.process;
      if (spec.controller === controller && own === gateway) this.#hear(running);
    }
  }

  podClasses(controller: string, gateway?: string): PodClass[] {
    const found = new Set<PodClass>();
    for (const { process, podClass, leaves } of this.#running.values()) {
      if (process.spec.controller !== controller || leaves) continue;
      if (gateway === undefined || process.gateway === '' || process.gateway === gateway) found.add(podClass);
    }
    return [...found];
  }

  /** A proxy that starts has all that there is to know. */
  start(pod: PodRow, spec: GatewaySpec, image: string, podClass: PodClass, container: ProxyContainer): GatewayProcess {
    const name = podClass.labels[GATEWAY_LABEL];
    const gateway = name === undefined ? '' : `${podClass.namespace}/${name}`;
    this.#tokens += 1;
    const process = new GatewayProcess(pod, spec, image, gateway, this.#tokens, this.nextProxy());
    process.take(this.#latestOf(process));
    process.renew(() => this.nextProxy());
    process.lastSyncUs = this.#engine.now;
    this.#running.set(process.token, { process, container, podClass, leaves: false });
    this.changed();
    return process;
  }

  leaves({ token, spec }: GatewayProcess): void {
    const running = this.#running.get(token);
    if (running === undefined || running.leaves) return;
    running.leaves = true;
    this.changed();
    this.told(spec.controller, running.podClass);
  }

  end({ token }: GatewayProcess): void {
    if (this.#running.delete(token)) this.changed();
  }

  countsOf({ spec }: GatewayProcess): GatewayCounts {
    return this.counts.get(spec.controller)!;
  }

  /** The backends of a proxy that reloads for them have changed: the new ones are in effect, by new workers. */
  reloadForEndpoints(process: GatewayProcess): void {
    const running = this.#running.get(process.token);
    if (running === undefined) return;
    running.container.workBeside(process.pod, process.spec.reload.workUs);
    this.#renew(running);
  }

  /** Workers of earlier configurations that have not finished, and the requests that they have, of a controller. */
  draining(controller: string): { readonly workers: number; readonly requests: number } {
    let workers = 0;
    let requests = 0;
    for (const { process } of this.#running.values()) {
      if (process.spec.controller !== controller) continue;
      workers += process.draining.length;
      for (const { rows } of process.draining) requests += rows.size;
    }
    return { workers, requests };
  }

  nextProxy(): number {
    const proxy = this.#proxies;
    this.#proxies -= 1;
    return proxy;
  }

  #latestOf({ spec, gateway }: GatewayProcess): GatewayTable {
    return this.#latest.get(`${spec.controller} ${gateway}`) ?? NO_ROUTES;
  }

  #hear({ process }: Running): void {
    if (process.sync !== Sync.Idle) {
      process.hasMore = true;
      return;
    }
    process.sync = Sync.Booked;
    process.hasMore = false;
    const atUs = Math.max(this.#engine.now, process.lastSyncUs + process.spec.syncPeriodUs);
    this.#engine.at(atUs, this.#onSync, process.token, 0);
  }

  /** It looks at what has changed. What the configuration is not made of is told to the workers; else there will be new ones. */
  #sync(token: number): void {
    const running = this.#running.get(token);
    if (running === undefined) return;
    const { process, container } = running;
    const { spec } = process;
    process.lastSyncUs = this.#engine.now;
    process.sync = Sync.Taking;
    process.hasMore = false;
    process.next = this.#latestOf(process);
    const reloads = spec.reload.on !== 'never' && process.next.digest !== process.table.digest;
    if (reloads) container.workBeside(process.pod, spec.reload.workUs);
    this.#engine.after(reloads ? spec.reload.takesUs : spec.syncUs, this.#onTake, token, reloads ? 1 : 0);
  }

  #take(token: number, reloads: number): void {
    const running = this.#running.get(token);
    if (running === undefined) return;
    const { process } = running;
    process.take(process.next);
    process.sync = Sync.Idle;
    if (reloads === 1) this.#renew(running);
    if (process.hasMore) this.#hear(running);
  }

  #renew(running: Running): void {
    const { process } = running;
    const { drainUs } = process.spec.reload;
    this.countsOf(process).reloads += 1;
    const old = process.renew(() => this.nextProxy());
    if (drainUs === 0 || old.length === 0) return;
    this.#tokens += 1;
    this.#drains.set(this.#tokens, { running, workers: old });
    this.#engine.after(drainUs, this.#onDrained, this.#tokens, 0);
  }

  #cutOff(number: number): void {
    const drain = this.#drains.get(number);
    this.#drains.delete(number);
    if (drain === undefined || !this.#running.has(drain.running.process.token)) return;
    drain.running.container.cutOff(drain.running.process, drain.workers);
  }
}
