// The connections of API servers to the members of etcd: one to each, used in turn, and how long a silent one is believed in.
import type { Engine } from '../../engine/engine.ts';
import type { Member } from '../../etcd/member.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import type { ServerProcess } from './server-process.ts';

/** gRPC asks a silent connection for a sign of life after 30 s, and waits 10 s for it. */
const KEEPALIVE_US = 40e6;

export class EtcdConnections {
  readonly #etcd: EtcdMembers;
  readonly #servers: readonly ServerProcess[];
  readonly #engine: Engine;
  readonly #silent: number;
  /** By member: since when it says nothing, 0 when it does. */
  readonly #silentSinceUs: number[];

  /** `lost` is called when the connections to a member are found dead. */
  constructor(engine: Engine, etcd: EtcdMembers, servers: readonly ServerProcess[], lost: (member: Member) => void) {
    this.#engine = engine;
    this.#etcd = etcd;
    this.#servers = servers;
    this.#silentSinceUs = etcd.members.map(() => 0);
    this.#silent = engine.kind('api.etcd-keepalive', (index) => {
      if (this.#silentSinceUs[index] === 0 || engine.now - this.#silentSinceUs[index] < KEEPALIVE_US) return;
      for (const server of servers) server.connected[index] = 0;
      lost(etcd.members[index]);
    });
  }

  /** Every member is well: nothing has to be watched. */
  get quiet(): boolean {
    return this.#etcd.hasQuorum && this.#etcd.members.every((one) => one.process === 'running' && !one.isolated);
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

  /** Looks at all members again: some may have fallen silent, others answer again. */
  look(): void {
    for (const member of this.#etcd.members) {
      const { index } = member;
      const silent = member.process === 'stopped' || member.isolated;
      if (silent && this.#silentSinceUs[index] === 0) {
        this.#silentSinceUs[index] = Math.max(1, this.#engine.now);
        this.#engine.after(KEEPALIVE_US, this.#silent, index, 0);
      } else if (!silent) {
        this.#silentSinceUs[index] = 0;
        for (const server of this.#servers) server.connected[index] = 1;
      }
    }
  }
}
