// Images on nodes: which have been pulled, and when a pull that is queued now will be done.
import type { KubeletSettings } from './settings.ts';
import type { NodeRow } from '../model/rows.ts';

/** There since the start of the run. */
const ALWAYS = -1;

export class Images {
  readonly #ids = new Map<string, number>();
  readonly #sizeBytes: number[] = [];
  readonly #cached: boolean[] = [];
  /** By image and node: when it is there; ALWAYS, a time in µs, or Infinity. */
  readonly #presentAt: Float64Array[] = [];
  /** By node: when the serial puller is free. */
  #freeAt = new Float64Array(0);
  #nodes = 0;
  readonly #settings: Pick<KubeletSettings, 'imagePull' | 'cachedImages'>;

  constructor(settings: Pick<KubeletSettings, 'imagePull' | 'cachedImages'>) {
    this.#settings = settings;
  }

  id(image: string, sizeBytes: number): number {
    const known = this.#ids.get(image);
    if (known !== undefined) return known;
    const id = this.#sizeBytes.length;
    this.#ids.set(image, id);
    this.#sizeBytes.push(sizeBytes);
    const { cachedImages } = this.#settings;
    this.#cached.push(cachedImages.includes('*') || cachedImages.includes(image));
    this.#presentAt.push(new Float64Array(0));
    return id;
  }

  /** Whether the node has the image now. */
  present(image: number, node: NodeRow, nowUs: number): boolean {
    return this.#column(image, node)[node] <= nowUs;
  }

  /**
   * Asks the node's puller for an image and returns how long the container has to wait, in µs. A serial puller (the kubelet's
   * default) works in the order of the questions; an image that is on its way is waited for.
   */
  pull(image: number, node: NodeRow, always: boolean, nowUs: number): number {
    const present = this.#column(image, node);
    const { bandwidth, roundTripUs, serialize } = this.#settings.imagePull;
    if (present[node] !== Infinity) {
      const here = Math.max(0, present[node] - nowUs);
      return always ? Math.max(here, roundTripUs) : here;
    }
    const start = serialize ? Math.max(nowUs, this.#freeAt[node]) : nowUs;
    const done = Math.round(start + roundTripUs + (this.#sizeBytes[image] / bandwidth) * 1e6);
    if (serialize) this.#freeAt[node] = done;
    present[node] = done;
    return done - nowUs;
  }

  /** The machine stopped: what was not pulled by then is not there. */
  interrupt(node: NodeRow, nowUs: number): void {
    for (const present of this.#presentAt) {
      if (node < present.length && present[node] > nowUs) present[node] = Infinity;
    }
    if (node < this.#freeAt.length) this.#freeAt[node] = nowUs;
  }

  /** Another machine has the node's name: it has what all machines have from the start. */
  forget(node: NodeRow): void {
    for (const [image, present] of this.#presentAt.entries()) {
      if (node < present.length) present[node] = this.#cached[image] ? ALWAYS : Infinity;
    }
    if (node < this.#freeAt.length) this.#freeAt[node] = 0;
  }

  #column(image: number, node: NodeRow): Float64Array {
    if (node >= this.#nodes) {
      this.#nodes = Math.max(64, node + 1, this.#nodes * 2);
      const wider = new Float64Array(this.#nodes);
      wider.set(this.#freeAt);
      this.#freeAt = wider;
    }
    let column = this.#presentAt[image];
    if (column.length < this.#nodes) {
      const wider = new Float64Array(this.#nodes).fill(this.#cached[image] ? ALWAYS : Infinity);
      wider.set(column);
      column = wider;
      this.#presentAt[image] = column;
    }
    return column;
  }
}
