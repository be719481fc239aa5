// The simulated API server and etcd, which listen on no socket: a request waits for its client's bucket, the server's concurrency and etcd's commit, then reaches every watch.
import type { Calendar } from '../engine/calendar.ts';
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Random } from '../engine/random.ts';
import type { Signal } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { ServicePool } from '../model/objects/create/service.ts';
import type { Registry } from '../model/registry.ts';
import type { ClusterState } from '../model/state.ts';
import { PodAdmission } from './admission-plugins/pod-admission.ts';
import { Quotas } from './admission-plugins/quotas.ts';
import { Clients, type Login } from './clients.ts';
import { CommittedChanges } from './committed-changes.ts';
import { FieldManagers } from './field-managers.ts';
import type { RequestFilters } from './flow-control/request-filters.ts';
import { KubeletWatch } from './kubelet-watch.ts';
import type { NodeView } from './node-view.ts';
import type { ObjectView } from './object-view.ts';
import type { PodView } from './pod-view.ts';
import { RequestProcessors } from './request-processors.ts';
import { Refusals } from './refusals.ts';
import { Refused } from './refused.ts';
import type { RequestPath } from './servers/request-path.ts';
import { RequestCounts } from './request-counts.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './requests/restore.ts';
import { RequestArena, Verb } from './requests/arena.ts';
import { replaceObject } from './requests/update-object.ts';
import { commitRequest } from './requests/commit.ts';
import type { Commit } from './requests/commit-context.ts';
import type { ApiSettings } from './settings.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import { WaitingScripts } from './waiting-scripts.ts';
import { WriteQueue } from './write-queue.ts';
import { ViewWatches } from './view-watches.ts';

/** The reply to a client's request: `result` is the row (0 or more) or a code of `Refused`. */
export type Reply = (token: number, result: number) => void;

/** What a component needs of the API server: the server itself, or the connection of a process that may die. */
export interface ApiConnection {
  /** Where the connection leads. */
  readonly server: ApiServer;
  readonly engine: Calendar;
  readonly state: ClusterState;
  /** The same, without what is committed: what components may look at. */
  readonly registry: Registry;
  readonly podAdmission: PodAdmission;
  readonly refusals: Refusals;
  readonly requests: RequestArena;
  /** The bucket of a new client. */
  limits(limits: ClientLimits, client?: string, login?: Login): number;
  /** Registers a handler of replies, by the number that `submit` takes. */
  reply(handler: Reply): number;
  /** A slot whose signal fires with the answer to the request that carries it as token of reply 0. */
  signal(): { readonly slot: number; readonly signal: Signal<number> };
  /** Sends a request on its way. The answer comes to a registered reply, with `token` (-1: nobody waits for it). */
  submit(bucket: number, request: number, reply?: number, token?: number): void;
  watchPods(): PodView;
  watchNodes(): NodeView;
  watchOwnership(wants: (kind: string) => boolean): ObjectView;
  watchKinds(wants: (kind: string) => boolean): ObjectView;
  watchObjects<T extends KubeObject>(kind: string): ObjectView<T>;
}

const Stage = { Arrive: 0, Commit: 1 } as const;

export class ApiServer implements ApiConnection {
  readonly engine: Engine;
  readonly state: ClusterState;
  get server(): this {
    return this;
  }

  /** The same, without what is committed: what components may look at. */
  get registry(): Registry {
    return this.state;
  }

  readonly podAdmission: PodAdmission;
  /** Why requests were refused. */
  readonly refusals = new Refusals();
  readonly clients = new Clients();
  readonly managers: FieldManagers;
  readonly requests: RequestArena;
  readonly counts = new RequestCounts();
  /** What follows a commit. */
  readonly changes: CommittedChanges;
  /** Called when a commit changed something, before any watch: metrics and invariants listen here. */
  readonly podCommits: CommittedChanges['podCommits'];
  readonly nodeCommits: CommittedChanges['nodeCommits'];
  readonly objectCommits: CommittedChanges['objectCommits'];
  readonly sliceCommits: CommittedChanges['sliceCommits'];
  readonly eventCommits: ((row: number) => void)[] = [];
  /** Called when etcd has been restored from a snapshot. */
  readonly restored: (() => void)[] = [];
  /** Called when the kubelets hear of their pods. */
  readonly kubelets: KubeletWatch;
  readonly settings: ApiSettings;
  readonly watches: ViewWatches;
  /** The way of requests, where servers and members of etcd may fail. */
  path: RequestPath | undefined;
  /** What requests that arrive must pass, where there is anything. */
  filters: RequestFilters | undefined;
  readonly #quotas: Quotas;
  readonly #random: Random;
  readonly #samplers = new Samplers();
  /** Undefined where there is one for each request. */
  readonly #processors: RequestProcessors | undefined;
  readonly #mutating: number;
  readonly #read: number;
  readonly #commit: number;
  readonly #at: Commit;
  readonly #delivery: number;
  readonly #request: number;
  readonly #replies: Reply[] = [];
  readonly #waiting: WaitingScripts;
  readonly #writes: WriteQueue;
  #committing = -1;
  #instant = false;

