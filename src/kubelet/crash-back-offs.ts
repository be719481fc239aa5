// Whether a container that ended may be started again yet (kuberuntime's doBackOff).
import type { Engine } from '../engine/engine.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { type CrashLoopBackOff, nextBackoffUs } from './crash-loop-backoff.ts';
import { duration } from './durations.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import type { StartFailure } from './start-failure.ts';

/** A container whose last start decision is older has no back-off any more: the kubelet has cleaned it up. */
const FORGOTTEN_US = 600e6;

export class CrashBackOffs {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #events: PodEvents;
  readonly #settings: CrashLoopBackOff;

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    events: PodEvents,
    settings: CrashLoopBackOff,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#events = events;
    this.#settings = settings;
  }

  /** Undefined: it may be, and how long the next start has to wait is decided. */
  failure(pod: PodRow, row: ContainerRow, { name }: ContainerPlan): StartFailure | undefined {
    const { seen: runs, seenRunning, backOffs } = this.#runtimes;
    const seen = runs[row];
    // The newest run that was seen to have ended.
    const dead = seenRunning[row] === 1 ? seen?.previous : seen;
    if (dead === undefined || dead.isRemoved) return undefined;
    const { now } = this.#engine;
    const decided = backOffs.get(row);
    const current = decided !== undefined && now - decided.at <= FORGOTTEN_US ? decided : undefined;
    const holds =
      current !== undefined && dead.finishedAt - current.at <= FORGOTTEN_US && now - dead.finishedAt < current.us;
    if (!holds) {
      const us = nextBackoffUs(current?.us ?? 0, current?.at ?? 0, dead.finishedAt, this.#settings);
      backOffs.set(row, { us, at: now });
      return undefined;
    }
    const namespace = this.#state.identities.namespace(this.#state.pods.identity[pod]);
    const whose = `${this.#state.podName(pod)}_${namespace}(${this.#state.podUid(pod)})`;
    this.#events.pod('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${whose}`, pod);
    return {
      reason: 'CrashLoopBackOff',
      message: `back-off ${duration(current.us)} restarting failed container=${name} pod=${whose}`,
      untilUs: dead.finishedAt + current.us,
    };
  }
}
