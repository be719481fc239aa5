// Hot dialect: random numbers, as a named stream.
import seedrandom from 'seedrandom';
import { exponential, normal } from './ziggurat.ts';

/** A source of random numbers. Equal seeds give equal numbers on every machine. */
export interface Random {
  /** An integer of 0 … 2^32 - 1. */
  u32(): number;
  /** A number above 0 and below 1, in steps of 2^-32. */
  uniform(): number;
  /** An integer of 0 … n - 1, n at most 2^31, without bias. */
  int(n: number): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Normal with mean 0 and variance 1. */
  normal(): number;
}

/** A stream of seedrandom's xor4096, seeded from (seed, name). */
export class Stream implements Random {
  readonly #generator: seedrandom.PRNG;

  constructor(seed: number | string, name: string) {
    this.#generator = seedrandom.xor4096(`${seed}/${name}`);
  }

  u32(): number {
    return this.#generator.int32() >>> 0;
  }

  uniform(): number {
    return ((this.#generator.int32() >>> 0) + 0.5) * 2 ** -32;
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

/** Lemire's multiply and shift with rejection (ACM TOMACS 29(1), 2019). */
export function below(random: { u32(): number }, n: number): number {
  let word = random.u32();
  if (Math.imul(word, n) >>> 0 < n) {
    const excess = 2 ** 32 % n;
    while (Math.imul(word, n) >>> 0 < excess) word = random.u32();
  }
  return Math.floor((word * n) / 2 ** 32);
}
