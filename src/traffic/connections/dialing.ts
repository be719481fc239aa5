// The beginning of a connection: where it leads, and a port of its caller. What meets nothing before an endpoint is known sends its first packet again.
import type { Engine } from '../../engine/engine.ts';
import { Connect, Ended } from '../../model/ports/routes.ts';
import { type Endpoint, endpointOf } from './connection.ts';
import type { LocalPorts } from './local-ports.ts';
import { MOST_REPEATS, repeatUs, type Ways } from './opening.ts';
import type { Pool } from './pool.ts';
import type { Requests } from './requests.ts';

const NONE = -1;

/** A connection as long as nothing is known of its other end. */
export interface Dialed {
  readonly number: number;
  readonly pool: Pool;
  readonly startedUs: number;
  /** First packets that were sent in vain. */
  repeats: number;
  /** The request as if for which it is led, or another one that waits if this one does no more. */
  readonly row: number;
}

export interface DialedTo {
  /** It leads to an endpoint; `handle`: what the routes get when it ends, -1 for nothing. */
  leads(dialed: Dialed, endpoint: Endpoint, handle: number): void;
  /** It will not open: one of `Connect`. */
  unopened(pool: Pool, how: number): void;
}

export class Dialing {
  readonly #engine: Engine;
  readonly #requests: Requests;
  readonly #ways: Ways;
  readonly #ports: LocalPorts;
  readonly #to: DialedTo;
  /** Those whose first packet met nothing, by number. */
  readonly #unanswered = new Map<number, Dialed>();
  #numbers = 0;
  readonly #onRepeat: number;
  readonly #onGivenUp: number;

  constructor(engine: Engine, requests: Requests, ways: Ways, ports: LocalPorts, to: DialedTo) {
    this.#engine = engine;
    this.#requests = requests;
    this.#ways = ways;
    this.#ports = ports;
    this.#to = to;
    const kind = (step: string, handle: (dialed: Dialed) => void): number =>
      engine.kind(`traffic.connection.${step}`, (number) => {
        const dialed = this.#unanswered.get(number);
        if (dialed !== undefined) handle(dialed);
      });
    this.#onRepeat = kind('dialedAgain', (dialed) => this.#again(dialed));
    this.#onGivenUp = kind('dialedInVain', (dialed) => this.#end(dialed, Connect.Refused));
  }

  /** A connection for the pool, as if for that request; false when it comes to nothing at once, which the request has heard. */
  begin(pool: Pool, row: number): boolean {
    const { group } = pool;
    const { now } = this.#engine;
    const result = this.#lead(pool, row);
    if (result !== Connect.Open && result !== Connect.Dropped) {
      this.#refuse(pool, row, result);
      return false;
    }
    const handle = result === Connect.Open ? this.#handleOf(pool) : NONE;
    if (group.pod !== NONE && !this.#ports.take(pool.ports, now)) {
      group.edge.withoutPort += 1;
      if (handle !== NONE) this.#ways.routes.disconnect(handle, Ended.Unanswered);
      this.#refuse(pool, row, Connect.Refused);
      return false;
    }
    group.edge.usesPorts(pool.ports);
    pool.opening += 1;
    this.#numbers = (this.#numbers + 1) | 0;
    const dialed = { number: this.#numbers, pool, startedUs: now, repeats: 0, row };
    if (result === Connect.Open) this.#leads(dialed);
    else this.#keep(dialed, group.profile.openUs);
    return true;
  }

  #lead(pool: Pool, row: number): number {
    return pool.endpoint === undefined ? this.#requests.leadConnection(row) : this.#requests.admits(row, pool.endpoint);
  }

  /** Of what the routes have just led. */
  #handleOf({ endpoint }: Pool): number {
    return endpoint === undefined ? this.#ways.routes.connection : NONE;
  }

  #leads(dialed: Dialed): void {
    const { pool } = dialed;
    this.#to.leads(dialed, pool.endpoint ?? endpointOf(this.#ways.routes), this.#handleOf(pool));
  }

  #refuse(pool: Pool, row: number, how: number): void {
    pool.pending.delete(row);
    this.#requests.failed(row, pool, how);
  }

  /** Its first packet met nothing. */
  #keep(dialed: Dialed, openUs: number): void {
    this.#unanswered.set(dialed.number, dialed);
    dialed.pool.silent.add(dialed);
    if (openUs < Infinity) this.#engine.after(openUs, this.#onGivenUp, dialed.number, 0);
    this.#lost(dialed);
  }

  #lost(dialed: Dialed): void {
    dialed.pool.group.edge.dropped += 1;
    if (dialed.repeats === MOST_REPEATS) {
      this.#end(dialed, Connect.Dropped);
      return;
    }
    this.#engine.after(repeatUs(dialed.repeats), this.#onRepeat, dialed.number, 0);
    dialed.repeats += 1;
  }

  #again(dialed: Dialed): void {
    const { pool } = dialed;
    const row = pool.pending.has(dialed.row) ? dialed.row : pool.pending.keys().next().value;
    // Nobody waits for it any more.
    if (row === undefined) {
      this.giveUp(dialed);
      return;
    }
    const result = this.#lead(pool, row);
    if (result === Connect.Dropped) {
      this.#lost(dialed);
    } else if (result === Connect.Open) {
      this.#forget(dialed);
      this.#leads(dialed);
    } else {
      this.#end(dialed, result);
    }
  }

  #end(dialed: Dialed, how: number): void {
    this.giveUp(dialed);
    this.#to.unopened(dialed.pool, how);
  }

  giveUp(dialed: Dialed): void {
    const { pool } = dialed;
    this.#forget(dialed);
    pool.opening -= 1;
    if (pool.group.pod !== NONE) this.#ports.giveBack(pool.ports);
    pool.group.tidy(pool);
  }

  #forget(dialed: Dialed): void {
    this.#unanswered.delete(dialed.number);
    dialed.pool.silent.delete(dialed);
  }
}
