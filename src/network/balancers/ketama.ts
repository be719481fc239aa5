// Rings of points by chained CRC-32, as nginx and its Lua library have them: each point hashes a name and the point before it.
import { crc32 } from '../../lib/hashing/crc32.ts';
import { firstNotBelow } from './first-not-below.ts';

const utf8 = new TextEncoder();

/** One of those on the ring: the bytes that its points hash, and how many points it has. */
export interface KetamaNode<Of> {
  readonly of: Of;
  readonly name: string;
  readonly points: number;
}

/** 160 points per unit of weight. */
export const POINTS_PER_WEIGHT = 160;

export class KetamaRing<Of> {
  readonly #points: Float64Array;
  readonly #owners: readonly Of[];

  /** Of equal points the first stays. There is at least one point. */
  constructor(nodes: readonly KetamaNode<Of>[]) {
    const all: { readonly point: number; readonly of: Of }[] = [];
    const previous = new DataView(new ArrayBuffer(4));
    for (const { of, name, points } of nodes) {
      const base = crc32(utf8.encode(name));
      previous.setUint32(0, 0, true);
      for (let i = 0; i < points; i += 1) {
        const point = crc32(new Uint8Array(previous.buffer), base);
        previous.setUint32(0, point, true);
        all.push({ point, of });
      }
    }
    all.sort((a, b) => a.point - b.point);
    const kept = all.filter(({ point }, i) => i === 0 || point !== all[i - 1].point);
    this.#points = Float64Array.from(kept, ({ point }) => point);
    this.#owners = kept.map(({ of }) => of);
  }

  /** Where a key comes in: the first point that is not below its CRC. */
  place(key: string): number {
    return firstNotBelow(this.#points, crc32(utf8.encode(key)));
  }

  /** Round the ring from any number on. */
  at(place: number): Of {
    return this.#owners[place % this.#owners.length];
  }
}
