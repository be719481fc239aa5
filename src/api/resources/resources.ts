// The resources of the API server as a client sees them: complete v1 objects in and out, whether rows or stored objects are behind them.
import type { DeleteOptions, Rows } from './rows.ts';
import { Signal } from '../../engine/script.ts';
import { assert } from '../../lib/assert.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { Forbidden } from '../admission.ts';
import type { ApiClient } from '../client.ts';
import { Refused } from '../refused.ts';
import type { Commit } from '../requests/commit-context.ts';
import { assignPod } from '../requests/bind-pod.ts';
import { read } from '../requests/read.ts';
import { callResource } from '../requests/resource-call.ts';
import type { ApiServer } from '../server.ts';
import { type ApplyOptions, decideApply } from './apply.ts';
import { checkPreconditions, decideCreate, decideUpdate, type Kept, type Preconditions } from './decide.ts';
import { EventRows } from './event-rows.ts';
import { evictPod } from './eviction.ts';
import { type Resource, resourceOf } from '../kinds.ts';
import { NodeRows } from './node-rows.ts';
import { NodeLeases } from './node-leases.ts';
import { type Patch, patched } from './patch.ts';
import { PodRows } from './pod-rows.ts';
import { decideResize } from './resize.ts';
import { scaled, scaleOf } from './scale.ts';
import { type ObjectSelection, selectorOf } from './select.ts';
import { conflict, type Failure, forbidden, notFound, notSimulated, Refusal, tooManyRequests } from './status.ts';
import { RowsBesideStored } from './rows-beside-stored.ts';
import { ServiceSlices } from './service-slices.ts';
import { StoredRows } from './stored-rows.ts';
import { type WatchListener, Watches } from './watch.ts';
import type { PodRow } from '../../model/rows.ts';

