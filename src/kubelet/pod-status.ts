// Makes the status of a pod of what its kubelet saw last: states of containers, conditions, phase (kubelet's generateAPIPodStatus).
import {
  type ContainerReason,
  containerReasons,
  ContainerState,
  type LastState,
  RESTARTING_ALL,
  STATUS_UNKNOWN,
} from '../model/containers.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { mustRestartAll } from './all-containers-restart.ts';
import { type ContainerView, podPhase } from './pod-phase.ts';
import { type PodRuntimes, Sandbox, Work } from './pod-runtimes.ts';
import { isRestarted } from './restart-policy.ts';
import type { Run } from './run.ts';
import type { RuntimePlan } from './runtime-plan.ts';
import type { PodTruth } from './status-writer.ts';

/** What probes have found of a container that runs. */
export interface Health {
  isStarted(row: ContainerRow): boolean;
  /** Asking for one that is not ready has it probed at once. */
  isReady(row: ContainerRow): boolean;
  /** As `isReady`, without having it probed. */
  wasReady(row: ContainerRow): boolean;
  /** Another run of it is reported from now on. */
  resume(row: ContainerRow): void;
}

/** Why a container could not be started, until it can. */
export interface Trouble {
  readonly reason: ContainerReason;
  readonly message: string;
}

/** Views of nearly all containers. */
const STARTED: ContainerView = { state: 'running', exitCode: undefined, started: true };
const NOT_STARTED: ContainerView = { state: 'running', exitCode: undefined, started: false };
const NEW: ContainerView = { state: 'waiting', exitCode: undefined, started: false };
const LOST_MESSAGE = 'The container could not be located when the pod was terminated';

export class PodStatuses implements PodTruth {
  /** Kubelet's reason cache, by container row. */
  readonly troubles = new Map<number, Trouble>();
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #health: Health;
  /** Of the pod whose status is being built. */
  readonly #views: ContainerView[] = [];
  #changed = false;

  constructor(state: ClusterState, runtimes: PodRuntimes, health: Health) {
    this.#state = state;
    this.#runtimes = runtimes;
    this.#health = health;
  }

