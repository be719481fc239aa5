// Several API servers over several members of etcd: the way of each request, and what it meets where processes fail.
import type { Engine } from '../../engine/engine.ts';
import { Samplers } from '../../engine/distributions.ts';
import type { Random } from '../../engine/random.ts';
import type { Member } from '../../etcd/member.ts';
import type { EtcdMembers } from '../../etcd/members.ts';
import { Outcome, OUTCOME_SENTENCES } from '../../etcd/outcome.ts';
import type { ApiServer } from '../server.ts';
import { RequestProcessors } from '../request-processors.ts';
import { ReadOf } from '../requests/read.ts';
import { Verb } from '../requests/arena.ts';
import { Connections, NO_SERVER } from './connections.ts';
import { EtcdConnections, type Reaches } from './etcd-connections.ts';
import { type Failure, failureNames, failures } from './failure.ts';
import { Flights, Step } from './flights.ts';
import { isOvertaken } from './overtaken.ts';
import type { RequestPath } from './request-path.ts';
import type { ServerProcess } from './server-process.ts';

/** What the API server gives a request: a write, and anything else. */
const WRITE_LIMIT_US = 34e6;
const READ_LIMIT_US = 60e6;
/** A connection that is refused or reset, or an answer without work. */
const AT_ONCE_US = 1000;
const TLS_LIMIT_US = 10e6;
/** A kubelet sends again what failed at its next sync. */
const KUBELET_RETRY_US = 10e6;

/** The database that writes go to. */
export interface StorageOfWrites {
  /** False: it is full, and the write is refused. */
  admits(request: number): boolean;
  stored(request: number): void;
}

const NO_SPACE = OUTCOME_SENTENCES[Outcome.NoSpace];

export class ApiServers implements RequestPath {
  readonly servers: readonly ServerProcess[];
  readonly connections: Connections;
  readonly etcdConnections: EtcdConnections;
  /** What writes need room in. */
  storage: StorageOfWrites | undefined;
  /** Called for each request that fails. */
  onFailure: ((request: number, how: Failure) => void) | undefined;
  readonly #api: ApiServer;
  readonly #engine: Engine;
  readonly #etcd: EtcdMembers;
  readonly #flights = new Flights();
  readonly #samplers = new Samplers();
  readonly #random: Random;
  /** By server; none where there is one for each request. */
  readonly #processors: readonly RequestProcessors[];
  readonly #mutating: number;
  readonly #read: number;
  readonly #client: number;
  readonly #work: number;
  readonly #deadline: number;
  readonly #fail: number;
  readonly #again: number;

