// Images on nodes: which are there, which are being pulled, and how pulls share a node's bandwidth.
import type { Engine } from '../engine/engine.ts';
import type { NodeRow } from '../model/rows.ts';
import type { KubeletSettings } from './settings.ts';
import type { ContainerRuntime } from './runtime.ts';

type ImageSettings = Pick<KubeletSettings, 'imagePull' | 'cachedImages'>;

interface Pulling {
  readonly image: string;
  readonly askedUs: number;
  startedUs: number;
  /** Left of the answer time of the registry, µs, and of the bytes. */
  latencyUs: number;
  bytes: number;
  error: string;
  readonly done: (pull: PullResult) => void;
}

export interface PullResult {
  readonly error: string;
  /** How long the pull took, and how long with the time in the queue. */
  readonly us: number;
  readonly waitedUs: number;
}

/** The images and pulls of one node. */
class NodeImages {
  readonly present = new Map<string, number>();
  readonly active: Pulling[] = [];
  readonly queue: Pulling[] = [];
  /** Up to when the active pulls have been worked out, and the stamp of the next event. */
  settledUs = 0;
  stamp = 0;
}

export class Images {
  readonly #engine: Engine;
  readonly #settings: ImageSettings;
  readonly #runtime: ContainerRuntime;
  readonly #nodes: (NodeImages | undefined)[] = [];
  readonly #cachesAll: boolean;
  readonly #onDone: number;

  constructor(engine: Engine, settings: ImageSettings, runtime: ContainerRuntime) {
    this.#engine = engine;
    this.#settings = settings;
    this.#runtime = runtime;
    this.#cachesAll = settings.cachedImages.includes('*');
    this.#onDone = engine.kind('kubelet.pull', (node, stamp) => {
      if (this.#of(node as NodeRow).stamp === stamp) this.#advance(node as NodeRow);
    });
  }

  isPresent(image: string, node: NodeRow): boolean {
    return this.#cachesAll || this.#settings.cachedImages.includes(image) || this.#of(node).present.has(image);
  }

  /** Asks the node's puller, which has a queue; `done` is called when the pull has ended, well or not. */
  pull(image: string, node: NodeRow, done: (result: PullResult) => void): void {
    const { now } = this.#engine;
    const images = this.#of(node);
    images.queue.push({ image, askedUs: now, startedUs: -1, latencyUs: 0, bytes: 0, error: '', done });
    this.#settle(images);
    this.#begin(images, node);
    this.#book(images, node);
  }

  /** The machine stopped: what was being pulled is not there. */
  interrupt(node: NodeRow): void {
    const images = this.#of(node);
    images.active.length = 0;
    images.queue.length = 0;
    images.stamp += 1;
  }

  /** Another machine has the node's name. */
  forget(node: NodeRow): void {
    this.interrupt(node);
    this.#of(node).present.clear();
  }

  #begin(images: NodeImages, node: NodeRow): void {
    const { maxParallel } = this.#settings.imagePull;
    while (images.queue.length > 0 && images.active.length < maxParallel) {
      const next = images.queue.shift();
      if (next === undefined) return;
      const { latencyUs, bytes, error } = this.#runtime.pull(next.image, node);
      next.startedUs = this.#engine.now;
      next.latencyUs = latencyUs;
      next.error = error;
      // Layers that are there, or on their way, are not fetched twice.
      const known = this.isPresent(next.image, node) || images.active.some(({ image }) => image === next.image);
      next.bytes = known || error !== '' ? 0 : bytes;
      images.active.push(next);
    }
  }

  /** Works out what the active pulls have received since they were last looked at. */
  #settle(images: NodeImages): void {
    const { now } = this.#engine;
    let left = now - images.settledUs;
    images.settledUs = now;
    while (left > 0 && images.active.length > 0) {
      const step = Math.min(left, this.#nextUs(images));
      const perPull = this.#bytesPerUs(images) * step;
      for (const pull of images.active) {
        if (pull.latencyUs > 0) pull.latencyUs = Math.max(0, pull.latencyUs - step);
        else pull.bytes = Math.max(0, pull.bytes - perPull);
      }
      left -= step;
    }
  }

  #advance(node: NodeRow): void {
    const images = this.#of(node);
    this.#settle(images);
    const ended = this.#takeEnded(images.active);
    const { now } = this.#engine;
    for (const { image, error } of ended) if (error === '') images.present.set(image, now);
    this.#begin(images, node);
    this.#book(images, node);
    for (const { error, startedUs, askedUs, done } of ended)
      done({ error, us: now - startedUs, waitedUs: now - askedUs });
  }

  /** Takes those that are over from the active ones. */
  #takeEnded(active: Pulling[]): Pulling[] {
    const ended: Pulling[] = [];
    let kept = 0;
    for (const pull of active) {
      if (pull.latencyUs === 0 && this.#received(pull)) ended.push(pull);
      else {
        active[kept] = pull;
        kept += 1;
      }
    }
    active.length = kept;
    return ended;
  }

  /** To a microsecond's worth. */
  #received({ bytes }: Pulling): boolean {
    return bytes <= this.#settings.imagePull.bandwidth / 1e6 || bytes === 0;
  }

  /** Each of those that receive has an equal part of the node's bandwidth. */
  #bytesPerUs(images: NodeImages): number {
    let receivers = 0;
    for (const { latencyUs, bytes } of images.active) if (latencyUs === 0 && bytes > 0) receivers += 1;
    return receivers === 0 ? 0 : this.#settings.imagePull.bandwidth / 1e6 / receivers;
  }

  /** When the first of the active pulls gets from waiting to receiving, or ends. */
  #nextUs(images: NodeImages): number {
    const rate = this.#bytesPerUs(images);
    let next = Infinity;
    for (const { latencyUs, bytes } of images.active) {
      next = Math.min(next, latencyUs > 0 ? latencyUs : bytes === 0 ? 0 : rate === Infinity ? 0 : bytes / rate);
    }
    return Math.ceil(next);
  }

  #book(images: NodeImages, node: NodeRow): void {
    images.stamp += 1;
    if (images.active.length > 0) this.#engine.after(this.#nextUs(images), this.#onDone, node, images.stamp);
  }

  #of(node: NodeRow): NodeImages {
    let images = this.#nodes[node];
    if (images === undefined) {
      images = new NodeImages();
      this.#nodes[node] = images;
    }
    return images;
  }
}
