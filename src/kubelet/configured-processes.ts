// Processes whose behaviour depends on ConfigMaps and Secrets: what each of them has read, and when a changed file reaches it.
import type { ApiServer } from '../api/server.ts';
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import { type ConfigWay, configWay } from '../model/config-ways.ts';
import type { KubeObject } from '../model/object-store.ts';
import { fromBase64 } from '../model/objects/base64.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { Machinery, Slowness } from '../model/ports/troubles.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ConfigEffect } from '../model/settings/config-effect.ts';
import type { ClusterState } from '../model/state.ts';
import { RESYNC_US } from './pod-workers.ts';

/** The most by which the period of a pod's syncs is multiplied, as `wait.Jitter(period, 0.5)` does. */
const MOST_JITTER = 0.5;

type Holder = KubeObject & { readonly data?: Readonly<Record<string, string>> };

interface Reading {
  readonly effect: ConfigEffect;
  readonly way: ConfigWay;
  /** Ends what the value does; undefined while it has no effect. */
  end: (() => void) | undefined;
}

interface Configured {
  readonly id: number;
  readonly pod: PodRow;
  readonly epoch: number;
  readonly container: number;
  readonly namespace: string;
  /** Of the pod's syncs: the last one that has been worked out, and how many there were. */
  syncUs: number;
  syncs: number;
  readonly readings: readonly Reading[];
}

export class ConfiguredProcesses implements Processes {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #inner: Processes;
  readonly #effectsOf: (image: string) => readonly ConfigEffect[];
  readonly #slowness: Slowness;
  readonly #machinery: () => Pick<Machinery, 'crashContainer'>;
  readonly #atOnce: boolean;
  readonly #luck: CounterRandom;
  /** By `kind namespace/name`: as kubelets have heard of it last. */
  readonly #heard = new Map<string, Holder>();
  /** By `pod/container`. */
  readonly #running = new Map<string, Configured>();
  readonly #byId = new Map<number, Configured>();
  readonly #onSync: number;
  #nextId = 0;

  /** `inner`: what runs in the containers. `atOnce`: files change in the instant in which kubelets hear of it. */
  constructor(
    engine: Engine,
    api: ApiServer,
    inner: Processes,
    effectsOf: (image: string) => readonly ConfigEffect[],
    slowness: Slowness,
    machinery: () => Pick<Machinery, 'crashContainer'>,
    atOnce: boolean,
  ) {
    this.#engine = engine;
    this.#state = api.state;
    this.#inner = inner;
    this.#effectsOf = effectsOf;
    this.#slowness = slowness;
    this.#machinery = machinery;
    this.#atOnce = atOnce;
    this.#luck = new CounterRandom(engine.seed, 'syncs of configured pods');
    this.#onSync = engine.kind('kubelet.config-file', (id) => {
      const one = this.#byId.get(id);
      if (one !== undefined) this.#read(one, 'file');
    });
    for (const kind of ['ConfigMap', 'Secret'] as const) {
      const view = api.watchObjects<Holder>(kind);
      view.subscribe((row) => {
        const object = view.get(row);
        // What was read of one that is gone stays in the files.
        if (object !== undefined) this.#hear(kind, object);
      });
    }
  }

  /** The process reads what it has as it begins to listen. */
  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void {
    this.#inner.started(pod, epoch, container, podClass);
    this.#forget(pod, container);
    const { runtime, spec, namespace } = podClass;
    const own = runtime.lasting[container];
    const readings = this.#effectsOf(own.image ?? '').flatMap((effect): Reading[] => {
      const way = configWay(own, spec, effect);
      return way === undefined ? [] : [{ effect, way, end: undefined }];
    });
    if (readings.length === 0) return;
    this.#nextId += 1;
    const { now } = this.#engine;
    const one = { id: this.#nextId, pod, epoch, container, namespace, syncUs: now, syncs: 0, readings };
    this.#running.set(keyOf(pod, container), one);
    this.#byId.set(one.id, one);
    this.#read(one, undefined);
  }

  resized(pod: PodRow, podClass: PodClass): void {
    this.#inner.resized?.(pod, podClass);
  }

  terminate(pod: PodRow, epoch: number, container: number): void {
    this.#forget(pod, container);
    this.#inner.terminate(pod, epoch, container);
  }

  killed(pod: PodRow, epoch: number, container: number): void {
    this.#forget(pod, container);
    this.#inner.killed(pod, epoch, container);
  }

  nodeDown(node: NodeRow): void {
    for (const { pod, container } of this.#byId.values()) {
      if (this.#state.pods.node[pod] === node) this.#forget(pod, container);
    }
    this.#inner.nodeDown(node);
  }

  nodeUp(node: NodeRow): void {
    this.#inner.nodeUp?.(node);
  }

  held(pod: PodRow, container: number): number {
    return this.#inner.held(pod, container);
  }

  #hear(kind: ConfigEffect['kind'], object: Holder): void {
    const { namespace = 'default', name } = object.metadata;
    const known = this.#heard.get(`${kind} ${namespace}/${name}`);
    this.#heard.set(`${kind} ${namespace}/${name}`, object);
    if (known?.data === object.data) return;
    for (const one of this.#byId.values()) {
      if (one.namespace !== namespace) continue;
      const reads = one.readings.some(
        ({ effect, way }) => way === 'file' && effect.kind === kind && effect.name === name,
      );
      if (reads) this.#engine.at(this.#nextSyncUs(one), this.#onSync, one.id, 0);
    }
  }

  /** Files are written at a sync of the pod, and a pod at rest is synced each minute and up to half as much later. */
  #nextSyncUs(one: Configured): number {
    const { now } = this.#engine;
    if (this.#atOnce) return now;
    while (one.syncUs <= now) {
      this.#luck.seek(this.#state.pods.identity[one.pod], one.id, one.syncs);
      one.syncUs += Math.round(RESYNC_US * (1 + MOST_JITTER * this.#luck.uniform()));
      one.syncs += 1;
    }
    return one.syncUs;
  }

  /** Reads everything, or what comes that way. */
  #read(one: Configured, way: ConfigWay | undefined): void {
    for (const reading of one.readings) {
      const { effect } = reading;
      if (way !== undefined && reading.way !== way) continue;
      const holds = this.#valueOf(effect, one.namespace) === effect.value;
      if (holds === (reading.end !== undefined)) continue;
      reading.end?.();
      reading.end = holds ? this.#begin(one, effect) : undefined;
    }
  }

  #begin({ pod, epoch, container }: Configured, { slows, exitCode }: ConfigEffect): () => void {
    if (exitCode !== undefined) this.#machinery().crashContainer(pod, epoch, container, exitCode);
    return slows === 1 ? () => undefined : this.#slowness.slowPod(pod, epoch, slows);
  }

  #valueOf({ kind, name, key }: ConfigEffect, namespace: string): string | undefined {
    const value = this.#heard.get(`${kind} ${namespace}/${name}`)?.data?.[key];
    return value === undefined || kind === 'ConfigMap' ? value : fromBase64(value);
  }

  #forget(pod: PodRow, container: number): void {
    const key = keyOf(pod, container);
    const one = this.#running.get(key);
    if (one === undefined) return;
    this.#running.delete(key);
    this.#byId.delete(one.id);
    for (const { end } of one.readings) end?.();
  }
}

function keyOf(pod: PodRow, container: number): string {
  return `${pod}/${container}`;
}