/** Names one object; an object names itself. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface EvictionOptions extends DeleteOptions, Preconditions {
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
    return this.#read(() => ({ object: this.#current(target).object }));
  }

  /** What a GET would answer now, for what a client knows without asking again: it takes no time. */
  peek(target: Target): Answer {
    return attempt(() => ({ object: this.#current(target).object }));
  }

  /** Whether there is such an object now: a look that takes no time. */
  has(target: Target): boolean {
    return 'object' in this.peek(target);
  }

  list(apiVersion: string, kind: string, selection: ObjectSelection = {}): Signal<ListAnswer> {
    return this.#read(() => ({ items: this.#select(apiVersion, kind, selection) }));
  }

  /** Reports every change from now on, each as late as a watch delivers it. Throws a Refusal for a selector that cannot be read. */
  watch(apiVersion: string, kind: string, selection: ObjectSelection, listener: WatchListener): void {
    this.#watches ??= new Watches(this.#api, this.#client.name);
    this.#watches.add(this.#of(apiVersion, kind), selectorOf(kind, selection), listener);
  }

  /** The object with its managedFields, which other answers leave out. */
  getManaged(target: Target): Signal<Answer> {
    return this.#read(() => ({ object: this.#api.managers.shown(this.#current(target).object) }));
  }

  create(object: KubeObject, manager?: string): Signal<Answer> {
    return this.#write((at) => {
      const kept = this.#of(object.apiVersion, object.kind);
      return { object: kept.rows.get(decideCreate(at, kept, object)) ?? object };
    }, manager);
  }

  /** PATCH with an apply configuration (server-side apply): the object is created where there is none. */
  apply(object: KubeObject, options: ApplyOptions): Signal<Answer> {
    return this.#write((at) => {
      const kept = this.#of(object.apiVersion, object.kind);
      const { namespace, name } = object.metadata;
      const found = kept.rows.find(kept.resource.namespaced ? (namespace ?? 'default') : undefined, name);
      return { object: kept.rows.get(decideApply(at, kept, found, object, options)) ?? object };
    });
  }

  /** PUT, guarded by the object's uid and resourceVersion where it has them. */
  update(object: KubeObject): Signal<Answer> {
    return this.#change(object, () => object, object.metadata, false);
  }

  /** PUT of the status subresource. */
  updateStatus(object: KubeObject): Signal<Answer> {
    return this.#change(object, () => object, object.metadata, true);
  }

  /** PATCH of the object as it is when the request is decided. */
  patch(target: Target, patch: Patch, preconditions: Preconditions = {}, manager?: string): Signal<Answer> {
    return this.#change(target, (current) => patched(current, patch), preconditions, false, manager);
  }

  /** PATCH of the status subresource. */
  patchStatus(target: Target, patch: Patch, manager?: string): Signal<Answer> {
    return this.#change(target, (current) => patched(current, patch), {}, true, manager, 'status');
  }

  /** The answer has the object as it was deleted, or as it is marked. */
  delete(target: Target, options: DeleteOptions & Preconditions = {}): Signal<Answer> {
    return this.#write((at) => {
      const { kept, row, object } = this.#current(target);
      checkPreconditions(kept.resource, object, options);
      kept.rows.delete(at, row, options);
      return { object: kept.rows.get(row) ?? object };
    });
  }

  /** The Scale of a workload. */
  getScale(target: Target): Signal<Answer> {
    return this.#read(() => {
      const { kept, object } = this.#current(target, 'scale');
      return { object: scaleOf(kept.resource, object) };
    });
  }

  /** PUT of the scale subresource: the number of replicas. */
  updateScale(target: Target, replicas: number, preconditions: Preconditions = {}): Signal<Answer> {
    return this.#change(
      target,
      (current, { resource }) => scaled(resource, current, replicas),
      preconditions,
      false,
      undefined,
      'scale',
    );
  }

  /** PATCH of the resize subresource of a pod: CPU and memory of its containers. */
  resize(namespace: string, name: string, patch: Patch, manager?: string): Signal<Answer> {
    return this.#write(
      (at) => {
        const { kept, row, object } = this.#current(podTarget(namespace, name));
        decideResize(at, kept, row, (current) => patched(current, patch));
        return { object: kept.rows.get(row) ?? object };
      },
      manager,
      'resize',
    );
  }

  /** PUT and PATCH of the ephemeralcontainers subresource: a container more would be a process that nothing here knows of. */
  addEphemeralContainers(namespace: string, name: string): Signal<Answer> {
    return this.#write(() => {
      this.#current(podTarget(namespace, name));
      throw notSimulated('ephemeral containers: a pod has the containers that it was made with');
    });
  }

  /** POST of the binding subresource of a pod. */
  bind(namespace: string, name: string, node: string): Signal<Answer> {
    return this.#write((at) => {
      const { kept, row, object } = this.#current(podTarget(namespace, name));
      const target = at.state.findNode(node);
      if (target < 0) throw notFound(this.#of('v1', 'Node').resource, node);
      if (assignPod(at, row as PodRow, target, undefined) === Refused.Conflict) {
        throw conflict(kept.resource, name, `pod ${name} is being deleted or is already assigned to a node`);
      }
      return { object: kept.rows.get(row) ?? object };
    });
  }

  /** POST of the eviction subresource of a pod: a PodDisruptionBudget may refuse it with 429. */
  evict(namespace: string, name: string, options: EvictionOptions = {}): Signal<Answer> {
    return this.#write((at) => {
      const { kept, row, object } = this.#current(podTarget(namespace, name));
      checkPreconditions(kept.resource, object, options);
      evictPod(at, row as PodRow, options.gracePeriodSeconds ?? -1, options.dryRun ?? false);
      return { object: kept.rows.get(row) ?? object };
    });
  }

  #change(
    target: Target,
    change: (current: KubeObject, kept: Kept) => KubeObject,
    preconditions: Preconditions,
    status: boolean,
    manager?: string,
    subresource?: string,
  ): Signal<Answer> {
    return this.#write(
      (at) => {
        const { kept, row, object } = this.#current(target);
        decideUpdate(at, kept, row, (current) => change(current, kept), preconditions, status);
        return { object: kept.rows.get(row) ?? object };
      },
      manager,
      subresource,
    );
  }

  #read<T extends object>(look: () => T): Signal<T | Failed> {
    const signal = new Signal<T | Failed>(this.#client.api.engine);
    this.#submit(read(this.#api.requests, -1), (result) => signal.fire(turnedAway(result) ?? attempt(look)));
    return signal;
  }

  #write(decide: (at: Commit) => Answer, manager?: string, subresource = ''): Signal<Answer> {
    const signal = new Signal<Answer>(this.#client.api.engine);
    let answer: Answer | undefined;
    const call = {
      commit(at: Commit): number {
        answer = at.managers.as(manager, subresource, () => attempt(() => decide(at)));
        return 'failure' in answer ? codeOf(answer.failure) : 0;
      },
    };
    this.#submit(callResource(this.#api.requests, call), (result) => {
      const given = turnedAway(result) ?? answer;
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

function rowsOf(api: ApiServer, resource: Resource): Rows {
  if (resource.apiVersion === 'v1' && resource.kind === 'Pod') return new PodRows(api, resource);
  if (resource.apiVersion === 'v1' && resource.kind === 'Node') return new NodeRows(api, resource);
  if (resource.kind === 'Event') return new EventRows(api);
  if (resource.kind === 'EndpointSlice') return new RowsBesideStored(api, resource, new ServiceSlices(api));
  if (resource.kind === 'Lease') return new RowsBesideStored(api, resource, new NodeLeases(api));
  return new StoredRows(api, resource);
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

/** What a request is answered with that never came to be decided. */
function turnedAway(result: number): Failed | undefined {
  return result === Refused.TooManyRequests ? { failure: tooManyRequests().failure } : undefined;
}

/** How the API server counts a refused request. */
function codeOf({ reason }: Failure): number {
  if (reason === 'NotFound') return Refused.NotFound;
  if (reason === 'AlreadyExists') return Refused.AlreadyExists;
  return reason === 'Conflict' ? Refused.Conflict : Refused.Invalid;
}
