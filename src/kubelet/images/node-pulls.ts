// The pulls of one node: a queue, places, and the bandwidth that those that receive share. A layer is fetched once, by the first pull that misses it.
import type { ContainerRow } from '../../model/rows.ts';
import type { NodeImages, Layer } from './node-images.ts';

export interface PullResult {
  readonly error: string;
  /** How long the pull took, and how long with the time in the queue. */
  readonly us: number;
  readonly waitedUs: number;
}

export class Pulling {
  readonly image: string;
  /** Whether the pod has a secret for the registry. */
  readonly secret: boolean;
  /** The container that waits for it, and the step of its pod. */
  readonly row: ContainerRow;
  readonly step: number;
  readonly askedUs: number;
  startedUs = -1;
  /** Left of the answer time of the registry, µs. */
  latencyUs = 0;
  error = '';
  layers: readonly Layer[] = [];
  /** Layers that it fetches, in this order, and what is left of the first one. */
  readonly fetches: Layer[] = [];
  bytesLeft = 0;
  /** Layers that others fetch. */
  readonly awaits = new Set<string>();

  constructor(image: string, secret: boolean, row: ContainerRow, step: number, nowUs: number) {
    this.image = image;
    this.secret = secret;
    this.row = row;
    this.step = step;
    this.askedUs = nowUs;
  }
}

export class NodePulls {
  readonly active: Pulling[] = [];
  readonly queue: Pulling[] = [];
  /** Up to when the active pulls have been worked out, and the stamp of the next event. */
  settledUs = 0;
  stamp = 0;
  readonly #images: NodeImages;
  readonly #bytesPerUs: number;
  /** Layers on their way, and how many pulls want each. */
  readonly #wanted = new Map<string, number>();

  /** `bytesPerUs` is the node's. */
  constructor(images: NodeImages, bytesPerUs: number) {
    this.#images = images;
    this.#bytesPerUs = bytesPerUs;
  }

  /** The machine stopped: what was being pulled is not there. */
  interrupt(): void {
    for (const { layers } of this.active) for (const { name } of layers) this.#images.release(name);
    this.active.length = 0;
    this.queue.length = 0;
    this.#wanted.clear();
    this.stamp += 1;
  }

  /** The pull has a place: what the node has is kept for it, and what nobody fetches yet it fetches. */
  begin(pull: Pulling): void {
    for (const layer of pull.layers) {
      const wanted = this.#wanted.get(layer.name);
      if (this.#images.hasLayer(layer.name)) this.#images.hold(layer.name);
      else if (wanted === undefined) {
        pull.fetches.push(layer);
        this.#wanted.set(layer.name, 1);
      } else {
        pull.awaits.add(layer.name);
        this.#wanted.set(layer.name, wanted + 1);
      }
    }
    pull.bytesLeft = pull.fetches.length > 0 ? pull.fetches[0].bytes : 0;
    this.#fetchNext(pull);
    this.active.push(pull);
  }

  /** Works out what the active pulls have received since they were last looked at. */
  settle(now: number): void {
    let left = now - this.settledUs;
    this.settledUs = now;
    while (left > 0 && this.active.length > 0) {
      const step = Math.min(left, this.nextUs());
      const perPull = this.#share() * step;
      for (const pull of this.active) {
        if (pull.latencyUs > 0) pull.latencyUs = Math.max(0, pull.latencyUs - step);
        else if (pull.fetches.length > 0) pull.bytesLeft = Math.max(0, pull.bytesLeft - perPull);
      }
      for (const pull of this.active) this.#fetchNext(pull);
      left -= step;
    }
  }

  /** Takes those that are over from the active ones. */
  takeEnded(): Pulling[] {
    const ended: Pulling[] = [];
    let kept = 0;
    for (const pull of this.active) {
      this.#fetchNext(pull);
      if (pull.latencyUs === 0 && pull.fetches.length === 0 && pull.awaits.size === 0) ended.push(pull);
      else {
        this.active[kept] = pull;
        kept += 1;
      }
    }
    this.active.length = kept;
    return ended;
  }

  /** When the first of the active pulls gets from waiting to receiving, has a layer, or ends. */
  nextUs(): number {
    const rate = this.#share();
    let next = Infinity;
    for (const { latencyUs, fetches, bytesLeft, awaits } of this.active) {
      if (latencyUs > 0) next = Math.min(next, latencyUs);
      else if (fetches.length > 0) next = Math.min(next, rate === Infinity ? 0 : bytesLeft / rate);
      else if (awaits.size === 0) next = 0;
    }
    return Math.ceil(next);
  }

  /** Of a layer that is there, to a microsecond's worth, the pull goes on to the next one. */
  #fetchNext(pull: Pulling): void {
    while (pull.latencyUs === 0 && pull.fetches.length > 0 && pull.bytesLeft <= this.#bytesPerUs) {
      const [layer] = pull.fetches.splice(0, 1);
      this.#images.addLayer(layer, this.#wanted.get(layer.name) ?? 1);
      this.#wanted.delete(layer.name);
      for (const other of this.active) other.awaits.delete(layer.name);
      pull.bytesLeft = pull.fetches.length > 0 ? pull.fetches[0].bytes : 0;
    }
  }

  /** Each of those that receive has an equal part of the node's bandwidth. */
  #share(): number {
    let receivers = 0;
    for (const { latencyUs, fetches } of this.active) if (latencyUs === 0 && fetches.length > 0) receivers += 1;
    return receivers === 0 ? 0 : this.#bytesPerUs / receivers;
  }
}
