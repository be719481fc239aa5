// The connections of API servers to the members of etcd: one to each, used in turn, and how long a silent one is believed in.
import type { Engine } from '../../engine/engine.ts';
import type { Member } from '../../etcd/member.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import type { ServerProcess } from './server-process.ts';

/** gRPC asks a silent connection for a sign of life after 30 s, and waits 10 s for it. */
const KEEPALIVE_US = 40e6;

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
  #anySilent = false;

  /** `lost` is called when a server finds its connection to a member dead. */
  constructor(
    engine: Engine,
    etcd: EtcdMembers,
    servers: readonly ServerProcess[],
    reaches: Reaches,
    lost: (server: ServerProcess, member: Member) => void,
  ) {
    this.#etcd = etcd;
    this.#servers = servers;
    this.#engine = engine;
    this.#reaches = reaches;
    const { length } = etcd.members;
    this.#silentSinceUs = Array.from({ length: servers.length * length }, () => 0);
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
        const silent = member.process === 'stopped' || member.isolated || !this.#reaches(server, member);
        this.#anySilent ||= silent;
        if (silent && this.#silentSinceUs[at] === 0) {
          this.#silentSinceUs[at] = Math.max(1, this.#engine.now);
          this.#engine.after(KEEPALIVE_US, this.#silent, at, 0);
        } else if (!silent) {
          this.#silentSinceUs[at] = 0;
          server.connected[member.index] = 1;
        }
      }
    }
  }
}
