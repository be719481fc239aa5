// One sync of a pod: what its worker does each time (kubelet's SyncPod, SyncTerminatingPod and SyncTerminatedPod).
import type { Engine } from '../engine/engine.ts';
import type { PodClass } from '../model/pod-class.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ContainerStarts } from './container-starts.ts';
import type { ContainerStops } from './container-stops.ts';
import { type Outcome, SUCCESS, TOUCHED } from './outcome.ts';
import type { PullSecrets } from './images/pull-secrets.ts';
import { NOTHING, type PodActions, podActions } from './pod-actions.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRuntimes, Sandbox, Work } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Prober } from './prober.ts';
import type { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import type { StatusWriter } from './status-writer.ts';
import type { Task } from './tasks.ts';
import type { VolumeSetup } from './volume-setup.ts';

/** A pod's sync that failed is tried again after this (`backOffPeriod`), and while the network is not ready. */
const SYNC_BACKOFF_US = 10e6;
const NETWORK_BACKOFF_US = 1e6;
/** A sync that only waits for a crash back-off is tried again no later than this. */
const LONGEST_BACKOFF_US = 60e6;

export interface SyncParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly statuses: PodStatuses;
  readonly prober: Prober;
  readonly starts: ContainerStarts;
  readonly stops: ContainerStops;
  readonly volumes: VolumeSetup;
  readonly secrets: PullSecrets;
  readonly status: StatusWriter;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
  /** The pod's containers have ended: its node's resources are free. */
  readonly released: (pod: PodRow) => void;
  /** Nothing is left of a pod that the API server has no more. */
  readonly vanished: (pod: PodRow) => void;
}

