// The resources of the API server as a client sees them: complete v1 objects in and out, whether rows or stored objects are behind them.
import type { DeleteOptions } from './rows.ts';
import { Signal } from '../../engine/script.ts';
import { assert } from '../../lib/assert.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { Forbidden } from '../admission.ts';
import type { ApiClient } from '../client.ts';
import { isForbidden, Refused } from '../refused.ts';
import type { Commit } from '../requests/commit-context.ts';
import { assignPod } from '../requests/bind-pod.ts';
import { read } from '../requests/read.ts';
import { type Asks, callResource, type ResourceCall } from '../requests/resource-call.ts';
import type { ApiServer } from '../server.ts';
import { type ApplyOptions, decideApply } from './apply.ts';
import {
  admitted,
  checkDeletion,
  checkPreconditions,
  decideCreate,
  decideUpdate,
  type Kept,
  type Preconditions,
  updated,
} from './decide.ts';
import { evictPod } from './eviction.ts';
import { resourceOf } from '../kinds.ts';
import { type Patch, patched } from './patch.ts';
import { decideResize } from './resize.ts';
import { rowsOf } from './rows-of.ts';
import { scaled, scaleOf } from './scale.ts';
import { type ObjectSelection, selectorOf } from './select.ts';
import {
  conflict,
  type Failure,
  forbidden,
  internalError,
  notFound,
  notSimulated,
  Refusal,
  serverTimeout,
  tooManyRequests,
  unreachable,
} from './status.ts';
import { type WatchListener, Watches } from './watch.ts';
import type { PodRow } from '../../model/rows.ts';

/** Names one object; an object names itself. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** How a client changes an object. */
export interface ChangeOptions extends Preconditions {
  readonly verb: 'patch' | 'update';
  /** `status` changes the status only, `resize` the resources of a pod; empty for the object itself. */
  readonly subresource: string;
  readonly manager?: string | undefined;
  /** Nothing is stored. */
  readonly dryRun?: boolean;
}

interface DeletionOptions extends DeleteOptions, Preconditions {
  /** Nothing is stored. */
  readonly dryRun?: boolean;
}

interface Failed {
  readonly failure: Failure;
}

/** What became of a request: the object as it is then, or why not. */
export type Answer = { readonly object: KubeObject } | Failed;
type ListAnswer = { readonly items: readonly KubeObject[] } | Failed;

export class Resources {
  readonly #client: ApiClient;
  readonly #api: ApiServer;
  #watches: Watches | undefined;
  readonly #reply: number;
  readonly #kept = new Map<string, Kept>();
  /** By token: what is to be done when the answer is there. */
  readonly #waiting = new Map<number, (result: number) => void>();
  #tokens = 0;

