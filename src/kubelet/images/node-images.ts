// The images of one node: layers that several of them may share, and what they take on its disk.

/** A part of an image, known by its name wherever it occurs. */
export interface Layer {
  readonly name: string;
  /** To be pulled. */
  readonly bytes: number;
}

interface StoredLayer {
  readonly bytes: number;
  /** Images that have it, and pulls of images that have it. */
  holders: number;
}

/** What the kubelet's collection of images notes of one (`imageRecord`). */
export interface ImageRecord {
  readonly layers: readonly Layer[];
  /** When it came. */
  readonly sinceUs: number;
  /** When it was noticed first, and when it was last seen in use; -1: not yet. */
  detectedUs: number;
  usedUs: number;
}

export class NodeImages {
  readonly #present = new Map<string, ImageRecord>();
  readonly #layers = new Map<string, StoredLayer>();
  /** Of the layers that are there; each counts once. */
  bytes = 0;

  has(image: string): boolean {
    return this.#present.has(image);
  }

  get count(): number {
    return this.#present.size;
  }

  get records(): IterableIterator<[string, ImageRecord]> {
    return this.#present.entries();
  }

  hasLayer(name: string): boolean {
    return this.#layers.has(name);
  }

  /** The layer has come, for `holders` images or pulls. */
  addLayer({ name, bytes }: Layer, holders: number): void {
    this.#layers.set(name, { bytes, holders });
    this.bytes += bytes;
  }

  hold(name: string): void {
    const layer = this.#layers.get(name);
    if (layer !== undefined) layer.holders += 1;
  }

  /** One that nobody holds is gone. */
  release(name: string): void {
    const layer = this.#layers.get(name);
    if (layer === undefined) return;
    layer.holders -= 1;
    if (layer.holders > 0) return;
    this.#layers.delete(name);
    this.bytes -= layer.bytes;
  }

  /** The image is there: its layers are, and it holds them. */
  add(image: string, layers: readonly Layer[], nowUs: number): void {
    if (this.#present.has(image)) for (const { name } of layers) this.release(name);
    else this.#present.set(image, { layers, sinceUs: nowUs, detectedUs: -1, usedUs: -1 });
  }

  remove(image: string): void {
    const record = this.#present.get(image);
    if (record === undefined) return;
    this.#present.delete(image);
    for (const { name } of record.layers) this.release(name);
  }

  clear(): void {
    this.#present.clear();
    this.#layers.clear();
    this.bytes = 0;
  }
}
