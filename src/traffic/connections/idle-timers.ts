// When either end of a connection closes it because it rests: nearly all of these timers are withdrawn.
import type { Engine } from '../../engine/engine.ts';
import type { Lane } from '../../engine/lane.ts';
import type { Connection } from './connection.ts';

const NONE = -1;

export class IdleTimers {
  readonly #engine: Engine;
  readonly #onCaller: number;
  readonly #onServer: number;
  /** By delay. */
  readonly #callers = new Map<number, Lane>();
  readonly #servers = new Map<number, Lane>();

  /** Kinds of the events of a connection that has rested for long enough, at its caller and at its server. */
  constructor(engine: Engine, onCaller: number, onServer: number) {
    this.#engine = engine;
    this.#onCaller = onCaller;
    this.#onServer = onServer;
  }

  callerRests(connection: Connection): void {
    const { idleUs } = connection.pool.group.profile;
    if (idleUs === Infinity || connection.callerTimer !== NONE) return;
    connection.callerTimer = this.#lane(this.#callers, 'caller', idleUs, this.#onCaller).push(connection.id, 0);
  }

  callerWorks(connection: Connection): void {
    if (connection.callerTimer === NONE) return;
    this.#callers.get(connection.pool.group.profile.idleUs)!.remove(connection.callerTimer);
    connection.callerTimer = NONE;
  }

  /** The server has nothing to do on it from now on, as far as it knows. */
  serverRests(connection: Connection): void {
    const idleUs = connection.server?.settings.idleUs ?? Infinity;
    if (idleUs === Infinity || connection.serverTimer !== NONE || connection.serverLeft) return;
    connection.serverTimer = this.#lane(this.#servers, 'server', idleUs, this.#onServer).push(connection.id, 0);
  }

  serverWorks(connection: Connection): void {
    if (connection.serverTimer === NONE) return;
    this.#servers.get(connection.server!.settings.idleUs)!.remove(connection.serverTimer);
    connection.serverTimer = NONE;
  }

  #lane(lanes: Map<number, Lane>, whose: string, delayUs: number, kind: number): Lane {
    let lane = lanes.get(delayUs);
    if (lane === undefined) {
      lane = this.#engine.lane(`traffic.connection.${whose} ${delayUs}`, delayUs, kind);
      lanes.set(delayUs, lane);
    }
    return lane;
  }
}
