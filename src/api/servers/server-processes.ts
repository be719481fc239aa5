// What befalls API servers: signals, starts, the balancer's checks, and what clients and watch caches make of a long silence.
import type { Engine } from '../../engine/engine.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { DistributionSpec } from '../../lib/distribution.ts';
import type { Random } from '../../engine/random.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import type { ApiServers } from './api-servers.ts';
import type { ServerProcess } from './server-process.ts';

/** A server with watches lives so long after SIGTERM. */
const SHUTDOWN_US = 60e6;
/** HTTP/2 clients ask a silent connection after 30 s, and give it up 15 s later. Kubelets close theirs at the second failed lease. */
const CONNECTION_LOST_US = 45e6;
const KUBELET_LOST_US = 15e6;
/** A balancer's checks come every 2 s and may take as long; three that fail take a backend out, two that succeed bring it back. */
const CHECK_US = 2e6;
/** The port of a server that starts answers about so soon. */
const LISTENS_US = 1e6;
/** etcd that is there without a leader ends the watches of the servers, and what they try then ends their caches. */
const UNCACHED_AFTER_US = 34e6;
const WATCHES_END_AFTER_US = 35.5e6;

const Turn = { Listens: 0, Ready: 1, Exits: 2, OutOfRotation: 3, InRotation: 4, Kubelets: 5, Lost: 6 } as const;

export interface ServerTimes {
  /** From the start of the process until it is ready; its port answers earlier. */
  readonly start: DistributionSpec;
}

export class ServerProcesses {
  /** Called when watches of a server end, and when they are served again. */
  onWatches: ((server: ServerProcess, served: boolean) => void) | undefined;
  /** Called when anything about a server changes. */
  onChange: ((server: ServerProcess) => void) | undefined;
  /** Called when its process ended, with the exit code. */
  onExit: ((server: ServerProcess, exitCode: number) => void) | undefined;
  readonly #engine: Engine;
  readonly #api: ApiServers;
  readonly #etcd: EtcdMembers;
  readonly #random: Random;
  readonly #samplers = new Samplers();
  readonly #start: number;
  readonly #turn: number;
  readonly #caches: number;
  readonly #isKubelet: (bucket: number) => boolean;
  /** Counts losses of etcd: what was booked for an older one is ignored. */
  #loss = 0;
  #lost = false;

