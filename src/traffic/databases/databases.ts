// The databases of a run, by their pods; who is the primary is what the label of its pod says, as it is committed.
import type { Engine } from '../../engine/engine.ts';
import { behaviorOfImage, imageName } from '../../model/settings/behavior.ts';
import { type DatabaseSpec, Role } from '../../model/settings/database.ts';
import type { ClassRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { BehaviorSpec } from '../../model/settings/traffic.ts';
import type { ClusterState } from '../../model/state.ts';
import { Database } from './database.ts';

const NONE = -1 as PodRow;

/** Undefined where no pods keep data. */
export function databasesOf(
  behaviors: readonly BehaviorSpec[],
  engine: Engine,
  state: ClusterState,
): Databases | undefined {
  if (behaviors.every(({ database }) => database === undefined)) return undefined;
  return new Databases(
    state,
    () => engine.now,
    (image) => behaviorOfImage(behaviors, image)?.database,
  );
}

export class Databases {
  /** Called when a process has started or ended. */
  readonly listeners: ((pod: PodRow) => void)[] = [];
  readonly all: Database[] = [];
  readonly #state: ClusterState;
  readonly #nowUs: () => number;
  /** Of an image; undefined where it is none. */
  readonly #specOf: (image: string) => DatabaseSpec | undefined;
  readonly #byOwner = new Map<ObjectRow, Database>();
  readonly #byImage = new Map<string, Database>();
  /** By class of pods: the image of its database. */
  readonly #images = new Map<ClassRow, string | undefined>();
  readonly #ofPod: (Database | undefined)[] = [];

  constructor(state: ClusterState, nowUs: () => number, specOf: (image: string) => DatabaseSpec | undefined) {
    this.#state = state;
    this.#nowUs = nowUs;
    this.#specOf = specOf;
  }

  /** Undefined where the pod is no database. */
  of(pod: PodRow): Database | undefined {
    return this.#ofPod[pod];
  }

  /** Something of a pod has been committed. */
  podChanged(pod: PodRow, isGone: boolean): void {
    const { pods, classes } = this.#state;
    const image = this.#imageOf(pods.podClass[pod]);
    if (image === undefined) return;
    const database = this.#find(pod, image);
    this.#ofPod[pod] = isGone ? undefined : database;
    if (!database.hasRoles) return;
    const says = classes.get(pods.podClass[pod]).labels[database.spec.label];
    if (!isGone && says === Role.primary) database.primaryIs(pod, this.#nowUs());
    else if (pod === database.primary) database.primaryIs(NONE, this.#nowUs());
  }

  started(pod: PodRow): void {
    this.of(pod)?.started(pod, this.#nowUs());
    for (const heard of this.listeners) heard(pod);
  }

  ended(pod: PodRow, isDead: boolean): void {
    const database = this.of(pod);
    if (database === undefined) return;
    database.ended(pod, this.#nowUs(), isDead);
    for (const heard of this.listeners) heard(pod);
  }

  #imageOf(podClass: ClassRow): string | undefined {
    if (!this.#images.has(podClass)) {
      const { lasting } = this.#state.classes.get(podClass).runtime;
      const found = lasting.find(({ image = '' }) => this.#specOf(image) !== undefined);
      this.#images.set(podClass, found?.image);
    }
    return this.#images.get(podClass);
  }

  #find(pod: PodRow, image: string): Database {
    const { pods, objects, classes } = this.#state;
    const owner = pods.owner[pod];
    const hasRoles = owner >= 0 && objects.kind[owner] === 'StatefulSet';
    const { namespace } = classes.get(pods.podClass[pod]);
    const key = `${namespace}/${imageName(image)}`;
    const known = hasRoles ? this.#byOwner.get(owner) : this.#byImage.get(key);
    if (known !== undefined) return known;
    const name = hasRoles ? objects.name[owner] : (imageName(image).split('/').at(-1) ?? '');
    const made = new Database(namespace, name, this.#specOf(image)!, hasRoles);
    this.all.push(made);
    if (hasRoles) this.#byOwner.set(owner, made);
    else this.#byImage.set(key, made);
    return made;
  }
}