  /** Looks at everything again; true when something is other than before. */
  build(pod: PodRow): boolean {
    const { pods } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    this.#changed = false;
    const views = this.#views;
    views.length = 0;
    let initialized = false;
    for (let index = 0; index < plan.containers.length; index += 1) {
      const row = (first + index) as ContainerRow;
      views.push(this.#container(row, pod, plan, index));
      if (index >= plan.inits && this.#runtimes.seen[row]?.isRemoved === false) initialized = true;
    }
    const over = this.#runtimes.work[pod] >= Work.Terminating;
    if (plan.mayRestartAll) this.#restartAll(pod, plan, first);
    let phase = podPhase(plan, views, over, initialized);
    const ending = this.#runtimes.endingOf(pod);
    if (ending?.fails === true) phase = PodPhase.Failed;
    this.#setBits(pod, this.#conditions(pod, plan, views, initialized) | phase);
    return this.#changed;
  }

  /** Containers of a pod that is over of which nothing is known count as failed (status manager's TerminatePod). */
  settle(pod: PodRow): boolean {
    const changed = this.build(pod);
    const { pods, containers } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    let lost = false;
    const bits = this.#runtimes.bits[pod];
    // Of init containers those up to the last that has begun, and at least one; of the others all, if their turn has come.
    let begun = plan.inits === 0 ? -1 : 0;
    for (let index = 0; index < plan.inits; index += 1)
      if (this.#runtimes.seen[first + index] !== undefined) begun = index;
    for (let index = 0; index < plan.containers.length; index += 1) {
      const counts = index < plan.inits ? index <= begun : (bits & PodBit.Initialized) !== 0;
      if (!counts || containers.state[first + index] === ContainerState.Terminated) continue;
      this.#setState(first + index, ContainerState.Terminated, STATUS_UNKNOWN, 137, LOST_MESSAGE);
      containers.startedAt[first + index] = -1;
      containers.finishedAt[first + index] = -1;
      lost = true;
    }
    if ((bits & PodBit.PhaseMask) < PodPhase.Succeeded) {
      this.#runtimes.bits[pod] = (bits & ~PodBit.PhaseMask) | PodPhase.Failed;
      return true;
    }
    return changed || lost;
  }

  /** Its startup probe has succeeded. */
  hasStarted(row: ContainerRow): boolean {
    const { containers } = this.#state;
    if (containers.state[row] !== ContainerState.Running || containers.started[row] === 1) return false;
    containers.started[row] = 1;
    return true;
  }

  /** Reports what readiness probes have found since, of the containers as they were reported last. */
  updateReadiness(pod: PodRow): boolean {
    const { pods, containers } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    this.#changed = false;
    let ready = true;
    for (let index = 0; index < plan.containers.length; index += 1) {
      const row = (first + index) as ContainerRow;
      const counts = index >= plan.inits || plan.containers[index].sidecar;
      if (!counts) continue;
      if (containers.state[row] === ContainerState.Running) {
        const started = containers.started[row] === 1;
        this.#setHealth(row, started, started && this.#health.wasReady(row));
      }
      ready &&= containers.ready[row] === 1;
    }
    const before = this.#runtimes.bits[pod] & ~(PodBit.Ready | PodBit.ContainersReady);
    this.#setBits(pod, ready ? before | this.#readiness(pod, plan) : before);
    return this.#changed;
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    if (this.troubles.size === 0) return;
    const first = this.#state.pods.firstContainer[pod];
    for (let row = first; row < first + this.#runtimes.planOf(pod).containers.length; row += 1)
      this.troubles.delete(row);
  }

  /** A sync may find something to do although nothing has happened: a container that is not ready is probed once more. */
  isRestless(pod: PodRow): boolean {
    const { containers, pods } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    for (let index = 0; index < plan.containers.length; index += 1) {
      const row = first + index;
      const counts = index >= plan.inits || plan.containers[index].sidecar;
      if (counts && (this.#runtimes.seenRunning[row] === 0 || containers.ready[row] === 0)) return true;
    }
    return false;
  }

  /** The kubelet refused the pod. */
  refuse(pod: PodRow): void {
    this.#runtimes.bits[pod] = PodPhase.Failed;
  }

  sandboxReady(pod: PodRow): boolean {
    const before = this.#runtimes.bits[pod];
    this.#runtimes.bits[pod] = (before | PodBit.HasIp) & ~PodBit.SandboxStopped;
    return this.#runtimes.bits[pod] !== before;
  }

  // What the status manager sends.

  /** A pod that may still have something running is not over yet. */
  statusBits(pod: PodRow): number {
    const bits = this.#runtimes.bits[pod];
    const phase = bits & PodBit.PhaseMask;
    const work = this.#runtimes.work[pod];
    const retained = phase >= PodPhase.Succeeded && work !== Work.Terminated && work !== Work.Ended;
    const reported = retained ? this.#runtimes.phase[pod] : phase;
    return (bits & ~PodBit.PhaseMask) | reported;
  }

  restartsOf(pod: PodRow): number {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    let sum = 0;
    for (let row = first; row < first + this.#runtimes.planOf(pod).containers.length; row += 1)
      sum += containers.restarts[row];
    return sum;
  }

  reasonOf(pod: PodRow): string {
    return this.#tells(pod)?.reason ?? '';
  }

  messageOf(pod: PodRow): string {
    return this.#tells(pod)?.message ?? '';
  }

  /** Why the kubelet ended the pod, once it has failed. */
  #tells(pod: PodRow): { reason: string; message: string } | undefined {
    if (this.#runtimes.endings.size === 0) return undefined;
    return (this.statusBits(pod) & PodBit.PhaseMask) === PodPhase.Failed ? this.#runtimes.endings.get(pod) : undefined;
  }

  #container(row: ContainerRow, pod: PodRow, plan: RuntimePlan, index: number): ContainerView {
    const { containers } = this.#state;
    const run = this.#runtimes.seen[row];
    const container = plan.containers[index];
    const running = run !== undefined && this.#runtimes.seenRunning[row] === 1;
    if (run !== undefined && containers.restarts[row] !== run.attempt) {
      containers.restarts[row] = run.attempt;
      this.#health.resume(row);
      this.#changed = true;
    }
    if (running) {
      const started = this.#isStarted(row, plan, index);
      const counts = index >= plan.inits || container.sidecar;
      const ready = counts && started && this.#health.isReady(row);
      containers.startedAt[row] = run.startedAt;
      if (containers.state[row] !== ContainerState.Running) this.#health.resume(row);
      this.#setState(row, ContainerState.Running, '', 0, undefined);
      this.#setLast(row, run.previous);
      this.#setHealth(row, started, ready);
      return started ? STARTED : NOT_STARTED;
    }
    if (run?.isRemoved !== true) this.#setHealth(row, false, false);
    const trouble = this.troubles.size === 0 || this.#runtimes.deleted[pod] === 1 ? undefined : this.troubles.get(row);
    // One of an init container or sidecar that has ended well is not reported.
    const reported =
      run === undefined ||
      run.isRemoved ||
      (isRestarted(container, run.exitCode) && (index >= plan.inits || run.exitCode !== 0));
    if (trouble !== undefined && reported) {
      this.#setState(
        row,
        ContainerState.Waiting,
        trouble.reason,
        0,
        trouble.message === '' ? undefined : trouble.message,
      );
      this.#setLast(row, run);
      return { state: 'waiting', exitCode: run?.exitCode, started: false, removed: run?.isRemoved === true };
    }
    if (run?.isRemoved === true) return this.#removed(row, run, plan, index);
    if (run === undefined) {
      this.#setState(
        row,
        ContainerState.Waiting,
        plan.inits > 0 ? 'PodInitializing' : 'ContainerCreating',
        0,
        undefined,
      );
      return NEW;
    }
    containers.startedAt[row] = run.startedAt;
    containers.finishedAt[row] = run.finishedAt;
    this.#setState(row, ContainerState.Terminated, run.reason as ContainerReason, run.exitCode, run.message);
    // What was reported of it as the last one, while it waited for its next start, stays so: the one before is gone.
    if (containers.last.get(row)?.startedAt !== run.startedAt) this.#setLast(row, run.previous);
    return { state: 'terminated', exitCode: run.exitCode, started: false };
  }

  /** Reported as removed once, and then as one that has not begun; that of an evicted pod is just missing. */
  #removed(row: ContainerRow, run: Run, plan: RuntimePlan, index: number): ContainerView {
    const { containers } = this.#state;
    const first = containers.state[row] !== ContainerState.Waiting && run.reason !== STATUS_UNKNOWN;
    const done = containers.state[row] === ContainerState.Terminated && containers.exitCode[row] === 0;
    this.#setHealth(row, false, first && done && index < plan.inits && !plan.containers[index].sidecar);
    const reason = plan.inits > 0 ? 'PodInitializing' : 'ContainerCreating';
    this.#setState(row, ContainerState.Waiting, first ? RESTARTING_ALL : reason, 0, first ? run.message : undefined);
    this.#setLast(row, run);
    return { state: 'waiting', exitCode: run.exitCode, started: false, removed: true };
  }

  #restartAll(pod: PodRow, plan: RuntimePlan, first: number): void {
    const { restartingAll } = this.#state.pods;
    const already = restartingAll.has(pod);
    const must = this.#runtimes.work[pod] === Work.Sync && mustRestartAll(this.#runtimes, plan, first, already);
    if (must === already) return;
    if (must) restartingAll.add(pod);
    else restartingAll.delete(pod);
    this.#changed = true;
  }

  #isStarted(row: ContainerRow, plan: RuntimePlan, index: number): boolean {
    return (index < plan.inits && !plan.containers[index].sidecar) || this.#health.isStarted(row);
  }

  #conditions(pod: PodRow, plan: RuntimePlan, views: readonly ContainerView[], initialized: boolean): number {
    const { containers, pods } = this.#state;
    const first = pods.firstContainer[pod];
    // A pod that was initialised stays so.
    let bits = this.#runtimes.bits[pod] & (PodBit.HasIp | PodBit.Initialized);
    if ((bits & PodBit.HasIp) !== 0 && this.#runtimes.seenSandbox[pod] === Sandbox.Stopped)
      bits |= PodBit.SandboxStopped;
    let ready = true;
    let complete = true;
    for (let index = 0; index < views.length; index += 1) {
      const { sidecar } = plan.containers[index];
      const counts = index >= plan.inits || sidecar;
      if (counts && containers.ready[first + index] === 0) ready = false;
      if (
        index < plan.inits &&
        !(sidecar ? views[index].started : views[index].exitCode === 0 && views[index].state === 'terminated')
      ) {
        complete = false;
      }
    }
    const ending = this.#runtimes.endingOf(pod);
    if (complete || initialized) bits |= PodBit.Initialized;
    if (ready && ending?.fails !== true) bits |= this.#readiness(pod, plan);
    if (ending?.disrupts === true) bits |= PodBit.Disrupted | PodBit.ByKubelet;
    return bits;
  }

  /** Of a pod whose containers are ready. */
  #readiness(pod: PodRow, { readinessGates }: RuntimePlan): number {
    const open = readinessGates.length === 0 || this.#runtimes.gates.areOpen(pod, readinessGates);
    return open ? PodBit.ContainersReady | PodBit.Ready : PodBit.ContainersReady;
  }

