// Scripts that wait for the answer to a request: a slot each, whose signal fires with the answer.
import type { Engine } from '../engine/engine.ts';
import { Signal } from '../engine/script.ts';

export class WaitingScripts {
  readonly #signals: (Signal<number> | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A slot for one answer. */
  wait(): { readonly slot: number; readonly signal: Signal<number> } {
    const slot = this.#free.pop() ?? this.#signals.length;
    const signal = new Signal<number>(this.#engine);
    this.#signals[slot] = signal;
    return { slot, signal };
  }

  answer(slot: number, result: number): void {
    const signal = this.#signals[slot];
    this.#signals[slot] = undefined;
    this.#free.push(slot);
    signal?.fire(result);
  }
}
