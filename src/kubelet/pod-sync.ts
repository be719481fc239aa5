// One sync of a pod: what its worker does each time (kubelet's SyncPod, SyncTerminatingPod and SyncTerminatedPod).
import type { Engine } from '../engine/engine.ts';
import type { PodClass } from '../model/pod-class.ts';
import { isTerminal } from '../model/pods.ts';
import type { PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { removeAllContainers } from './all-containers-restart.ts';
import type { ContainerStops } from './container-stops.ts';
import type { PullSecrets } from './images/pull-secrets.ts';
import { podActions } from './pod-actions.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { PodStarts } from './pod-starts.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Prober } from './prober.ts';
import type { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import type { StatusWriter } from './status-writer.ts';
import { NOTHING, type PodActions } from './sync-actions.ts';
import type { Task, Tasks } from './tasks.ts';
import type { VolumeSetup } from './volume-setup.ts';

/** How often a pod's sync is tried while the network is not ready. */
const NETWORK_BACKOFF_US = 1e6;

export interface SyncParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly statuses: PodStatuses;
  readonly prober: Prober;
  readonly starts: PodStarts;
  readonly stops: ContainerStops;
  readonly volumes: VolumeSetup;
  readonly secrets: PullSecrets;
  readonly status: StatusWriter;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
  /** A sync has ended; the runtime was asked to do something, or not; it is to be tried again after a time in µs, or not (-1). */
  readonly done: (pod: PodRow, touched: boolean, retryUs: number) => void;
  /** The pod's containers have ended: its node's resources are free. */
  readonly released: (pod: PodRow) => void;
  /** Nothing is left of a pod that the API server has no more. */
  readonly vanished: (pod: PodRow) => void;
}

export class PodSync {
  readonly #parts: SyncParts;
  #tasks!: Tasks;
  #relist!: Relist;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  join(tasks: Tasks, relist: Relist): void {
    this.#tasks = tasks;
    this.#relist = relist;
  }

  /** Does what there is to do (`Work`), now and later; `done` hears of the end. */
  sync(pod: PodRow, work: number): void {
    switch (work) {
      case Work.Sync:
        this.#runningPod(pod);
        break;
      case Work.Terminating:
        this.#tasks.start(pod, this.#terminatingPod(pod));
        break;
      default:
        this.#terminatedPod(pod);
    }
  }

  #runningPod(pod: PodRow): void {
    const { runtimes, runtime, statuses, state, events, volumes } = this.#parts;
    const ending = runtimes.endingOf(pod);
    if (ending !== undefined && ending.fails) events.pod('Normal', ending.reason, ending.message, pod);
    const changed = statuses.build(pod);
    // The first word of a pod goes with the next one, where its sandbox is made at once.
    const soon = runtimes.sandboxAttempt[pod] === 0 && state.pods.startedAt[pod] < 0;
    this.#tell(pod, changed && !soon);
    if (isTerminal(runtimes.bits[pod])) {
      runtimes.work[pod] = Work.Terminating;
      this.#parts.done(pod, false, -1);
      return;
    }
    const network = runtime.networkError(state.pods.node[pod]);
    if (network !== '') {
      this.#tell(pod, changed && soon);
      events.pod('Warning', 'NetworkNotReady', `network is not ready: ${network}`, pod);
      this.#parts.done(pod, false, NETWORK_BACKOFF_US);
      return;
    }
    const podClass = runtimes.classOf(pod);
    if (soon && volumes.waits(pod, podClass)) this.#tell(pod, changed);
    if (podClass.volumes === undefined && podClass.spec.volumes === undefined) this.#withVolumes(pod);
    else this.#tasks.start(pod, this.#afterVolumes(pod, podClass));
  }

  *#afterVolumes(pod: PodRow, podClass: PodClass): Task {
    yield* this.#parts.volumes.wait(pod, podClass);
    this.#withVolumes(pod);
  }

  #withVolumes(pod: PodRow): void {
    const { runtimes, state, prober, secrets, starts } = this.#parts;
    if (runtimes.classOf(pod).spec.imagePullSecrets !== undefined) secrets.tellMissing(pod);
    prober.addPod(pod);
    if (state.pods.restartingAll.size > 0 && state.pods.restartingAll.has(pod)) {
      this.#tasks.start(pod, this.#restartAll(pod));
      return;
    }
    const actions = podActions(state, runtimes, prober, pod);
    if (actions === NOTHING) this.#parts.done(pod, false, -1);
    else if (actions.stops.length > 0 || (actions.killPod && runtimes.sandboxAttempt[pod] > 0)) {
      this.#tasks.start(pod, this.#stopFirst(pod, actions));
    } else if (actions.killPod && !actions.makeSandbox) this.#parts.done(pod, false, -1);
    else starts.begin(pod, actions, false);
  }

  *#restartAll(pod: PodRow): Task {
    yield* removeAllContainers(this.#parts, this.#relist, pod);
    this.#parts.done(pod, true, -1);
  }

  *#stopFirst(pod: PodRow, actions: PodActions): Task {
    const { events, starts, stops } = this.#parts;
    if (actions.killPod) {
      if (actions.makeSandbox) {
        events.pod('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.', pod);
      }
      yield* stops.pod(pod, undefined);
    }
    for (const { row, message, graceUs } of actions.stops) yield* stops.container(pod, row, message, graceUs);
    if (actions.killPod && !actions.makeSandbox) this.#parts.done(pod, true, -1);
    else starts.begin(pod, actions, true);
  }

  // The end.

  *#terminatingPod(pod: PodRow): Task {
    const { runtimes, statuses, prober, stops, released, done } = this.#parts;
    const ending = runtimes.endings.get(pod);
    const deleted = runtimes.deleted[pod] === 1;
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
    done(pod, false, -1);
  }

  #terminatedPod(pod: PodRow): void {
    const { runtimes, statuses, state, status } = this.#parts;
    const ending = runtimes.endings.get(pod);
    if (ending?.fails === true) this.#parts.events.pod('Normal', ending.reason, ending.message, pod);
    const reported = isTerminal(state.pods.state[pod]);
    const changed = statuses.settle(pod);
    const deleted = runtimes.deleted[pod] === 1;
    this.#tell(pod, changed || !reported);
    this.#removeContainers(pod, deleted);
    runtimes.work[pod] = Work.Ended;
    if (state.pods.alive[pod] === 0) this.#parts.vanished(pod);
    else if (deleted) status.remove(pod, state.pods.node[pod]);
    this.#parts.done(pod, false, -1);
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
