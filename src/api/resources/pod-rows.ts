// Pods: rows of the table of pods, whose specs are classes.
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { podObject } from '../../model/view.ts';
import { admitPodTemplate } from '../admission.ts';
import type { Commit } from '../requests/commit-context.ts';
import { addPod } from '../requests/create-pod.ts';
import { endPod } from '../requests/delete-pod.ts';
import type { ApiServer } from '../server.ts';
import type { Resource } from './kinds.ts';
import type { DeleteOptions, Rows } from './rows.ts';
import { alreadyExists, notSimulated } from './status.ts';
import { controllerOf } from './stored-rows.ts';

type PodObject = KubeObject & ReturnType<typeof podObject>;

export class PodRows implements Rows {
  readonly #api: ApiServer;
  readonly #resource: Resource;

  constructor(api: ApiServer, resource: Resource) {
    this.#api = api;
    this.#resource = resource;
  }

  find(namespace: string | undefined, name: string): number {
    return this.#api.state.findPod(namespace ?? 'default', name);
  }

  *all(): Generator<number, void, undefined> {
    const { pods } = this.#api.state;
    for (let row = 0; row < pods.length; row += 1) if (pods.alive[row] === 1) yield row;
  }

  get(row: number): KubeObject | undefined {
    const { state } = this.#api;
    return state.pods.alive[row] === 1 ? (podObject(state, row) as KubeObject) : undefined;
  }

  create(at: Commit, object: KubeObject): number {
    const { state, priorityClasses } = this.#api;
    const { name, namespace = 'default', labels = {}, annotations = {} } = object.metadata;
    if (this.find(namespace, name) >= 0) throw alreadyExists(this.#resource, name);
    const template = { metadata: { labels, annotations }, spec: (object as PodObject).spec };
    const { id } = state.classes.intern(namespace, admitPodTemplate(template, name, priorityClasses));
    return addPod(at, id, controllerOf(this.#api, object), state.nameBarePod(name));
  }

  /** What pods of a template share is theirs for good. */
  replace(): void {
    throw notSimulated('a pod that exists does not change');
  }

  delete(at: Commit, row: number, { gracePeriodSeconds = -1 }: DeleteOptions): void {
    endPod(at, row, gracePeriodSeconds);
  }

  watch(changed: (row: number, what: number) => void): void {
    this.#api.podCommits.push((pod, _epoch, what) => changed(pod, what));
  }
}
