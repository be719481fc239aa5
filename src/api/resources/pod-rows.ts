// Pods: rows of the table of pods, whose specs are classes.
import type { DeleteOptions, Rows } from './rows.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { podObject } from '../../model/view.ts';
import { Forbidden } from '../admission.ts';
import { isForbidden, Refused } from '../refused.ts';
import type { Commit } from '../requests/commit-context.ts';
import { addPod } from '../requests/create-pod.ts';
import { endPod } from '../requests/delete-pod.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from '../kinds.ts';
import { alreadyExists, notSimulated } from './status.ts';
import { controllerOf } from './stored-rows.ts';
import type { PodRow } from '../../model/rows.ts';

type PodObject = KubeObject & ReturnType<typeof podObject>;

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

  create(at: Commit, object: KubeObject): number {
    const { state, podAdmission, refusals } = this.#api;
    const { name, namespace = 'default', labels = {}, annotations = {} } = object.metadata;
    const { spec = { containers: [] } } = object as PodObject;
    const template = { metadata: { labels, annotations }, spec };
    const { id } = state.classes.intern(namespace, podAdmission.admit(namespace, template, name));
    const row = addPod(at, id, controllerOf(this.#api, object), { name });
    if (row === Refused.AlreadyExists) throw alreadyExists(this.#resource, name);
    if (isForbidden(row)) throw new Forbidden(refusals.sentence(row));
    return row;
  }

  /** What pods of a template share is theirs for good. */
  replace(): void {
    throw notSimulated('a pod that exists does not change');
  }

  delete(at: Commit, row: PodRow, { gracePeriodSeconds = -1 }: DeleteOptions): void {
    endPod(at, row, gracePeriodSeconds);
  }

  watch(changed: (row: PodRow, what: number) => void): void {
    this.#api.podCommits.push((pod, _epoch, what) => changed(pod, what));
  }
}