  #setBits(pod: PodRow, bits: number): void {
    const phase = bits & PodBit.PhaseMask;
    // A pod that succeeds has been initialised, whatever its init containers did.
    const over =
      phase === PodPhase.Succeeded
        ? PodBit.Initialized | PodBit.EndsWell
        : phase === PodPhase.Failed
          ? PodBit.EndsBadly
          : 0;
    const all = bits | over;
    if (phase <= PodPhase.Running) this.#runtimes.phase[pod] = phase;
    if (this.#runtimes.bits[pod] === all) return;
    this.#runtimes.bits[pod] = all;
    this.#changed = true;
  }

  #setState(row: number, state: number, reason: ContainerReason, exitCode: number, message: string | undefined): void {
    const { containers } = this.#state;
    const code = containerReasons.indexOf(reason);
    if (
      containers.state[row] === state &&
      containers.reason[row] === code &&
      containers.exitCode[row] === exitCode &&
      (containers.messages.size === 0 ? undefined : containers.messages.get(row)) === message
    )
      return;
    containers.state[row] = state;
    containers.reason[row] = code;
    containers.exitCode[row] = exitCode;
    if (message !== undefined) containers.messages.set(row, message);
    else if (containers.messages.size > 0) containers.messages.delete(row);
    this.#changed = true;
  }

  #setLast(row: number, run: Run | undefined): void {
    const { last } = this.#state.containers;
    if (run === undefined) return;
    const before = last.get(row);
    if (before?.finishedAt === run.finishedAt && before.startedAt === run.startedAt) return;
    const { exitCode, reason, message, startedAt, finishedAt } = run;
    last.set(row, { exitCode, reason, message, startedAt, finishedAt } satisfies LastState);
    this.#changed = true;
  }

  #setHealth(row: number, started: boolean, ready: boolean): void {
    const { containers } = this.#state;
    if (containers.started[row] === Number(started) && containers.ready[row] === Number(ready)) return;
    containers.started[row] = Number(started);
    containers.ready[row] = Number(ready);
    this.#changed = true;
  }
}
