// Images on nodes: which are there, which are being pulled, and what becomes of them.
import type { Engine } from '../../engine/engine.ts';
import type { ContainerRow, NodeRow } from '../../model/rows.ts';
import type { ContainerRuntime } from '../runtime.ts';
import type { KubeletSettings } from '../settings.ts';
import { type ImageRecord, type Layer, NodeImages } from './node-images.ts';
import { NodePulls, type PullResult } from './node-pulls.ts';
import { PULL_QPS_EXCEEDED, PullBucket } from './registry-limit.ts';

type ImageSettings = Pick<KubeletSettings, 'imagePull' | 'cachedImages'>;

/** An image that every node has from the start. */
export interface Preloaded {
  readonly image: string;
  readonly layers: readonly Layer[];
}

interface OfNode {
  readonly images: NodeImages;
  readonly pulls: NodePulls;
  readonly bucket: PullBucket;
}

export class Images {
  readonly #engine: Engine;
  readonly #settings: ImageSettings;
  readonly #runtime: ContainerRuntime;
  readonly #ended: (row: ContainerRow, step: number, result: PullResult) => void;
  readonly #nodes: (OfNode | undefined)[] = [];
  readonly #cachesAll: boolean;
  readonly #onDone: number;
  readonly #preloaded: readonly Preloaded[];
  readonly #came: (node: NodeRow) => void;

  /** `came` is called when a node has an image more, `ended` hears of the end of each pull that was not interrupted. */
  constructor(
    engine: Engine,
    settings: ImageSettings,
    runtime: ContainerRuntime,
    preloaded: readonly Preloaded[],
    came: (node: NodeRow) => void,
    ended: (row: ContainerRow, step: number, result: PullResult) => void,
  ) {
    this.#preloaded = preloaded;
    this.#came = came;
    this.#ended = ended;
    this.#engine = engine;
    this.#settings = settings;
    this.#runtime = runtime;
    this.#cachesAll = settings.cachedImages.includes('*');
    this.#onDone = engine.kind('kubelet.pull', (node, stamp) => {
      if (this.#of(node as NodeRow).pulls.stamp === stamp) this.#advance(node as NodeRow);
    });
  }

  /** Every node has it from the start. */
  isCached(image: string): boolean {
    return this.#cachesAll || this.#settings.cachedImages.includes(image);
  }

  isPresent(image: string, node: NodeRow): boolean {
    return this.#cachesAll || this.#of(node).images.has(image);
  }

  /** What the node's images take, as they are pulled. */
  bytesOn(node: NodeRow): number {
    return this.#nodes[node]?.images.bytes ?? 0;
  }

  recordsOn(node: NodeRow): readonly (readonly [string, ImageRecord])[] {
    return [...this.#of(node).images.records];
  }

  remove(image: string, node: NodeRow): void {
    this.#of(node).images.remove(image);
  }

  /** Asks the node's puller, which has a queue, for a container; `step` is its pod's (`PodRuntimes.step`). */
  pull(image: string, secret: boolean, node: NodeRow, row: ContainerRow, step: number): void {
    const { now } = this.#engine;
    const { pulls } = this.#of(node);
    pulls.queue.push({
      image,
      secret,
      askedUs: now,
      startedUs: -1,
      latencyUs: 0,
      error: '',
      layers: [],
      fetches: [],
      bytesLeft: 0,
      awaits: new Set(),
      row,
      step,
    });
    pulls.settle(now);
    this.#begin(node);
    this.#book(node);
  }

  /** The machine stopped: what was being pulled is not there. */
  interrupt(node: NodeRow): void {
    this.#nodes[node]?.pulls.interrupt();
  }

  /** Another machine has the node's name. */
  forget(node: NodeRow): void {
    this.interrupt(node);
    const known = this.#nodes[node];
    if (known === undefined) return;
    known.images.clear();
    this.#preload(known.images);
  }

  #preload(images: NodeImages): void {
    for (const { image, layers } of this.#preloaded) {
      for (const layer of layers) {
        if (images.hasLayer(layer.name)) images.hold(layer.name);
        else images.addLayer(layer, 1);
      }
      images.add(image, layers, -Infinity);
    }
  }

  #begin(node: NodeRow): void {
    const { maxParallel } = this.#settings.imagePull;
    const { pulls, bucket } = this.#of(node);
    while (pulls.queue.length > 0 && pulls.active.length < maxParallel) {
      const next = pulls.queue.shift();
      if (next === undefined) return;
      next.startedUs = this.#engine.now;
      if (bucket.take(next.startedUs)) {
        const { latencyUs, layers, error } = this.#runtime.pull(next.image, next.secret, node);
        next.latencyUs = latencyUs;
        next.error = error;
        if (error === '' && !this.#cachesAll) next.layers = layers;
      } else next.error = PULL_QPS_EXCEEDED;
      pulls.begin(next);
    }
  }

  #advance(node: NodeRow): void {
    const { now } = this.#engine;
    const { images, pulls } = this.#of(node);
    pulls.settle(now);
    const ended = pulls.takeEnded();
    for (const { image, layers, error } of ended) if (error === '') images.add(image, layers, now);
    this.#begin(node);
    this.#book(node);
    if (ended.length > 0) this.#came(node);
    for (const { error, startedUs, askedUs, row, step } of ended)
      this.#ended(row, step, { error, us: now - startedUs, waitedUs: now - askedUs });
  }

  #book(node: NodeRow): void {
    const { pulls } = this.#of(node);
    pulls.stamp += 1;
    if (pulls.active.length > 0) this.#engine.after(pulls.nextUs(), this.#onDone, node, pulls.stamp);
  }

  #of(node: NodeRow): OfNode {
    let known = this.#nodes[node];
    if (known === undefined) {
      const images = new NodeImages();
      const { bandwidth, registry } = this.#settings.imagePull;
      this.#preload(images);
      known = { images, pulls: new NodePulls(images, bandwidth / 1e6), bucket: new PullBucket(registry) };
      this.#nodes[node] = known;
    }
    return known;
  }
}
