// The connections of API servers to the members of etcd: one to each, used in turn, and how long a silent one is believed in.
import type { Engine } from '../../engine/engine.ts';
import type { Member } from '../../etcd/member.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import type { Random } from '../../engine/random.ts';
import type { ServerProcess } from './server-process.ts';

/** gRPC asks a silent connection for a sign of life after 30 s, and waits 10 s for it. */
const KEEPALIVE_US = 40e6;
/** It dials a member that refuses again after a second, and then ever more rarely, each time a fifth sooner or later. */
const DIAL_US = 1e6;
const DIAL_FACTOR = 1.6;
const DIAL_JITTER = 0.2;
const LONGEST_DIAL_US = 120e6;

/** Whether packets pass between a server and a member. */
export type Reaches = (server: ServerProcess, member: Member) => boolean;

export class EtcdConnections {
  readonly #etcd: EtcdMembers;
  readonly #servers: readonly ServerProcess[];
  readonly #engine: Engine;
  readonly #reaches: Reaches;
  readonly #silent: number;
  /** By server and member: since when the connection brings nothing, 0 when it does. */
  readonly #silentSinceUs: number[];
  /** By server and member: since when it refuses, -1 while it does not. */
  readonly #refusesSinceUs: number[];
  readonly #random: Random;
  readonly #dial: number;
  #anySilent = false;

  /** `lost` is called when a server finds its connection to a member dead, `back` when one has a connection again. */
  constructor(
    engine: Engine,
    etcd: EtcdMembers,
    servers: readonly ServerProcess[],
    reaches: Reaches,
    lost: (server: ServerProcess, member: Member) => void,
    back: () => void,
  ) {
    this.#etcd = etcd;
    this.#servers = servers;
    this.#engine = engine;
    this.#reaches = reaches;
    const { length } = etcd.members;
    this.#silentSinceUs = Array.from({ length: servers.length * length }, () => 0);
    this.#refusesSinceUs = Array.from({ length: servers.length * length }, () => -1);
    this.#random = engine.stream('api/etcd-dials');
    this.#dial = engine.kind('api.etcd-dial', (at) => {
      const member = etcd.members[at % length];
      if (!etcd.listens(member)) return;
      servers[Math.floor(at / length)].connected[member.index] = 1;
      back();
    });
    this.#silent = engine.kind('api.etcd-keepalive', (at) => {
      if (this.#silentSinceUs[at] === 0 || engine.now - this.#silentSinceUs[at] < KEEPALIVE_US) return;
      const server = servers[Math.floor(at / length)];
      const member = etcd.members[at % length];
      server.connected[member.index] = 0;
      lost(server, member);
    });
  }

  /** Every member is well, and all servers reach it: nothing has to be watched. */
  get quiet(): boolean {
    const { members, hasQuorum } = this.#etcd;
    return !this.#anySilent && hasQuorum && members.every((one) => one.process === 'running' && !one.isolated);
  }

  /** Whether what a server sends to a member arrives. */
  arrives(server: ServerProcess, member: Member): boolean {
    return !this.#anySilent || this.#reaches(server, member);
  }

  /** The member that the next request of a server goes to; undefined when there is no connection. */
  next(server: ServerProcess): Member | undefined {
    const { members } = this.#etcd;
    for (let i = 0; i < members.length; i += 1) {
      const member = members[server.turn % members.length];
      server.turn = (server.turn + 1) % members.length;
      if (server.connected[member.index] === 1 && this.#etcd.listens(member)) return member;
    }
    return undefined;
  }

  /** Looks at all connections again: some may have fallen silent, others bring answers again. */
  look(): void {
    const { members } = this.#etcd;
    this.#anySilent = false;
    for (const server of this.#servers) {
      for (const member of members) {
        const at = server.index * members.length + member.index;
        if (this.#refuses(at, server, member)) continue;
        const silent = member.process === 'stopped' || member.isolated || !this.#reaches(server, member);
        this.#anySilent ||= silent;
        if (silent && this.#silentSinceUs[at] === 0) {
          this.#silentSinceUs[at] = Math.max(1, this.#engine.now);
          this.#engine.after(KEEPALIVE_US, this.#silent, at, 0);
        } else if (!silent && this.#silentSinceUs[at] !== 0) {
          this.#silentSinceUs[at] = 0;
          server.connected[member.index] = 1;
        }
      }
    }
  }

  /** Whether the member takes no connections. One that does again is found by the server's next try. */
  #refuses(at: number, server: ServerProcess, member: Member): boolean {
    const { now } = this.#engine;
    if (!this.#etcd.listens(member)) {
      if (this.#refusesSinceUs[at] < 0) this.#refusesSinceUs[at] = now;
      server.connected[member.index] = 0;
      this.#silentSinceUs[at] = 0;
      return true;
    }
    const { [at]: sinceUs } = this.#refusesSinceUs;
    if (sinceUs < 0) return false;
    this.#refusesSinceUs[at] = -1;
    this.#engine.at(this.#nextDialUs(Math.max(sinceUs, server.startedUs)), this.#dial, at, 0);
    return false;
  }

  #nextDialUs(fromUs: number): number {
    let at = fromUs;
    let waitUs = DIAL_US;
    while (at < this.#engine.now) {
      at += Math.round(waitUs * (1 + DIAL_JITTER * (2 * this.#random.uniform() - 1)));
      waitUs = Math.min(waitUs * DIAL_FACTOR, LONGEST_DIAL_US);
    }
    return at;
  }
}
