// Hot dialect: the key that a request is about.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import type { KeysSpec } from '../../model/settings/request-classes.ts';
import { Zipf } from './zipf.ts';

export class Keys {
  readonly #engine: Engine;
  readonly #luck: CounterRandom;
  readonly #spec: KeysSpec;
  readonly #zipf: Zipf;

  constructor(engine: Engine, spec: KeysSpec) {
    this.#engine = engine;
    this.#luck = new CounterRandom(engine.seed, 'traffic/keys');
    this.#spec = spec;
    this.#zipf = new Zipf(spec.count, spec.zipf);
  }

  /** That of the request of that (ordinal, hop), now. */
  keyOf(ordinal: number, hop: number): number {
    const luck = this.#luck;
    luck.seek(ordinal, hop, 0);
    const { hot, count } = this.#spec;
    for (let i = 0; i < hot.length; i += 1) {
      const { share, keys, fromUs, untilUs } = hot[i];
      const { now } = this.#engine;
      // Those that hardly anybody asks for otherwise.
      if (now >= fromUs && now < untilUs && luck.uniform() < share) return Math.max(0, count - 1 - luck.int(keys));
    }
    return this.#zipf.draw(luck);
  }
}
