// Hot dialect: how much of the endpoints' log cluster DNS has seen by now. It answers for headless Services, without any sync.
import { CounterRandom } from '../engine/counter.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { EndpointTable } from '../model/endpoint-table.ts';
import type { NameKind } from '../model/ports/routes.ts';
import type { ObjectRow } from '../model/rows.ts';

export class DnsView {
  readonly #engine: Engine;
  readonly #endpoints: EndpointTable;
  readonly #samplers = new Samplers();
  readonly #watch: number;
  readonly #luck: CounterRandom;
  #cursor = 0;
  /** When the entry at the cursor is seen, once that is worked out; entries are seen in order. */
  #seenUs = 0;
  #drawn = false;

  constructor(engine: Engine, endpoints: EndpointTable, watchDelivery: DistributionSpec) {
    this.#engine = engine;
    this.#endpoints = endpoints;
    this.#watch = this.#samplers.add(watchDelivery);
    this.#luck = new CounterRandom(engine.seed, 'network/dns');
  }

  /** The number of entries that it has seen. */
  cursor(): number {
    const { logTime, entries } = this.#endpoints;
    while (this.#cursor < entries) {
      if (!this.#drawn) {
        this.#luck.seek(0, this.#cursor, 0);
        const atUs = logTime[this.#cursor] + this.#samplers.draw(this.#watch, this.#luck);
        this.#seenUs = Math.max(this.#seenUs, atUs);
        this.#drawn = true;
      }
      if (this.#seenUs > this.#engine.now) break;
      this.#cursor += 1;
      this.#drawn = false;
    }
    return this.#cursor;
  }

  /** What the name of a Service leads to, as far as DNS knows; -1 for one that never was. */
  kindOf(service: ObjectRow): NameKind {
    const rules = service < 0 ? undefined : this.#endpoints.rulesAt(service, this.cursor());
    if (rules === undefined) return 'none';
    return rules.externalName === '' ? 'cluster' : 'outside';
  }
}