export class PodSync {
  readonly #parts: SyncParts;
  #relist!: Relist;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  join(relist: Relist): void {
    this.#relist = relist;
  }

  /** An outcome at once, or the task that leads to it. */
  sync(pod: PodRow): Outcome | Task<Outcome> {
    switch (this.#parts.runtimes.work[pod]) {
      case Work.Sync:
        return this.#runningPod(pod);
      case Work.Terminating:
        return this.#terminatingPod(pod);
      default:
        return this.#terminatedPod(pod);
    }
  }

  #runningPod(pod: PodRow): Outcome | Task<Outcome> {
    const { runtimes, runtime, statuses, state, events, volumes } = this.#parts;
    const ending = runtimes.endings.get(pod);
    if (ending !== undefined && ending.fails) events.pod('Normal', ending.reason, ending.message, pod);
    const changed = statuses.build(pod);
    // The first word of a pod goes with the next one, where its sandbox is made at once.
    const soon = runtimes.sandboxAttempt[pod] === 0 && state.pods.startedAt[pod] < 0;
    this.#tell(pod, changed && !soon);
    if (isTerminal(runtimes.bits[pod])) {
      runtimes.work[pod] = Work.Terminating;
      return SUCCESS;
    }
    const network = runtime.networkError(state.pods.node[pod]);
    if (network !== '') {
      this.#tell(pod, changed && soon);
      events.pod('Warning', 'NetworkNotReady', `network is not ready: ${network}`, pod);
      return { touched: false, retryUs: NETWORK_BACKOFF_US };
    }
    const podClass = state.classes.get(state.pods.podClass[pod]);
    if (soon && volumes.waits(pod, podClass)) this.#tell(pod, changed);
    if (podClass.volumes === undefined && podClass.spec.volumes === undefined) return this.#withVolumes(pod);
    return this.#afterVolumes(pod, podClass);
  }

  *#afterVolumes(pod: PodRow, podClass: PodClass): Task<Outcome> {
    yield* this.#parts.volumes.wait(pod, podClass);
    const next = this.#withVolumes(pod);
    return 'next' in next ? yield* next : next;
  }

  #withVolumes(pod: PodRow): Outcome | Task<Outcome> {
    const { runtimes, state, prober, secrets } = this.#parts;
    if (state.classes.get(state.pods.podClass[pod]).spec.imagePullSecrets !== undefined) secrets.tellMissing(pod);
    prober.addPod(pod);
    const actions = podActions(state, runtimes, prober, pod);
    return actions === NOTHING ? SUCCESS : this.#act(pod, actions);
  }

  *#act(pod: PodRow, actions: PodActions): Task<Outcome> {
    const { runtimes, runtime, events, engine } = this.#parts;
    let touched = false;
    if (actions.killPod) {
      if (actions.makeSandbox && runtimes.sandboxAttempt[pod] > 0) {
        events.pod('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', pod);
      }
      touched = runtimes.sandboxAttempt[pod] > 0;
      if (touched) yield* this.#parts.stops.pod(pod, undefined);
      if (!actions.makeSandbox) return touched ? TOUCHED : SUCCESS;
    }
    for (const { row, message, graceUs } of actions.stops) {
      yield* this.#parts.stops.container(pod, row, message, graceUs);
      touched = true;
    }
    if (actions.makeSandbox) {
      const us = runtime.sandboxUs(pod);
      const { error } = runtime;
      if (us > 0) {
        this.#relist.book(pod);
        yield us;
      }
      if (!this.#sandboxMade(pod, us, error)) return { touched: false, retryUs: SYNC_BACKOFF_US };
      touched = true;
    }
    let failed = false;
    let untilUs = Infinity;
    for (const row of actions.starts) {
      const failure = yield* this.#parts.starts.start(pod, row);
      this.#parts.starts.remember(row, failure);
      touched = true;
      failed ||= failure !== undefined;
      if (failure?.untilUs !== undefined) untilUs = Math.min(untilUs, failure.untilUs);
    }
    if (!failed) return touched ? TOUCHED : SUCCESS;
    const left = untilUs === Infinity ? SYNC_BACKOFF_US : untilUs - engine.now;
    return { touched, retryUs: Math.min(LONGEST_BACKOFF_US, Math.max(0, left)) };
  }

  #sandboxMade(pod: PodRow, us: number, error: string): boolean {
    const { runtimes, statuses, events, log } = this.#parts;
    const attempt = runtimes.sandboxAttempt[pod];
    log?.sandbox(pod, attempt, us);
    if (error !== '') {
      this.#tell(pod, this.#parts.state.pods.startedAt[pod] < 0);
      events.pod('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error}`, pod);
      return false;
    }
    runtimes.sandbox[pod] = Sandbox.Ready;
    runtimes.sandboxAttempt[pod] = attempt + 1;
    this.#relist.changed(pod);
    this.#tell(pod, statuses.sandboxReady(pod));
    return true;
  }

  // The end.

  *#terminatingPod(pod: PodRow): Task<Outcome> {
    const { runtimes, statuses, prober, stops, state, released } = this.#parts;
    const ending = runtimes.endings.get(pod);
    const deleted = (state.pods.state[pod] & PodBit.Deleting) !== 0;
    if (ending?.fails === true) this.#parts.events.pod('Normal', ending.reason, ending.message, pod);
    if (ending === undefined || ending.fails || deleted) {
      const changed = statuses.build(pod);
      this.#tell(pod, changed || deleted);
    }
    prober.removePod(pod, true);
    yield* stops.pod(pod, ending?.graceUs);
    prober.removePod(pod, false);
    // What runs is looked at once more, apart from the others.
    this.#relist.look(pod);
    if (ending?.fails === true) this.#parts.events.pod('Normal', ending.reason, ending.message, pod);
    const changed = statuses.build(pod);
    runtimes.work[pod] = Work.Terminated;
    released(pod);
    this.#tell(pod, changed);
    return SUCCESS;
  }

  #terminatedPod(pod: PodRow): Outcome {
    const { runtimes, statuses, state, status } = this.#parts;
    const ending = runtimes.endings.get(pod);
    if (ending?.fails === true) this.#parts.events.pod('Normal', ending.reason, ending.message, pod);
    const told = isTerminal(state.pods.state[pod]);
    const changed = statuses.settle(pod);
    const deleted = (state.pods.state[pod] & PodBit.Deleting) !== 0;
    this.#tell(pod, changed || !told);
    this.#removeContainers(pod, deleted);
    runtimes.work[pod] = Work.Ended;
    if (state.pods.alive[pod] === 0) {
      this.#parts.vanished(pod);
      return SUCCESS;
    }
    if (deleted) status.remove(pod, state.pods.node[pod]);
    return SUCCESS;
  }

  #removeContainers(pod: PodRow, deleted: boolean): void {
    const { log, runtimes, state } = this.#parts;
    if (log === undefined || (!deleted && state.pods.alive[pod] === 1)) return;
    const first = state.pods.firstContainer[pod];
    for (let row = first; row < first + runtimes.planOf(pod).containers.length; row += 1) {
      const run = runtimes.runs[row];
      if (run !== undefined) log.removed(row, run.attempt);
    }
  }

  #tell(pod: PodRow, changed: boolean): void {
    const { status, state } = this.#parts;
    if (changed && state.pods.alive[pod] === 1) status.write(pod, state.pods.node[pod]);
  }
}
