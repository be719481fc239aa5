// Pods: rows of the table of pods, whose specs are classes.
import type { PodStatus } from 'kubernetes-types/core/v1.js';
import type { DeleteOptions, Rows } from './rows.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { NODE_OWNER } from '../../model/mirror-pod.ts';
import { podObject } from '../../model/complete-objects/pod-object.ts';
import { Forbidden } from '../admission.ts';
import { isForbidden, Refused } from '../refused.ts';
import type { Commit } from '../requests/commit-context.ts';
import { changePod } from '../requests/change-pod.ts';
import { addPod } from '../requests/create-pod.ts';
import { setPodConditions } from '../requests/pod-conditions.ts';
import { endPod } from '../requests/delete-pod.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import { changedClass, type PodObject } from './changed-pod.ts';
import { clientConditions } from './pod-conditions.ts';
import { decode } from './decide.ts';
import { alreadyExists, notSimulated } from './status.ts';
import { controllerOf } from './stored-rows.ts';
import type { PodRow } from '../../model/rows.ts';

export class PodRows implements Rows {
  readonly #api: ApiServer;
  readonly #resource: Resource;

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#resource = resource;
  }

  find(namespace: string | undefined, name: string): PodRow {
    return this.#api.state.findPod(namespace ?? 'default', name);
  }

  *all(): Generator<PodRow, void, undefined> {
    const { pods } = this.#api.state;
    for (let row = 0 as PodRow; row < pods.length; row = (row + 1) as PodRow) if (pods.alive[row] === 1) yield row;
  }

  get(row: PodRow): KubeObject | undefined {
    const { state } = this.#api;
    return state.pods.alive[row] === 1 ? (podObject(state, row) as KubeObject) : undefined;
  }

  last(row: PodRow): KubeObject {
    return podObject(this.#api.state, row) as KubeObject;
  }

  tried(object: KubeObject): KubeObject {
    const { name, namespace = 'default', labels = {}, annotations = {} } = object.metadata;
    const { spec } = object as PodObject;
    const admitted = this.#api.podAdmission.admit(namespace, { metadata: { labels, annotations }, spec }, name);
    return { ...object, spec: admitted.spec ?? spec };
  }

  create(at: Commit, object: KubeObject): number {
    const { state, podAdmission, refusals } = this.#api;
    const { name, namespace = 'default', labels = {}, annotations = {}, finalizers = [] } = object.metadata;
    const { spec } = object as PodObject;
    const template = { metadata: { labels, annotations }, spec };
    const { id } = state.classes.intern(namespace, podAdmission.admit(namespace, template, name));
    const row = addPod(at, id, controllerOf(this.#api, object), { name });
    if (row === Refused.AlreadyExists) throw alreadyExists(this.#resource, name);
    if (isForbidden(row)) throw new Forbidden(refusals.sentence(row));
    if (finalizers.length > 0) state.pods.finalizers.set(row as PodRow, finalizers);
    return row;
  }

  replace(at: Commit, row: PodRow, object: KubeObject, status: boolean): void {
    if (status) {
      this.#replaceStatus(at, row, object as PodObject);
      return;
    }
    const { state } = this.#api;
    const { ownerReferences = [], finalizers = [] } = object.metadata;
    const owner = state.pods.owner[row] === NODE_OWNER ? NODE_OWNER : controllerOf(this.#api, object);
    if (ownerReferences.length > (owner === -1 ? 0 : 1)) {
      throw notSimulated('a pod has one owner at most, which exists and controls it');
    }
    const before = podObject(state, row) as PodObject;
    const podClass = changedClass(state, row, before, object as PodObject);
    changePod(at, row, { podClass, owner, finalizers });
    const after = at.managers.tracks ? this.get(row) : undefined;
    if (after !== undefined) at.managers.wrote(before, after);
  }

  #replaceStatus(at: Commit, row: PodRow, object: PodObject): void {
    const before = podObject(this.#api.state, row) as PodObject;
    // Whole, as what the client sent has been made.
    const { status = {} } = decode(this.#resource, before) as { readonly status?: PodStatus };
    setPodConditions(at, row, clientConditions(status, object.status ?? {}));
    const after = at.managers.tracks ? this.get(row) : undefined;
    if (after !== undefined) at.managers.wrote(before, after);
  }

  delete(at: Commit, row: PodRow, { gracePeriodSeconds = -1 }: DeleteOptions): void {
    endPod(at, row, gracePeriodSeconds);
  }

  watch(changed: (row: PodRow, what: number) => void): void {
    this.#api.podCommits.push((pod, _epoch, what) => changed(pod, what));
  }
}
