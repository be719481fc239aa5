// Images on nodes: which are there, which are being pulled, and what becomes of them.
import type { Engine } from '../../engine/engine.ts';
import type { NodeHistory } from '../../model/node-history.ts';
import type { ContainerRow, NodeRow } from '../../model/rows.ts';
import type { ContainerRuntime } from '../runtime.ts';
import type { KubeletSettings } from '../settings.ts';
import { type ImageRecord, type Layer, NodeImages } from './node-images.ts';
import { NodePulls, Pulling, type PullResult } from './node-pulls.ts';
import { PullTroubles } from './pull-troubles.ts';
import { PULL_QPS_EXCEEDED, PullBuckets } from './registry-limit.ts';
import { SolePulls } from './sole-pulls.ts';

type ImageSettings = Pick<KubeletSettings, 'imagePull' | 'cachedImages'>;

/** An image that every node has from the start. */
export interface Preloaded {
  readonly image: string;
  readonly layers: readonly Layer[];
}

interface OfNode {
  readonly images: NodeImages;
  readonly pulls: NodePulls;
}

export class Images {
  readonly #engine: Engine;
  readonly #history: NodeHistory;
  readonly #settings: ImageSettings;
  readonly #runtime: ContainerRuntime;
  readonly #ended: (row: ContainerRow, step: number, result: PullResult) => void;
  readonly #nodes: (OfNode | undefined)[] = [];
  readonly #cachesAll: boolean;
  readonly #onDone: number;
  readonly #onAnswer: number;
  readonly #buckets: PullBuckets;
  readonly troubles: PullTroubles;
  readonly #sole = new SolePulls();
  /** How the last sole pull ended: nearly all take as long. */
  #answer: PullResult = { error: '', us: 0, waitedUs: 0 };
  readonly #preloaded: readonly Preloaded[];
  readonly #came: (node: NodeRow) => void;
  /** A node has got the image, or lost it. */
  changed: (node: NodeRow, image: string) => void = () => undefined;

  /** `came` is called when a node has an image more, `ended` hears of the end of each pull that was not interrupted. */
  constructor(
    engine: Engine,
    history: NodeHistory,
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
    this.#history = history;
    this.#settings = settings;
    this.#runtime = runtime;
    this.#cachesAll = settings.cachedImages.includes('*');
    this.troubles = new PullTroubles(settings.imagePull.bandwidth / 1e6);
    this.#buckets = new PullBuckets(settings.imagePull.registry);
    this.#onAnswer = engine.kind('kubelet.pull-answer', (node, stamp) => {
      if (this.#sole.awaits(node as NodeRow, stamp)) this.#answered(node as NodeRow);
    });
    this.#onDone = engine.kind('kubelet.pull', (node, stamp) => {
      if (this.#of(node as NodeRow).pulls.stamp === stamp) this.#advance(node as NodeRow);
    });
  }

  /** False where nodes have all images, whichever those are. */
  get areSome(): boolean {
    return !this.#cachesAll;
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

  countOn(node: NodeRow): number {
    return this.#of(node).images.count;
  }

  recordsOn(node: NodeRow): readonly (readonly [string, ImageRecord])[] {
    return [...this.#of(node).images.records];
  }

  /** The node has had it since before the simulation began. */
  find(image: string, node: NodeRow): void {
    if (this.#cachesAll || this.#of(node).images.has(image)) return;
    const { images } = this.#of(node);
    const { layers } = this.#runtime.pull(image, true, node);
    for (const layer of layers) {
      if (images.hasLayer(layer.name)) images.hold(layer.name);
      else images.addLayer(layer, 1);
    }
    images.add(image, layers, -Infinity);
    this.changed(node, image);
  }

  /** No container uses it, and it is deleted. */
  remove(image: string, node: NodeRow): void {
    this.#of(node).images.remove(image);
    this.#history.add('imagesDeleted', this.#engine.now);
    this.changed(node, image);
  }

  /** Asks the node's puller, which has a queue, for a container; `step` is its pod's (`PodRuntimes.step`). */
  pull(image: string, secret: boolean, node: NodeRow, row: ContainerRow, step: number): void {
    if (this.#cachesAll && this.#pullsNothing(node) && this.#askOnly(image, secret, node, row, step)) return;
    const { now } = this.#engine;
    const { pulls } = this.#of(node);
    pulls.settle(now);
    if (this.#sole.has(node)) this.#join(node, pulls);
    pulls.queue.push(new Pulling(image, secret, row, step, now));
    this.#begin(node);
    this.#book(node);
  }

  #pullsNothing(node: NodeRow): boolean {
    return !this.#sole.has(node) && (this.#nodes[node]?.pulls.active.length ?? 0) === 0;
  }

  /** Nodes have all images: only the registry's answer is waited for. False when it refuses, or must not be asked. */
  #askOnly(image: string, secret: boolean, node: NodeRow, row: ContainerRow, step: number): boolean {
    const { now } = this.#engine;
    const { latencyUs, error } = this.troubles.of(this.#runtime.pull(image, secret, node), image, node);
    if (error !== '' || !this.#buckets.take(node, now)) return false;
    this.#engine.after(latencyUs, this.#onAnswer, node, this.#sole.begin(node, row, step, now, latencyUs));
    return true;
  }

  #answered(node: NodeRow): void {
    const us = this.#engine.now - this.#sole.sinceUs(node);
    if (this.#answer.us !== us) this.#answer = { error: '', us, waitedUs: us };
    const row = this.#sole.rowOf(node);
    this.#sole.end(node);
    this.#ended(row, this.#sole.stepOf(node), this.#answer);
  }

  /** Another pull comes beside the only one. */
  #join(node: NodeRow, pulls: NodePulls): void {
    const since = this.#sole.sinceUs(node);
    // Of no image: the node has them all.
    const pull = new Pulling('', false, this.#sole.rowOf(node), this.#sole.stepOf(node), since);
    pull.startedUs = since;
    pull.latencyUs = this.#sole.leftUs(node, this.#engine.now);
    this.#sole.end(node);
    pulls.begin(pull);
  }

  /** The machine stopped: what was being pulled is not there. */
  interrupt(node: NodeRow): void {
    this.#sole.end(node);
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
    const { pulls } = this.#of(node);
    while (pulls.queue.length > 0 && pulls.active.length < maxParallel) {
      const next = pulls.queue.shift();
      if (next === undefined) return;
      next.startedUs = this.#engine.now;
      if (this.#buckets.take(node, next.startedUs)) {
        const asked = this.#runtime.pull(next.image, next.secret, node);
        const { latencyUs, layers, error } = this.troubles.of(asked, next.image, node);
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
    for (const { image, layers, error } of ended) {
      if (error !== '' || image === '') continue;
      images.add(image, layers, now);
      if (!this.#cachesAll) this.changed(node, image);
    }
    this.#begin(node);
    this.#book(node);
    if (ended.length > 0) this.#came(node);
    for (const { error, startedUs, askedUs, row, step } of ended) {
      this.#history.add(error === '' ? 'imagePulls' : 'failedPulls', now);
      this.#ended(row, step, { error, us: now - startedUs, waitedUs: now - askedUs });
    }
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
      const { bandwidth } = this.#settings.imagePull;
      this.#preload(images);
      known = { images, pulls: new NodePulls(images, bandwidth / 1e6) };
      this.#nodes[node] = known;
    }
    return known;
  }
}
