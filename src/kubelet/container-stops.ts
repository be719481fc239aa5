// Stops containers as the kubelet does: the hook first, then its turn, then SIGTERM and after the rest of the grace SIGKILL.
import type { Engine } from '../engine/engine.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRuntimes, Sandbox } from './pod-runtimes.ts';
import type { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import { type Task, type Tasks, UNTIL_WOKEN } from './tasks.ts';
import { TerminationOrder } from './termination-order.ts';

/** A runtime gives SIGKILL no earlier than this after SIGTERM (kuberuntime minimumGracePeriodInSeconds). */
const MINIMUM_GRACE_US = 2e6;
const EXIT_OF_SIGKILL = 137;

export interface StopParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
}

export class ContainerStops {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #runtime: ContainerRuntime;
  readonly #events: PodEvents;
  readonly #log: RuntimeLog | undefined;
  #tasks!: Tasks;
  #relist!: Relist;
  /** By container row: tasks that wait for the end of its process. */
  readonly #waiting = new Map<number, number[]>();

  constructor(parts: StopParts) {
    this.#engine = parts.engine;
    this.#state = parts.state;
    this.#runtimes = parts.runtimes;
    this.#runtime = parts.runtime;
    this.#events = parts.events;
    this.#log = parts.log;
  }

  join(tasks: Tasks, relist: Relist): void {
    this.#tasks = tasks;
    this.#relist = relist;
  }

  /** The process of a container has ended. */
  ended(row: ContainerRow): void {
    const tasks = this.#waiting.get(row);
    if (tasks === undefined) return;
    this.#waiting.delete(row);
    for (const task of tasks) this.#tasks.wake(task);
  }

  /** Wakes a task when the process of a container ends, as long as it is not forgotten. */
  await(row: ContainerRow, task: number): void {
    this.#waiting.set(row, [...(this.#waiting.get(row) ?? []), task]);
  }

  forget(row: ContainerRow, task: number): void {
    const left = this.#waiting.get(row)?.filter((one) => one !== task);
    if (left === undefined || left.length === 0) this.#waiting.delete(row);
    else this.#waiting.set(row, left);
  }