  constructor(engine: Engine, state: ClusterState, settings: ApiSettings) {
    this.engine = engine;
    this.state = state;
    this.requests = new RequestArena(engine);
    this.#writes = new WriteQueue(this.requests, settings.maxMutatingInflight);
    this.#waiting = new WaitingScripts(engine);
    this.podAdmission = new PodAdmission(state.objects, settings.podNodeSelector, settings.injections);
    this.#quotas = new Quotas(state.objects, (row, current, asked) =>
      replaceObject(this.#at, row, current, asked, true),
    );
    this.settings = settings;
    this.managers = new FieldManagers(() => this.author, engine);
    this.#random = engine.stream('api');
    const { processors = 0 } = settings;
    this.#processors = processors === 0 ? undefined : new RequestProcessors(processors);
    this.#mutating = this.#samplers.add(settings.mutating);
    this.#read = this.#samplers.add(settings.read);
    this.#commit = this.#samplers.add(settings.etcdCommit);
    this.#delivery = this.#samplers.add(settings.watchDelivery);
    this.#request = engine.kind('api.write', (request, stage) => {
      if (stage === Stage.Arrive) this.arrive(request);
      else this.finish(request);
    });
    this.watches = new ViewWatches(engine, state, () => this.#deliveryUs());
    this.kubelets = new KubeletWatch(engine, () => this.#deliveryUs());
    const { podAdmission } = this;
    const changes = new CommittedChanges(state, this.watches, this.kubelets, podAdmission, this.#quotas, engine);
    this.changes = changes;
    this.podCommits = changes.podCommits;
    this.nodeCommits = changes.nodeCommits;
    this.objectCommits = changes.objectCommits;
    this.sliceCommits = changes.sliceCommits;
    this.#at = {
      requests: this.requests,
      state,
      changes,
      clock: engine,
      limitRanger: this.podAdmission.limitRanger,
      quotas: this.#quotas,
      refusals: this.refusals,
      managers: this.managers,
      gates: settings.featureGates,
    };
    // Reply 0 wakes the script that waits for the answer.
    this.reply((slot, result) => this.answer(slot, result));
  }

  /** Registers a handler of replies, by the number that `submit` takes. */
  reply(handler: Reply): number {
    return this.#replies.push(handler) - 1;
  }

  /** A slot whose signal fires with the answer to the request that carries it as token of reply 0. */
  signal(): { readonly slot: number; readonly signal: Signal<number> } {
    return this.#waiting.wait();
  }

  /** The answer to the request that carries the slot. */
  answer(slot: number, result: number): void {
    this.#waiting.answer(slot, result);
  }

  /** The bucket of a new client. */
  limits(limits: ClientLimits, client = '', login?: Login): number {
    return this.clients.add(limits, client, login);
  }

  /** The client whose request is being committed; empty for one without a name. */
  get author(): string {
    return this.clients.nameOf(this.#committing);
  }

  /** Whether anything may be refused for a quota. */
  get anyQuota(): boolean {
    return this.#quotas.any;
  }

  /** A watch of the pods that starts now. */
  watchPods(): PodView {
    return this.watches.pods();
  }

  watchNodes(): NodeView {
    return this.watches.nodes();
  }

  /** A watch of what the garbage collector must know of the kinds that it wants: objects with owners, deletions and removals. */
  watchOwnership(wants: (kind: string) => boolean): ObjectView {
    return this.watches.kinds(wants, false);
  }

  /** A watch of everything about the kinds that it wants, from now on. */
  watchKinds(wants: (kind: string) => boolean): ObjectView {
    return this.watches.kinds(wants, true);
  }

  watchObjects<T extends KubeObject>(kind: string): ObjectView<T> {
    return this.watches.objects<T>(kind);
  }

  /** Services get addresses and ports of this pool from now on, where their manifests name none. */
  allocateServices(pool: ServicePool): void {
    this.#at.services = pool;
  }

  /** A webhook, as job queues have one: Jobs with the label of a queue begin suspended. */
  suspendQueuedJobs(): void {
    this.#at.queuesJobs = true;
  }

  /**
   * Sends a request on its way: first it waits for a token of its client's bucket. The answer comes to a registered reply, with
   * `token` (-1: nobody waits for it).
   */
  submit(bucket: number, request: number, reply = -1, token = 0): void {
    this.requests.reply[request] = reply;
    this.requests.token[request] = token;
    this.requests.bucket[request] = bucket;
    const wait = this.clients.buckets.reserve(bucket, this.engine.now);
    if (wait > 0) this.engine.after(wait, this.#request, request, Stage.Arrive);
    else this.arrive(request);
  }

  /** What etcd has now, as `etcdctl snapshot save` writes it. */
  snapshot(): Snapshot {
    return takeSnapshot(this.state, this.engine.now);
  }

  /** A cluster made of a snapshot is in place of etcd's. Without a `bump` of the revision watchers go on from versions that are yet to come. */
  restore(snapshot: Snapshot, bump: number): void {
    if (bump === 0) this.state.controlPlane.blindUntilVersion = this.state.resourceVersion;
    this.state.controlPlane.restores += 1;
    restoreSnapshot(this.#at, snapshot, bump);
    for (const listener of this.restored) listener();
  }

  /** Has `find` put what was there before the simulation began into etcd. Whoever watches hears of it at once, as in the list with which a watch begins. */
  begin(find: (at: Commit) => void): void {
    this.#instant = true;
    find(this.#at);
    this.#instant = false;
  }

  /** Requests on their way or being served, for the gauge. */
  get inflight(): number {
    return this.requests.inUse;
  }

  /** No request is on its way, and every watch has delivered what there is. */
  get settled(): boolean {
    return this.inflight === 0 && this.watches.settled;
  }

  /** A request has left its client. */
  arrive(request: number): void {
    if (this.path === undefined) this.admit(request);
    else this.path.arrive(request);
  }

  /** It has reached a server. */
  admit(request: number): void {
    if (this.filters === undefined) this.serve(request);
    else this.filters.arrive(request);
  }

  /** Begins the work on a request that has arrived and may be served. */
  serve(request: number): void {
    if (this.requests.verb[request] === Verb.Read) {
      if (this.path !== undefined) this.path.work(request);
      else this.engine.after(this.#takes(this.#read), this.#request, request, Stage.Commit);
      return;
    }
    if (this.#writes.enter(request)) this.#work(request);
  }

  /** Answers a request on which nothing was done, with a code of `Refused`. */
  refuse(request: number, code: number): void {
    const { [request]: reply } = this.requests.reply;
    const { [request]: token } = this.requests.token;
    this.requests.release(request);
    if (reply >= 0) this.#replies[reply](token, code);
  }

  #takes(sampler: number): number {
    const us = this.#samplers.draw(sampler, this.#random);
    return this.#processors === undefined ? us : this.#processors.takes(this.engine.now, us);
  }

  #work(request: number): void {
    if (this.path !== undefined) {
      this.path.work(request);
      return;
    }
    const us = this.#takes(this.#mutating) + this.#samplers.draw(this.#commit, this.#random);
    this.engine.after(us, this.#request, request, Stage.Commit);
  }

  /** The work on a request ended without a commit: it is answered with a code, or with nothing. `kept`: its row lives on. */
  fail(request: number, code: number | undefined, kept: boolean): void {
    const { requests } = this;
    this.filters?.finished(request);
    const mutating = requests.verb[request] !== Verb.Read;
    if (code !== undefined) this.answerEarly(request, code);
    if (!kept) requests.release(request);
    if (mutating) this.#leave();
  }

  /** Answers a request that goes on all the same. */
  answerEarly(request: number, code: number): void {
    const { [request]: reply } = this.requests.reply;
    this.requests.reply[request] = -1;
    if (reply >= 0) this.#replies[reply](this.requests.token[request], code);
  }

  /** A request whose work has begun, and whose client has its answer, ends. */
  drop(request: number): void {
    this.fail(request, undefined, false);
  }

  /** Ends a request whose client was answered long ago, and whose place another one has. */
  forget(request: number): void {
    this.requests.release(request);
  }

  /** Commits a write whose work ended before anybody knew whether it would be; one that was overtaken by another of its object has no effect. */
  finishLate(request: number, overtaken: boolean): void {
    const { [request]: reply } = this.requests.reply;
    const { [request]: token } = this.requests.token;
    const result = overtaken ? Refused.Conflict : this.#commitNow(request);
    this.requests.release(request);
    if (reply >= 0) this.#replies[reply](token, result);
  }

  #commitNow(request: number): number {
    this.#committing = this.requests.bucket[request];
    const result = commitRequest(this.#at, request);
    this.#committing = -1;
    this.counts.answered(result);
    if (this.requests.verb[request] === Verb.RecordEvent) {
      this.counts.events += 1;
      for (const listener of this.eventCommits) listener(this.state.events.length - 1);
    }
    return result;
  }

  /** The next write has its turn. */
  #leave(): void {
    const next = this.#writes.leave();
    if (next >= 0) this.#work(next);
  }

  /** The work on a request is done: a write is committed. */
  finish(request: number): void {
    const { requests, counts } = this;
    this.filters?.finished(request);
    const verb = requests.verb[request];
    const reply = requests.reply[request];
    const token = requests.token[request];
    if (verb === Verb.Read) {
      counts.reads += 1;
      const target = requests.target[request];
      requests.release(request);
      if (reply >= 0) this.#replies[reply](token, target);
      return;
    }
    const result = this.#commitNow(request);
    requests.release(request);
    this.#leave();
    if (reply >= 0) this.#replies[reply](token, result);
  }

  #deliveryUs(): number {
    if (this.#instant) return 0;
    return Math.round(this.#samplers.draw(this.#delivery, this.#random));
  }
}
