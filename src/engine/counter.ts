// Hot dialect: random numbers as a function of a key, so that what a thing draws does not depend on what others drew before it.
import { below, type Random } from './random.ts';
import { exponential, normal } from './ziggurat.ts';

/**
 * A counter-based generator: draw i after `seek(a, b, c)` is a hash of (seed, name, a, b, c, i), whatever was drawn before.
 * Two rounds of a 32-bit permutation over the counter, keyed with 64 bits.
 */
export class CounterRandom implements Random {
  readonly #seed0: number;
  readonly #seed1: number;
  #key0: number;
  #key1: number;
  #counter = 0;

  constructor(seed: number | string, name: string) {
    const text = `${seed}/${name}`;
    let h0 = 0x243f6a88;
    let h1 = 0x13198a2e | 0;
    for (let i = 0; i < text.length; i++) {
      h0 = mix(h0 ^ text.charCodeAt(i));
      h1 = mix(h1 + h0);
    }
    this.#seed0 = h0;
    this.#seed1 = h1;
    this.#key0 = h0;
    this.#key1 = h1;
  }

  /** Restarts at the key (a, b, c), each taken modulo 2^32; (arrival ordinal, hop, attempt) is the customary use. */
  seek(a: number, b: number, c: number): void {
    let h0 = mix(this.#seed0 ^ a);
    let h1 = mix(this.#seed1 + h0 + b);
    h0 = mix(h0 + h1 + c);
    h1 = mix(h1 ^ h0);
    this.#key0 = h0;
    this.#key1 = h1;
    this.#counter = 0;
  }

  u32(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return mix(mix(this.#key0 + this.#counter) ^ this.#key1) >>> 0;
  }

  uniform(): number {
    return (this.u32() + 0.5) * 2 ** -32;
  }

  int(n: number): number {
    return below(this, n);
  }

  exponential(): number {
    return exponential(this);
  }

  normal(): number {
    return normal(this);
  }
}

/** A permutation of the 32-bit integers with near ideal avalanche (C. Wellons' lowbias32). */
function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0xd35a2d97);
  return h ^ (h >>> 15);
}