  constructor(client: ApiClient) {
    this.#client = client;
    this.#api = client.api.server;
    this.#reply = client.api.reply((token, result) => {
      const done = this.#waiting.get(token);
      this.#waiting.delete(token);
      done?.(result);
    });
  }

  get(target: Target): Signal<Answer> {
    return this.#read(asking('get', target), () => ({ object: this.#current(target).object }));
  }

  /** What a GET would answer now, for what a client knows without asking again: it takes no time. */
  peek(target: Target): Answer {
    return attempt(() => ({ object: this.#current(target).object }));
  }

  /** The same of a LIST. */
  peekAll(apiVersion: string, kind: string, selection: ObjectSelection = {}): ListAnswer {
    return attempt(() => ({ items: this.#select(apiVersion, kind, selection) }));
  }

  /** Whether there is such an object now: a look that takes no time. */
  has(target: Target): boolean {
    return 'object' in this.peek(target);
  }

  list(apiVersion: string, kind: string, selection: ObjectSelection = {}): Signal<ListAnswer> {
    const about = { apiVersion, kind, metadata: { name: '', ...selection } };
    return this.#read(asking('list', about), () => ({ items: this.#select(apiVersion, kind, selection) }));
  }

  /** The same for somebody who does not look at the items: the request alone. */
  listUnread(apiVersion: string, kind: string, selection: ObjectSelection = {}): Signal<ListAnswer> {
    const about = { apiVersion, kind, metadata: { name: '', ...selection } };
    return this.#read(asking('list', about), () => {
      this.#of(apiVersion, kind);
      selectorOf(kind, selection);
      return { items: [] };
    });
  }

  /** Reports every change from now on, each as late as a watch delivers it. Throws a Refusal for a selector that cannot be read. */
  watch(apiVersion: string, kind: string, selection: ObjectSelection, listener: WatchListener): void {
    this.#watches ??= new Watches(this.#api, this.#client.name);
    this.#watches.add(this.#of(apiVersion, kind), selectorOf(kind, selection), listener);
  }

  /** The object with its managedFields, which other answers leave out. */
  getManaged(target: Target): Signal<Answer> {
    return this.#read(asking('get', target), () => ({
      object: this.#api.managers.shown(this.#current(target).object),
    }));
  }

  /** Of a dry run nothing is stored. */
  create(object: KubeObject, manager?: string, dryRun = false): Signal<Answer> {
    const decide = (at: Commit): Answer => {
      const kept = this.#of(object.apiVersion, object.kind);
      if (dryRun) return { object: tried(kept, admitted(at, kept, object)) };
      return { object: kept.rows.get(decideCreate(at, kept, object)) ?? object };
    };
    return this.#write(asking('create', object), decide, manager);
  }

  /** PATCH with an apply configuration (server-side apply): the object is created where there is none. */
  apply(object: KubeObject, options: ApplyOptions): Signal<Answer> {
    return this.#write(asking('patch', object), (at) => {
      const kept = this.#of(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const found = kept.rows.find(kept.resource.namespaced ? (namespace ?? 'default') : undefined, name);
      return { object: decideApply(at, kept, found, object, options) ?? object };
    });
  }

  /** PUT, guarded by the object's uid and resourceVersion where it has them. */
  update(object: KubeObject): Signal<Answer> {
    return this.change(object, () => object, { ...guards(object), verb: 'update', subresource: '' });
  }

  /** PUT of the status subresource. */
  updateStatus(object: KubeObject): Signal<Answer> {
    const options: ChangeOptions = { ...guards(object), verb: 'update', subresource: 'status' };
    // Its field managers have no subresource.
    return this.#change(object, () => object, options, '');
  }

  /** PATCH of the object as it is when the request is decided. */
  patch(target: Target, patch: Patch, preconditions: Preconditions = {}, manager?: string): Signal<Answer> {
    return this.#patch(target, patch, { ...preconditions, verb: 'patch', subresource: '', manager });
  }

  /** PATCH of the status subresource. */
  patchStatus(target: Target, patch: Patch, manager?: string): Signal<Answer> {
    return this.#patch(target, patch, { verb: 'patch', subresource: 'status', manager });
  }

  /** PATCH of the resize subresource of a pod: CPU and memory of its containers. */
  resize(namespace: string, name: string, patch: Patch, manager?: string): Signal<Answer> {
    return this.#patch(podTarget(namespace, name), patch, { verb: 'patch', subresource: 'resize', manager });
  }

  /** Whatever `change` makes of the object as it is when the request is decided. It may throw a Refusal. */
  change(target: Target, change: (current: KubeObject) => KubeObject, options: ChangeOptions): Signal<Answer> {
    return this.#change(target, change, options);
  }

  /** The answer has the object as it was deleted, or as it is marked. */
  delete(target: Target, options: DeletionOptions = {}): Signal<Answer> {
    return this.#write(asking('delete', target), (at) => {
      const { kept, row, object } = this.#current(target);
      checkDeletion(kept.resource, object);
      checkPreconditions(kept.resource, object, options);
      if (options.dryRun !== true) kept.rows.delete(at, row, options);
      return { object: kept.rows.get(row) ?? object };
    });
  }

  /** The Scale of a workload. */
  getScale(target: Target): Signal<Answer> {
    return this.#read(asking('get', target, 'scale'), () => {
      const { kept, object } = this.#current(target, 'scale');
      return { object: scaleOf(kept.resource, object) };
    });
  }

  /** PUT of the scale subresource: the number of replicas. */
  updateScale(target: Target, replicas: number, preconditions: Preconditions = {}): Signal<Answer> {
    const options: ChangeOptions = { ...preconditions, verb: 'update', subresource: 'scale' };
    return this.#change(target, (current, { resource }) => scaled(resource, current, replicas), options);
  }

  /** PUT and PATCH of the ephemeralcontainers subresource: a container more would be a process that nothing here knows of. */
  addEphemeralContainers(namespace: string, name: string): Signal<Answer> {
    const target = podTarget(namespace, name);
    return this.#write(asking('patch', target, 'ephemeralcontainers'), () => {
      this.#current(target);
      throw notSimulated('ephemeral containers: a pod has the containers that it was made with');
    });
  }

  /** POST of the binding subresource of a pod. */
  bind(namespace: string, name: string, node: string): Signal<Answer> {
    const pod = podTarget(namespace, name);
    return this.#write(asking('create', pod, 'binding'), (at) => {
      const { kept, row, object } = this.#current(pod);
      const target = at.state.findNode(node);
      if (target < 0) throw notFound(this.#of('v1', 'Node').resource, node);
      if (assignPod(at, row as PodRow, target, undefined) === Refused.Conflict) {
        throw conflict(kept.resource, name, `pod ${name} is being deleted or is already assigned to a node`);
      }
      return { object: kept.rows.get(row) ?? object };
    });
  }

  /** POST of the eviction subresource of a pod: a PodDisruptionBudget may refuse it with 429. */
  evict(namespace: string, name: string, options: DeletionOptions = {}): Signal<Answer> {
    const target = podTarget(namespace, name);
    return this.#write(asking('create', target, 'eviction'), (at) => {
      const { kept, row, object } = this.#current(target);
      checkPreconditions(kept.resource, object, options);
      evictPod(at, row as PodRow, options.gracePeriodSeconds ?? -1, options.dryRun ?? false);
      return { object: kept.rows.get(row) ?? object };
    });
  }

  #patch(target: Target, patch: Patch, options: ChangeOptions): Signal<Answer> {
    return this.#change(target, (current) => patched(current, patch), options);
  }

  #change(
    target: Target,
    change: (current: KubeObject, kept: Kept) => KubeObject,
    options: ChangeOptions,
    managedSubresource = options.subresource,
  ): Signal<Answer> {
    const { verb, subresource, manager, dryRun = false } = options;
    const decide = (at: Commit): Answer => {
      const { kept, row, object } = this.#current(target, subresource === 'scale' ? subresource : undefined);
      const changed = (current: KubeObject) => change(current, kept);
      if (subresource === 'resize') {
        checkPreconditions(kept.resource, object, options);
        return { object: decideResize(at, kept, row, changed, dryRun) };
      }
      const status = subresource === 'status';
      if (dryRun) return { object: updated(at, kept, row, changed, options, status, true) ?? object };
      decideUpdate(at, kept, row, changed, options, status);
      return { object: kept.rows.get(row) ?? object };
    };
    return this.#write(asking(verb, target, subresource), decide, manager, managedSubresource);
  }

  #read<T extends object>(asks: Asks, look: () => T): Signal<T | Failed> {
    const signal = new Signal<T | Failed>(this.#client.api.engine);
    const request = read(this.#api.requests, -1);
    this.#api.requests.body[request] = asks;
    this.#submit(request, (result) => signal.fire(turnedAway(this.#api, result) ?? attempt(look)));
    return signal;
  }

  #write(asks: Asks, decide: (at: Commit) => Answer, manager?: string, subresource = asks.subresource): Signal<Answer> {
    const signal = new Signal<Answer>(this.#client.api.engine);
    let answer: Answer | undefined;
    const call: ResourceCall = {
      ...asks,
      commit(at: Commit): number {
        answer = at.managers.as(manager, subresource, () => attempt(() => decide(at)));
        return 'failure' in answer ? codeOf(answer.failure) : 0;
      },
    };
    this.#submit(callResource(this.#api.requests, call), (result) => {
      const given = turnedAway(this.#api, result) ?? answer;
      assert(given !== undefined, 'a request was answered before it was decided');
      signal.fire(given);
    });
    return signal;
  }

  #submit(request: number, answered: (result: number) => void): void {
    this.#tokens += 1;
    this.#waiting.set(this.#tokens, answered);
    this.#client.api.submit(this.#client.bucket, request, this.#reply, this.#tokens);
  }

  #current({ apiVersion, kind, metadata: { namespace, name } }: Target, subresource?: string): Current {
    const kept = this.#of(apiVersion, kind);
    const row = kept.rows.find(kept.resource.namespaced ? (namespace ?? 'default') : undefined, name);
    const object = row < 0 ? undefined : kept.rows.get(row);
    if (object === undefined) throw notFound(kept.resource, name, subresource);
    return { kept, row, object };
  }

  #select(apiVersion: string, kind: string, selection: ObjectSelection): KubeObject[] {
    const { rows } = this.#of(apiVersion, kind);
    const selects = selectorOf(kind, selection);
    return [...rows.all()].flatMap((row) => {
      const object = rows.get(row);
      return object !== undefined && selects(object) ? [object] : [];
    });
  }

  #of(apiVersion: string, kind: string): Kept {
    const id = `${apiVersion} ${kind}`;
    const known = this.#kept.get(id);
    if (known !== undefined) return known;
    const resource = resourceOf(this.#api.state.objects, apiVersion, kind);
    if (resource === undefined) throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
    const kept = { resource, rows: rowsOf(this.#api, resource) };
    this.#kept.set(id, kept);
    return kept;
  }
}

interface Current {
  readonly kept: Kept;
  readonly row: number;
  readonly object: KubeObject;
}

/** What of a whole object a PUT is guarded by. */
function guards({ metadata: { uid, resourceVersion } }: KubeObject): Preconditions {
  return { uid, resourceVersion };
}

function tried({ rows }: Kept, object: KubeObject): KubeObject {
  return rows.tried?.(object) ?? object;
}

function asking(verb: string, about: Target, subresource = ''): Asks {
  return { verb, about, subresource };
}

function podTarget(namespace: string, name: string): Target {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
}

function attempt<T>(decide: () => T): T | Failed {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Refusal) return { failure: error.failure };
    if (error instanceof Forbidden) return { failure: forbidden(error.message).failure };
    throw error;
  }
}

/** What a request is answered with that never came to be decided: flow control or a webhook stopped it, or a server or etcd was lost. */
function turnedAway({ refusals }: ApiServer, result: number): Failed | undefined {
  switch (result) {
    case Refused.TooManyRequests:
      return { failure: tooManyRequests().failure };
    case Refused.ServerTimeout:
      return { failure: serverTimeout().failure };
    case Refused.InternalError:
      return { failure: internalError().failure };
    case Refused.Unreachable:
      return { failure: unreachable().failure };
    default:
      return isForbidden(result) ? { failure: internalError(refusals.sentence(result)).failure } : undefined;
  }
}

/** How the API server counts a refused request. */
function codeOf({ reason }: Failure): number {
  if (reason === 'NotFound') return Refused.NotFound;
  if (reason === 'AlreadyExists') return Refused.AlreadyExists;
  return reason === 'Conflict' ? Refused.Conflict : Refused.Invalid;
}