  /** `reaches`: whether packets pass between a server and a member of etcd. */
  constructor(api: ApiServer, etcd: EtcdMembers, servers: readonly ServerProcess[], reaches: Reaches = () => true) {
    const { engine, settings } = api;
    this.#api = api;
    this.#engine = engine;
    this.#etcd = etcd;
    this.servers = servers;
    this.connections = new Connections(servers);
    this.etcdConnections = new EtcdConnections(
      engine,
      etcd,
      servers,
      reaches,
      (server, member) => this.#lost(server, member),
      () => this.#watchTimes(),
    );
    this.#random = engine.stream('api/servers');
    const { processors = 0 } = settings;
    this.#processors = processors === 0 ? [] : servers.map(() => new RequestProcessors(processors));
    this.#mutating = this.#samplers.add(settings.mutating);
    this.#read = this.#samplers.add(settings.read);
    this.#client = etcd.requests.client((token, outcome, settled) => this.#answered(token, outcome, settled));
    const current =
      (act: (request: number) => void) =>
      (request: number, epoch: number): void => {
        if (this.#flights.epoch[request] === epoch) act(request);
      };
    this.#work = engine.kind(
      'api.work',
      current((request) => this.#worked(request)),
    );
    this.#deadline = engine.kind(
      'api.deadline',
      current((request) => this.#expired(request)),
    );
    this.#fail = engine.kind('api.unreachable', (request, how) => this.#unreachable(request, failureNames[how]));
    this.#again = engine.kind('api.kubelet-retry', (request) => this.arrive(request));
    etcd.onChange = () => {
      this.etcdConnections.look();
      this.#watchTimes();
    };
  }

  arrive(request: number): void {
    const { requests } = this.#api;
    const { [request]: bucket } = requests.bucket;
    const index = this.connections.serverFor(bucket);
    if (index === NO_SERVER) {
      this.#failLater(request, 'refused', AT_ONCE_US);
      return;
    }
    const server = this.servers[index];
    if (server.state === 'stopped' || (server.cutOff && !this.connections.isPinned(bucket))) {
      if (this.connections.hangs(bucket)) this.#flights.begin(request, index, Step.Unread, this.#engine.now);
      else this.#failLater(request, 'tls-timeout', TLS_LIMIT_US);
    } else if (!server.listens || server.state === 'draining') {
      this.#failLater(request, 'refused', AT_ONCE_US);
    } else if (server.state === 'starting') {
      this.#failLater(request, '403', AT_ONCE_US);
    } else {
      this.#flights.begin(request, index, Step.Queued, this.#engine.now);
      this.#api.admit(request);
    }
  }

  work(request: number): void {
    const flights = this.#flights;
    const server = this.servers[flights.server[request]];
    if (flights.gone[request] === 1) {
      flights.end(request);
      if (this.#comesAgain(request)) this.#retryLater(request);
      else this.#api.drop(request);
    } else if (server.state === 'stopped') {
      flights.step[request] = Step.FrozenWork;
    } else {
      const sampler = this.#isRead(request) ? this.#read : this.#mutating;
      const us = this.#samplers.draw(sampler, this.#random);
      this.#book(request, Step.Working, this.#processors.at(server.index)?.takes(this.#engine.now, us) ?? us);
    }
  }

  serverOf(request: number): number {
    return this.#flights.server[request];
  }

  redial(bucket: number): void {
    this.connections.redial(bucket);
  }

  pin(bucket: number, machine: string): void {
    this.connections.pin(bucket, machine);
  }

  // What befalls a server.

  /** Its process ends: what it had is lost to its clients. etcd goes on with what it has. */
  died(server: ServerProcess): void {
    this.#processors.at(server.index)?.reset();
    this.#flights.each(server.index, (request, step) => {
      if (step === Step.Stored) this.#failWith(request, 'reset', !this.#withdraw(request));
      else if (step === Step.Queued) this.#forget(request, 'reset');
      else if (step === Step.Unread) this.#refuse(request, 'reset');
      else if (step !== Step.Kept) this.#failWith(request, 'reset', false);
    });
    this.connections.renewed();
    this.connections.broken(server);
  }