  /** Stops all containers of the pod that the kubelet sees running, at the same time, and then the sandbox. */
  *pod(pod: PodRow, graceUs: number | undefined): Task {
    const plan = this.#runtimes.planOf(pod);
    const first = this.#state.pods.firstContainer[pod];
    const indexes: number[] = [];
    for (let index = 0; index < plan.containers.length; index += 1) {
      if (this.#runtimes.seenRunning[first + index] === 1) indexes.push(index);
    }
    if (indexes.length > 0) {
      const order = plan.hasSidecars
        ? new TerminationOrder(
            indexes,
            plan.inits,
            (index) => plan.containers[index].sidecar,
            (task) => this.#tasks.wake(task),
          )
        : undefined;
      const waiter = this.#tasks.current;
      let open = indexes.length;
      const done = (): void => {
        open -= 1;
        if (open === 0) this.#tasks.wake(waiter);
      };
      for (const index of indexes) {
        this.#tasks.start(pod, this.#joined(pod, (first + index) as ContainerRow, graceUs, order, done));
      }
      yield UNTIL_WOKEN;
    }
    yield* this.sandbox(pod);
  }

  *sandbox(pod: PodRow): Task {
    const runtimes = this.#runtimes;
    if (runtimes.sandbox[pod] === Sandbox.None) return;
    const us = runtimes.sandbox[pod] === Sandbox.Ready ? this.#runtime.stopSandboxUs(pod) : 0;
    if (us > 0) yield us;
    this.#log?.sandboxStopped(pod, us);
    if (runtimes.sandbox[pod] === Sandbox.Ready) {
      runtimes.sandbox[pod] = Sandbox.Stopped;
      this.#relist.changed(pod);
    }
  }

  *#joined(
    pod: PodRow,
    row: ContainerRow,
    graceUs: number | undefined,
    order: TerminationOrder | undefined,
    done: () => void,
  ): Task {
    yield* this.container(pod, row, '', graceUs, order);
    order?.ended(row - this.#state.pods.firstContainer[pod]);
    done();
  }

  /** `graceUs` undefined: the pod's. Without a message it is the usual one. */
  *container(
    pod: PodRow,
    row: ContainerRow,
    message: string,
    graceUs: number | undefined,
    order?: TerminationOrder,
  ): Task {
    const index = row - this.#state.pods.firstContainer[pod];
    const plan = this.#runtimes.planOf(pod).containers[index];
    this.#events.pod('Normal', 'Killing', message === '' ? plan.messages.stopping : message, pod);
    let left = graceUs ?? this.#graceUs(pod);
    if (plan.preStop !== undefined && left > 0) {
      const begun = this.#engine.now;
      yield* this.#hook(pod, row, index, left);
      left -= wholeSeconds(this.#engine.now - begun);
    }
    if (order !== undefined && left > 0) {
      const begun = this.#engine.now;
      yield* order.turn(index, this.#tasks.current, left);
      left -= wholeSeconds(this.#engine.now - begun);
    }
    yield* this.#stop(pod, row, Math.max(MINIMUM_GRACE_US, left));
  }

  /** What is left of it goes to the containers of a pod that is being deleted; others have the grace of their spec. */
  #graceUs(pod: PodRow): number {
    const { pods } = this.#state;
    const heard = this.#runtimes.deleted[pod] === 1;
    return heard && pods.graceUs[pod] > 0 ? pods.graceUs[pod] : this.#runtimes.planOf(pod).graceUs;
  }

  /** Waits for the hook, but no longer than the grace: a command goes on by itself. */
  *#hook(pod: PodRow, row: ContainerRow, index: number, leftUs: number): Task {
    const takes = this.#runtime.hookUs(row, pod, 'preStop');
    const { error } = this.#runtime;
    const command = this.#runtimes.planOf(pod).containers[index].preStop?.command;
    if (command === undefined) {
      yield Math.min(takes, leftUs);
      return;
    }
    const waiter = this.#tasks.current;
    let waits = true;
    this.#tasks.start(
      pod,
      this.#command(pod, row, takes, command.join(' '), error, () => {
        if (waits) this.#tasks.wake(waiter);
      }),
    );
    yield leftUs;
    waits = false;
  }

  /** A command in a container, which ends with it. */
  *#command(pod: PodRow, row: ContainerRow, us: number, command: string, error: string, done: () => void): Task {
    const run = this.#runtimes.runs[row];
    const begun = this.#engine.now;
    if (us > 0 && run?.running === true) {
      this.await(row, this.#tasks.current);
      yield us;
      this.forget(row, this.#tasks.current);
    }
    this.#log?.executed(row, run?.attempt ?? 0, command, this.#engine.now - begun);
    if (error !== '' || run?.running !== true)
      this.#events.pod('Warning', 'FailedPreStopHook', 'PreStopHook failed', pod);
    done();
  }

  *#stop(pod: PodRow, row: ContainerRow, timeoutUs: number): Task {
    const run = this.#runtimes.runs[row];
    if (run === undefined) return;
    const begun = this.#engine.now;
    this.#log?.stopping(row, run.attempt, timeoutUs);
    if (run.running) {
      this.#runtime.terminate(row, pod);
      // What drains may have ended already.
      if (this.#runtimes.runs[row] === run && this.#runtimes.isRunning(row)) {
        this.await(row, this.#tasks.current);
        yield timeoutUs;
        this.forget(row, this.#tasks.current);
        if (this.#runtimes.isRunning(row)) this.exited(row, pod, EXIT_OF_SIGKILL);
      }
    }
    this.#log?.stopped(row, run.attempt, this.#engine.now - begun);
  }

  /** A process has ended, by itself or not. */
  exited(row: ContainerRow, pod: PodRow, exitCode: number, reason?: string): void {
    const run = this.#runtimes.runs[row];
    if (run?.running !== true) return;
    run.end(this.#engine.now, exitCode, reason);
    if (reason === 'OOMKilled') this.#state.nodeHistory.add('oomKills', this.#engine.now);
    this.#runtimes.generation[row] += 1;
    this.#runtime.gone(row, pod);
    this.#relist.changed(pod);
    this.#relist.book(pod);
    this.ended(row);
  }
}

function wholeSeconds(us: number): number {
  return Math.floor(us / 1e6) * 1e6;
}
