// Hot dialect: a rule divides the connections to a Service among parts of its endpoints, by weight.
import type { CounterRandom } from '../../engine/counter.ts';
import type { Backend } from '../../model/ports.ts';

export class Rule {
  readonly #backends: readonly Backend[];
  /** By backend: the sum of the weights up to and with it. */
  readonly #upTo: number[] = [];
  readonly #sum: number;

  constructor(backends: readonly Backend[]) {
    this.#backends = backends;
    let sum = 0;
    for (const { weight } of backends) {
      sum += weight;
      this.#upTo.push(sum);
    }
    this.#sum = sum;
  }

  /** Undefined where all weights are 0. */
  draw(luck: CounterRandom): Backend | undefined {
    const at = luck.uniform() * this.#sum;
    for (let i = 0; i < this.#upTo.length; i += 1) if (at < this.#upTo[i]) return this.#backends[i];
    return undefined;
  }
}
