// The connection of one life of a process: its watches and requests end with it, and what is already on its way to the server does not.
import type { Life } from '../engine/process.ts';
import type { Signal } from '../engine/script.ts';
import type { KubeObject } from '../model/object-store.ts';
import type { Registry } from '../model/registry.ts';
import type { ClusterState } from '../model/state.ts';
import type { ClientLimits } from '../model/settings/control-plane.ts';
import type { PodAdmission } from './admission-plugins/pod-admission.ts';
import type { Login, ProcessSender } from './clients.ts';
import type { NodeView } from './node-view.ts';
import type { ObjectView } from './object-view.ts';
import type { PodView } from './pod-view.ts';
import type { Refusals } from './refusals.ts';
import { type RequestArena, Verb } from './requests/arena.ts';
import type { ApiConnection, ApiServer, Reply } from './server.ts';

/** What the server keeps for a process, from one life to the next: each uses the same numbers. */
export class ProcessClient implements ProcessSender {
  readonly api: ApiServer;
  readonly name: string;
  /** The reply of all its requests. */
  readonly reply: number;
  /** Sends a request for which there is a token now. */
  readonly send: number;
  readonly #buckets = new Map<string, number[]>();
  /** By token: whose request it is and which reply of that life it goes to. */
  readonly #asked: (
    | { readonly connection: ProcessConnection; readonly reply: number; readonly token: number }
    | undefined
  )[] = [];
  readonly #free: number[] = [];
  readonly #answered: number;
  #acts: (() => void) | undefined;
  readonly #machine: string;

  /** `machine`: where the process runs; it talks to the API server there, where there are several. */
  constructor(api: ApiServer, name: string, machine: string) {
    const { engine } = api;
    this.api = api;
    this.name = name;
    this.#machine = machine;
    this.#answered = engine.kind(`api.answer ${name}`, (token, result) => this.#answer(token, result));
    this.reply = api.reply((token, result) => this.#answer(token, result));
    api.clients.processes.set(this.reply, this);
    this.send = engine.kind(`api.send ${name}`, (request, token) => {
      const asked = this.#asked[token];
      if (asked?.connection.life.hears(this.send, request, token) === true) {
        if (this.#acts !== undefined && isAction(api.requests, request)) this.#acts();
        api.arrive(request);
        return;
      }
      if (asked?.connection.life.state === 'over') this.#drop(request, token);
    });
  }

  /** Has a listener called with each write that is sent, those of events and leases apart. */
  acts(listener: () => void): void {
    this.#acts = listener;
  }

  /** The n-th bucket of a client, full. */
  bucket(limits: ClientLimits, client: string, login: Login | undefined, nth: number): number {
    let buckets = this.#buckets.get(client);
    if (buckets === undefined) {
      buckets = [];
      this.#buckets.set(client, buckets);
    }
    if (nth < buckets.length) {
      this.api.clients.buckets.refill(buckets[nth], this.api.engine.now);
      this.api.path?.redial(buckets[nth]);
    } else {
      buckets.push(this.api.limits(limits, client, login));
      this.api.path?.pin(buckets[nth], this.#machine);
    }
    return buckets[nth];
  }

  ask(connection: ProcessConnection, reply: number, token: number): number {
    const asked = this.#free.pop() ?? this.#asked.length;
    this.#asked[asked] = { connection, reply, token };
    return asked;
  }

  resend(request: number, token: number): boolean {
    if (this.stateOf(token) === 'over') {
      this.#drop(request, token);
      return false;
    }
    const { requests, clients, engine } = this.api;
    engine.after(clients.buckets.reserve(requests.bucket[request], engine.now), this.send, request, token);
    return true;
  }

  stateOf(token: number): ReturnType<ProcessSender['stateOf']> {
    return this.#asked[token]?.connection.life.state;
  }

  #drop(request: number, token: number): void {
    this.#take(token);
    this.api.requests.release(request);
  }

  #answer(token: number, result: number): void {
    const asked = this.#asked[token];
    if (asked === undefined) return;
    const { connection } = asked;
    if (connection.life.state === 'stopped') {
      connection.life.hears(this.#answered, token, result);
      return;
    }
    this.#take(token);
    if (connection.life.state === 'running') connection.answered(asked.reply, asked.token, result);
  }

  #take(token: number): void {
    this.#asked[token] = undefined;
    this.#free.push(token);
  }
}

function isAction({ verb, body }: RequestArena, request: number): boolean {
  const { kind } = (body[request] ?? {}) as { readonly kind?: string };
  return verb[request] !== Verb.Read && verb[request] !== Verb.RecordEvent && kind !== 'Lease';
}

export class ProcessConnection implements ApiConnection {
  readonly life: Life;
  readonly #client: ProcessClient;
  readonly #api: ApiServer;
  readonly #replies: Reply[] = [];
  readonly #clients = new Map<string, number>();

  constructor(client: ProcessClient, life: Life) {
    this.life = life;
    this.#client = client;
    this.#api = client.api;
    life.atEnd(() => this.#api.watches.close(life));
    // As at the server, reply 0 wakes the script that waits for the answer.
    this.reply((slot, result) => this.#api.answer(slot, result));
  }

  get engine(): Life {
    return this.life;
  }

  get server(): ApiServer {
    return this.#api;
  }

  get state(): ClusterState {
    return this.#api.state;
  }

  get registry(): Registry {
    return this.#api.state;
  }

  get podAdmission(): PodAdmission {
    return this.#api.podAdmission;
  }

  get refusals(): Refusals {
    return this.#api.refusals;
  }

  get requests(): RequestArena {
    return this.#api.requests;
  }

  limits(limits: ClientLimits, client = '', login?: Login): number {
    const nth = this.#clients.get(client) ?? 0;
    this.#clients.set(client, nth + 1);
    return this.#client.bucket(limits, client, login, nth);
  }

  reply(handler: Reply): number {
    return this.#replies.push(handler) - 1;
  }

  signal(): { readonly slot: number; readonly signal: Signal<number> } {
    return this.#api.signal();
  }

  submit(bucket: number, request: number, reply = -1, token = 0): void {
    const { requests, clients, engine } = this.#api;
    const asked = this.#client.ask(this, reply, token);
    requests.reply[request] = this.#client.reply;
    requests.token[request] = asked;
    requests.bucket[request] = bucket;
    engine.after(clients.buckets.reserve(bucket, engine.now), this.#client.send, request, asked);
  }

  answered(reply: number, token: number, result: number): void {
    if (reply >= 0) this.#replies[reply](token, result);
  }

  watchPods(): PodView {
    return this.#api.watches.pods(this.life);
  }

  watchNodes(): NodeView {
    return this.#api.watches.nodes(this.life);
  }

  watchOwnership(wants: (kind: string) => boolean): ObjectView {
    return this.#api.watches.kinds(wants, false, this.life);
  }

  watchKinds(wants: (kind: string) => boolean): ObjectView {
    return this.#api.watches.kinds(wants, true, this.life);
  }

  watchObjects<T extends KubeObject>(kind: string): ObjectView<T> {
    return this.#api.watches.objects<T>(kind, this.life);
  }

  /** The answers to the lists of all its informers: what there is now. */
  list(): void {
    this.#api.watches.list(this.life);
  }
}
