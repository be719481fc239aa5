// Waits for a pod's volumes on its node: claims attached and mounted, ConfigMaps and Secrets there.
import type { Engine } from '../engine/engine.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { PodRow } from '../model/rows.ts';
import type { ConfigReferences } from './config-references.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodMounts } from './pod-mounts.ts';
import type { Task, Tasks } from './tasks.ts';

/** How long one try to mount a pod's volumes takes at most (volumemanager podAttachAndMountTimeout). */
const LONGEST_MOUNT_US = 123e6;
/** A volume that cannot be set up is tried again after 0.5 s, then twice as long each time, and looked at each 0.1 s. */
const FIRST_RETRY_US = 500e3;
const LONGEST_RETRY_US = 122e6;
const RECONCILE_US = 100e3;
/** How often a pod's sync looks whether its volumes are there. */
const POLL_US = 300e3;

export class VolumeSetup {
  readonly #engine: Engine;
  readonly #mounts: PodMounts;
  readonly #references: ConfigReferences;
  readonly #events: PodEvents;
  readonly #mountUs: () => number;
  #tasks!: Tasks;

  constructor(
    engine: Engine,
    mounts: PodMounts,
    references: ConfigReferences,
    events: PodEvents,
    mountUs: () => number,
  ) {
    this.#engine = engine;
    this.#mounts = mounts;
    this.#references = references;
    this.#events = events;
    this.#mountUs = mountUs;
  }

  join(tasks: Tasks): void {
    this.#tasks = tasks;
  }

  /** Whether the pod has to wait. */
  waits(pod: PodRow, { volumes, spec }: PodClass): boolean {
    if (volumes !== undefined && volumes.claims.length > 0) return true;
    return spec.volumes !== undefined && this.#references.volumeError(pod) !== undefined;
  }

  *wait(pod: PodRow, { volumes, spec }: PodClass): Task {
    if (volumes !== undefined && volumes.claims.length > 0) yield* this.#claims(pod);
    if (spec.volumes !== undefined) yield* this.#configs(pod);
  }

  *#claims(pod: PodRow): Task {
    const task = this.#tasks.current;
    const wait = { ready: false, sleeps: false };
    this.#mounts.wait(pod, () => {
      wait.ready = true;
      if (wait.sleeps) this.#tasks.wake(task);
    });
    while (!wait.ready) {
      wait.sleeps = true;
      yield LONGEST_MOUNT_US;
      if (!this.#mounts.isReady(pod)) this.#events.pod('Warning', 'FailedMount', this.#mounts.complaint(pod), pod);
    }
    const us = this.#mountUs();
    if (us > 0) yield us;
  }

  *#configs(pod: PodRow): Task {
    let error = this.#references.volumeError(pod);
    if (error === undefined) return;
    const begunUs = this.#engine.now;
    let retryUs = FIRST_RETRY_US;
    yield 1.5 * RECONCILE_US;
    for (error = this.#references.volumeError(pod); error !== undefined; error = this.#references.volumeError(pod)) {
      this.#events.pod('Warning', 'FailedMount', error, pod);
      yield retryUs + RECONCILE_US;
      retryUs = Math.min(2 * retryUs, LONGEST_RETRY_US);
    }
    yield POLL_US - ((this.#engine.now - begunUs) % POLL_US);
  }
}