  /** It goes on where it stopped. */
  thawed(server: ServerProcess): void {
    this.connections.renewed();
    this.#flights.each(server.index, (request, step) => {
      if (step === Step.Unread) {
        this.#flights.step[request] = Step.Queued;
        this.#api.admit(request);
      } else if (step === Step.FrozenWork) this.work(request);
      else if (step === Step.FrozenAnswer) this.#finish(request);
    });
  }

  /** Clients find that a stopped server says nothing: they close the connection. `which`: those of that bucket. */
  givenUp(server: ServerProcess, which: (bucket: number) => boolean): void {
    const { bucket } = this.#api.requests;
    this.#flights.each(server.index, (request, step) => {
      if (step === Step.Kept || !which(bucket[request])) return;
      if (server.cutOff && this.connections.isPinned(bucket[request])) return;
      this.connections.lose(bucket[request], server.index);
      if (step === Step.Unread) this.#refuse(request, 'conn-lost');
      else if (step === Step.Queued) this.#forget(request, 'conn-lost');
      else if (step === Step.Stored) this.#failWith(request, 'conn-lost', !this.#withdraw(request));
      else this.#failWith(request, 'conn-lost', false);
    });
  }

  /** The watch caches of a server are filled, or not any more. */
  cachesChanged(server: ServerProcess): void {
    if (!server.cached) return;
    this.#flights.each(server.index, (request, step) => {
      if (step === Step.Uncached) this.work(request);
    });
  }

  // On the way.

  #isRead(request: number): boolean {
    return this.#api.requests.verb[request] === Verb.Read;
  }

  #worked(request: number): void {
    const flights = this.#flights;
    const server = this.servers[flights.server[request]];
    if (server.state === 'stopped') {
      flights.step[request] = Step.FrozenWork;
      return;
    }
    const { [request]: of } = this.#api.requests.a;
    if (!this.#isRead(request) || of === ReadOf.Newest) {
      this.#store(request, server);
    } else if (of === ReadOf.CachedObject) {
      if (server.cached) this.#finish(request);
      else {
        flights.step[request] = Step.Uncached;
        this.#time(request);
      }
    } else if (!server.cached) {
      this.#failWith(request, '429', false);
    } else if (of === ReadOf.CachedList) {
      this.#finish(request);
    } else {
      this.#store(request, server);
    }
  }

  /** Hands a request to etcd, or waits for a connection to it. */
  #store(request: number, server: ServerProcess): void {
    const flights = this.#flights;
    const member = this.etcdConnections.next(server);
    flights.step[request] = Step.Stored;
    flights.row[request] = -1;
    flights.member[request] = member === undefined ? -1 : member.index;
    if (member === undefined || !this.etcdConnections.quiet) this.#time(request);
    // What is sent into a cut hangs until the connection is given up.
    if (member === undefined || !this.etcdConnections.arrives(server, member)) return;
    if (!this.#isRead(request) && this.storage?.admits(request) === false) {
      this.#count(request, '500');
      this.#flights.end(request);
      if (this.#comesAgain(request)) this.#retryLater(request);
      else this.#api.fail(request, this.#api.refusals.code(NO_SPACE), false);
      return;
    }
    const { requests } = this.#etcd;
    const epoch = flights.epoch[request];
    flights.revision[request] = this.#api.state.resourceVersion;
    const row = this.#isRead(request)
      ? requests.read(this.#client, member, request, false)
      : requests.propose(this.#client, member, request);
    if (flights.epoch[request] !== epoch) return;
    flights.row[request] = row;
    flights.rowEpoch[request] = requests.rows.epoch[row];
  }

  #answered(request: number, outcome: number, settled: boolean): void {
    const flights = this.#flights;
    const { [request]: step } = flights.step;
    flights.row[request] = -1;
    if (outcome === Outcome.Late || outcome === Outcome.Dropped) {
      this.#settle(request, outcome === Outcome.Late);
    } else if (step === Step.Kept) {
      if (settled) this.#settle(request, outcome === Outcome.Done);
    } else if (outcome === Outcome.Done) {
      if (this.servers[flights.server[request]].state === 'stopped') flights.step[request] = Step.FrozenAnswer;
      else this.#finish(request);
    } else if (outcome === Outcome.Unavailable && this.#isRead(request)) {
      // The client of etcd reads again by another member.
      this.#store(request, this.servers[flights.server[request]]);
    } else {
      this.#failWith(request, '500', !settled);
    }
  }

  /** The connections to a silent member are given up. */
  #lost(server: ServerProcess, member: Member): void {
    const flights = this.#flights;
    for (let request = 0; request < flights.length; request += 1) {
      if (flights.step[request] !== Step.Stored || flights.server[request] !== server.index) continue;
      if (flights.member[request] !== member.index) continue;
      const withdrawn = this.#withdraw(request);
      if (this.#isRead(request)) this.#store(request, server);
      else this.#failWith(request, '500', !withdrawn);
    }
  }

  /** Members are not all well: from now on each request in etcd has its deadline; those that had no connection look for one. */
  #watchTimes(): void {
    const flights = this.#flights;
    for (let request = 0; request < flights.length; request += 1) {
      if (flights.step[request] !== Step.Stored) continue;
      if (flights.row[request] < 0 && flights.member[request] < 0)
        this.#store(request, this.servers[flights.server[request]]);
      else this.#time(request);
    }
  }

  #time(request: number): void {
    const flights = this.#flights;
    if (flights.timed[request] === 1) return;
    flights.timed[request] = 1;
    const limit = this.#isRead(request) ? READ_LIMIT_US : WRITE_LIMIT_US;
    const at = Math.max(this.#engine.now, flights.sentUs[request] + limit);
    this.#engine.at(at, this.#deadline, request, flights.epoch[request]);
  }

  #expired(request: number): void {
    const { [request]: step } = this.#flights.step;
    if (step === Step.Stored) this.#failWith(request, '504', !this.#withdraw(request));
    else if (step === Step.Uncached) this.#failWith(request, '504', false);
  }

  /** Takes it back from etcd. False: it may be committed all the same. */
  #withdraw(request: number): boolean {
    const { row, rowEpoch } = this.#flights;
    return row[request] < 0 || this.#etcd.requests.withdraw(row[request], rowEpoch[request]);
  }

  #finish(request: number): void {
    if (!this.#isRead(request)) this.storage?.stored(request);
    this.#flights.end(request);
    this.#api.finish(request);
  }

  /** `kept`: nobody knows yet whether it will be committed. */
  #failWith(request: number, how: Failure, kept: boolean): void {
    this.#count(request, how);
    if (kept) {
      this.#flights.step[request] = Step.Kept;
      this.#api.fail(request, this.#comesAgain(request) ? undefined : failures[how], true);
      return;
    }
    this.#flights.end(request);
    if (this.#comesAgain(request)) this.#retryLater(request);
    else this.#api.fail(request, failures[how], false);
  }

  #retryLater(request: number): void {
    this.#api.fail(request, undefined, true);
    this.#engine.after(KUBELET_RETRY_US, this.#again, request, 0);
  }

  /** The fate of a write whose client had to go without knowing it. */
  #settle(request: number, committed: boolean): void {
    this.#flights.end(request);
    if (committed) this.storage?.stored(request);
    if (committed) this.#api.finishLate(request, isOvertaken(this.#api, request, this.#flights.revision[request]));
    else if (this.#comesAgain(request)) this.arrive(request);
    else this.#api.forget(request);
  }

  /** A request that no server has read. */
  #refuse(request: number, how: Failure): void {
    this.#flights.end(request);
    this.#unreachable(request, how);
  }

  #unreachable(request: number, how: Failure): void {
    this.#count(request, how);
    if (this.#comesAgain(request)) this.#engine.after(KUBELET_RETRY_US, this.#again, request, 0);
    else this.#api.refuse(request, failures[how]);
  }

  /** It waits in a queue of a server that is gone: its client knows, and nothing is done when its turn comes. */
  #forget(request: number, how: Failure): void {
    this.#count(request, how);
    this.#flights.gone[request] = 1;
    if (!this.#comesAgain(request)) this.#api.answerEarly(request, failures[how]);
  }

  #failLater(request: number, how: Failure, afterUs: number): void {
    this.#engine.after(afterUs, this.#fail, request, failureNames.indexOf(how));
  }

  /** Kubelets repeat whatever failed. */
  #comesAgain(request: number): boolean {
    const { clients, requests } = this.#api;
    return clients.loginOf(requests.bucket[request]).retries === Infinity;
  }

  #count(request: number, how: Failure): void {
    const { controlPlane } = this.#api.state;
    if (this.#isRead(request)) controlPlane.failedReads += 1;
    else controlPlane.failedWrites += 1;
    this.onFailure?.(request, how);
  }

  #book(request: number, step: number, afterUs: number): void {
    this.#flights.step[request] = step;
    this.#engine.after(afterUs, this.#work, request, this.#flights.epoch[request]);
  }
}
