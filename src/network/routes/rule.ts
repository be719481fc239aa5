// Hot dialect: a rule divides the connections to a Service among backends, by weight, or sends each client where it was before.
import type { CounterRandom } from '../../engine/counter.ts';
import type { Backend } from '../../model/ports/routes.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** A destination to which a share of the requests goes too. */
export interface MirroredTo {
  readonly destination: number;
  readonly share: number;
}

export class Rule {
  /** By client: the Service that it was sent to. Undefined where nobody remembers. */
  readonly sticky: Map<number, ObjectRow> | undefined;
  /** Undefined where nothing is mirrored. */
  readonly mirrors: readonly MirroredTo[] | undefined;
  readonly #backends: readonly Backend[];
  /** By backend: the sum of the weights up to and with it. */
  readonly #upTo: number[] = [];
  readonly #sum: number;

  constructor(backends: readonly Backend[], sticky?: Map<number, ObjectRow>, mirrors?: readonly MirroredTo[]) {
    this.sticky = sticky;
    this.mirrors = mirrors;
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

  /** The backend that the client has a cookie of, if it is still one; else one is drawn, and the client gets a cookie. `own` is the Service. */
  keep(client: number, own: ObjectRow, luck: CounterRandom): Backend | undefined {
    const before = this.sticky!.get(client);
    if (before !== undefined) {
      for (const backend of this.#backends) if ((backend.service ?? own) === before) return backend;
    }
    const drawn = this.draw(luck);
    if (drawn !== undefined) this.sticky!.set(client, drawn.service ?? own);
    return drawn;
  }
}
