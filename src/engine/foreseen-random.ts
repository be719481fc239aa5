// A stream whose next numbers may be looked at before somebody draws them.
import { exponential, normal } from './ziggurat.ts';
import { below, type Random } from './random.ts';

abstract class Words implements Random {
  abstract u32(): number;

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

/** Draws what the source would: looking ahead changes no draw. */
export class ForeseenRandom extends Words {
  readonly #source: Random;
  /** Words that were looked at and not drawn. */
  readonly #ahead: number[] = [];

  constructor(source: Random) {
    super();
    this.#source = source;
  }

  u32(): number {
    return this.#ahead.shift() ?? this.#source.u32();
  }

  /** The numbers that come next, from the first one on. */
  ahead(): Random {
    return new Ahead(this.#ahead, this.#source);
  }
}

class Ahead extends Words {
  readonly #words: number[];
  readonly #source: Random;
  #at = 0;

  constructor(words: number[], source: Random) {
    super();
    this.#words = words;
    this.#source = source;
  }

  u32(): number {
    if (this.#at === this.#words.length) this.#words.push(this.#source.u32());
    this.#at += 1;
    return this.#words[this.#at - 1];
  }
}
