// Hot dialect: a board on which all pods of some Services publish their load, every so often.
import type { Engine } from '../engine/engine.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { EndpointTable } from '../model/endpoint-table.ts';
import type { Loads } from '../model/ports/processes.ts';
import { Connections } from './connections.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';

export class Board {
  /** Connections opened by each proxy since the board was written. */
  readonly sent = new Connections();
  readonly #endpoints: EndpointTable;
  readonly #services: ObjectRow[] = [];
  #loads: Loads = { held: () => 0 };
  /** By pod. */
  #reported = new Int32Array(64);

  /** Written at the multiples of `everyUs`, after what is booked earlier for these instants. */
  constructor(engine: Engine, endpoints: EndpointTable, everyUs: number, name: string) {
    this.#endpoints = endpoints;
    const kind = engine.kind(name, () => {
      this.#write();
      engine.after(everyUs, kind, 0, 0);
    });
    // A balancer may be made in the middle of a run: that of a gateway is, with its routes.
    engine.at(everyUs * (Math.floor(engine.now / everyUs) + 1), kind, 0, 0);
  }

  /** Who knows the pods' load. Before that it is 0. */
  watch(loads: Loads): void {
    this.#loads = loads;
  }

  /** The pods of this Service (object row) are on the board from its next writing on. */
  list(service: ObjectRow): void {
    if (!this.#services.includes(service)) this.#services.push(service);
  }

  reported(pod: PodRow): number {
    return pod < this.#reported.length ? this.#reported[pod] : 0;
  }

  #write(): void {
    this.sent.clear();
    for (const service of this.#services) {
      for (const { pods } of this.#endpoints.latest(service).slices) {
        for (let i = 0; i < pods.length; i += 1) {
          const pod = pods[i];
          if (pod >= this.#reported.length) this.#reported = grown(this.#reported, nextCapacity(pod));
          this.#reported[pod] = this.#loads.held(pod);
        }
      }
    }
  }
}