  constructor(
    engine: Engine,
    api: ApiServers,
    etcd: EtcdMembers,
    times: ServerTimes,
    isKubelet: (bucket: number) => boolean,
  ) {
    this.#engine = engine;
    this.#api = api;
    this.#etcd = etcd;
    this.#isKubelet = isKubelet;
    this.#random = engine.stream('api/processes');
    this.#start = this.#samplers.add(times.start);
    this.#turn = engine.kind('api.server', (packed, life) => {
      const server = api.servers[packed >> 3];
      if (server.life === life) this.#take(server, packed & 7);
    });
    this.#caches = engine.kind('api.watch-caches', (what, loss) => this.#cachesOf(what, loss));
  }

  kill(server: ServerProcess): void {
    if (server.state === 'dead') return;
    this.#end(server, 137);
  }

  terminate(server: ServerProcess): void {
    if (server.state === 'starting') this.#end(server, 143);
    if (server.state !== 'running') return;
    server.state = 'draining';
    server.listens = false;
    this.#book(server, SHUTDOWN_US, Turn.Exits);
    this.#book(server, this.#failedChecksUs(0), Turn.OutOfRotation);
    this.onChange?.(server);
  }

  stop(server: ServerProcess): void {
    if (server.state !== 'running') return;
    server.state = 'stopped';
    server.stoppedUs = this.#engine.now;
    server.life += 1;
    this.#book(server, this.#failedChecksUs(CHECK_US), Turn.OutOfRotation);
    this.#book(server, KUBELET_LOST_US, Turn.Kubelets);
    this.#book(server, CONNECTION_LOST_US, Turn.Lost);
    this.onChange?.(server);
  }

  continue(server: ServerProcess): void {
    if (server.state !== 'stopped') return;
    server.state = 'running';
    server.life += 1;
    this.#api.thawed(server);
    this.onWatches?.(server, true);
    if (!server.inRotation) this.#book(server, this.#goodChecksUs(), Turn.InRotation);
    this.onChange?.(server);
  }

  /** A partition leaves it without a majority of etcd, and clients without it. */
  cutOffFrom(server: ServerProcess): void {
    if (server.cutOff) return;
    server.cutOff = true;
    if (server.state !== 'running') return;
    server.life += 1;
    this.#book(server, this.#failedChecksUs(CHECK_US), Turn.OutOfRotation);
    this.#book(server, KUBELET_LOST_US, Turn.Kubelets);
    this.#book(server, CONNECTION_LOST_US, Turn.Lost);
    this.onChange?.(server);
  }

  reconnect(server: ServerProcess): void {
    if (!server.cutOff) return;
    server.cutOff = false;
    if (server.state !== 'running') return;
    server.life += 1;
    this.#api.thawed(server);
    this.onWatches?.(server, true);
    if (!server.inRotation) this.#book(server, this.#goodChecksUs(), Turn.InRotation);
    this.onChange?.(server);
  }

  start(server: ServerProcess): void {
    if (server.state !== 'dead') return;
    server.state = 'starting';
    server.life += 1;
    server.startedUs = this.#engine.now;
    const readyUs = Math.round(this.#samplers.draw(this.#start, this.#random));
    // Until RBAC is filled users get 403.
    this.#book(server, Math.min(readyUs, (0.5 + this.#random.uniform()) * LISTENS_US), Turn.Listens);
    this.#book(server, readyUs, Turn.Ready);
    this.onChange?.(server);
  }

  /** etcd lost its quorum, or has one again. */
  etcdChanged(): void {
    const lost = !this.#etcd.hasQuorum;
    if (lost === this.#lost) return;
    this.#lost = lost;
    this.#loss += 1;
    if (lost) {
      this.#engine.after(UNCACHED_AFTER_US + this.#random.uniform() * 1e6, this.#caches, 0, this.#loss);
      this.#engine.after(WATCHES_END_AFTER_US + this.#random.uniform() * 1e6, this.#caches, 1, this.#loss);
    } else {
      const filledUs = 0.2e6 + this.#random.uniform() * 1e6;
      this.#engine.after(filledUs, this.#caches, 2, this.#loss);
      this.#engine.after(filledUs + this.#random.uniform() * 3e6, this.#caches, 3, this.#loss);
    }
    // Their checks fail or succeed with etcd: a balancer takes all of them out, and back in.
    for (const server of this.#api.servers) {
      if (server.state !== 'running') continue;
      if (lost) this.#book(server, this.#failedChecksUs(CHECK_US), Turn.OutOfRotation);
      else this.#book(server, this.#goodChecksUs(), Turn.InRotation);
    }
  }

  #cachesOf(what: number, loss: number): void {
    if (loss !== this.#loss) return;
    const alive = this.#etcd.members.some((member) => member.runs && !member.isolated);
    for (const server of this.#api.servers) {
      if (what >= 2) {
        if (what === 3) this.onWatches?.(server, true);
        else if (server.works) {
          server.cached = true;
          this.#api.cachesChanged(server);
        }
      } else if (alive && server.works) {
        // Without any member there is nothing that could end a watch.
        if (what === 0) server.cached = false;
        else this.onWatches?.(server, false);
      }
    }
  }

  #take(server: ServerProcess, turn: number): void {
    switch (turn) {
      case Turn.Listens:
        server.listens = true;
        break;
      case Turn.Ready:
        server.state = 'running';
        server.ready = true;
        server.cached = true;
        this.#api.connections.renewed();
        this.onWatches?.(server, true);
        this.#book(server, this.#goodChecksUs(), Turn.InRotation);
        break;
      case Turn.Exits:
        this.#end(server, 0);
        return;
      case Turn.OutOfRotation:
        if (server.state !== 'running' || server.cutOff || this.#lost) server.inRotation = false;
        break;
      case Turn.InRotation:
        if (!this.#lost && !server.cutOff) server.inRotation = true;
        break;
      case Turn.Kubelets:
        this.#api.givenUp(server, this.#isKubelet);
        break;
      default:
        this.#api.givenUp(server, () => true);
        this.onWatches?.(server, false);
    }
    this.onChange?.(server);
  }

  #end(server: ServerProcess, exitCode: number): void {
    server.state = 'dead';
    server.ready = false;
    server.listens = false;
    server.cached = false;
    server.life += 1;
    this.#book(server, this.#failedChecksUs(0), Turn.OutOfRotation);
    this.#api.died(server);
    this.onWatches?.(server, false);
    this.onChange?.(server);
    this.onExit?.(server, exitCode);
  }

  /** `eachUs`: how long a check takes that fails. */
  #failedChecksUs(eachUs: number): number {
    return this.#random.uniform() * CHECK_US + (eachUs > 0 ? 3 * eachUs : 2 * CHECK_US);
  }

  #goodChecksUs(): number {
    return (1 + this.#random.uniform()) * CHECK_US;
  }

  #book(server: ServerProcess, afterUs: number, turn: number): void {
    this.#engine.after(afterUs, this.#turn, (server.index << 3) | turn, server.life);
  }
}
