// The hook that a container runs after its start: how long it takes, what it says, and what becomes of the container when it fails.
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ContainerStops } from './container-stops.ts';
import type { PodEvents } from './pod-events.ts';
import type { Relist } from './relist.ts';
import type { Run } from './run.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import type { StartFailure } from './start-failure.ts';
import type { Task, Tasks } from './tasks.ts';

interface HookParts {
  readonly state: ClusterState;
  readonly runtime: ContainerRuntime;
  readonly stops: ContainerStops;
  readonly events: PodEvents;
  readonly log: RuntimeLog | undefined;
}

export class PostStartHooks {
  readonly #parts: HookParts;
  readonly #ended: (pod: PodRow, row: ContainerRow, failure: StartFailure | undefined) => void;
  #tasks!: Tasks;
  #relist!: Relist;

  /** `ended` hears of the end of each hook. */
  constructor(parts: HookParts, ended: (pod: PodRow, row: ContainerRow, failure: StartFailure | undefined) => void) {
    this.#parts = parts;
    this.#ended = ended;
  }

  join(tasks: Tasks, relist: Relist): void {
    this.#tasks = tasks;
    this.#relist = relist;
  }

  begin(pod: PodRow, row: ContainerRow, plan: ContainerPlan, run: Run): void {
    this.#tasks.start(pod, this.#run(pod, row, plan, run));
  }

  *#run(pod: PodRow, row: ContainerRow, plan: ContainerPlan, run: Run): Task {
    const { events, runtime, log, stops, state } = this.#parts;
    const us = runtime.hookUs(row, pod, 'postStart');
    let { error } = runtime;
    const command = plan.postStart?.command;
    if (us > 0) yield* this.#while(pod, row, run, us, command !== undefined);
    if (command !== undefined) {
      log?.executed(row, run.attempt, command.join(' '), us);
      // A command ends with the container in which it runs.
      if (error === '' && !run.running) error = `command '${command.join(' ')}' exited with 137: , message: ""`;
    }
    if (error === '') {
      this.#ended(pod, row, undefined);
      return;
    }
    const namespace = state.identities.namespace(state.pods.identity[pod]);
    const what = command === undefined ? 'HTTP lifecycle hook' : `Exec lifecycle hook ([${command.join(' ')}])`;
    const where = `Container "${plan.name}" in Pod "${state.podName(pod)}_${namespace}(${state.podUid(pod)})"`;
    events.pod('Warning', 'FailedPostStartHook', 'PostStartHook failed', pod);
    yield* stops.container(pod, row, 'FailedPostStartHook', undefined);
    this.#ended(pod, row, { reason: 'PostStartHookError', message: `${what} for ${where} failed - error: ${error}` });
  }

  /** Waits for a hook, which ends with the process in which it runs. */
  *#while(pod: PodRow, row: ContainerRow, run: Run, us: number, inside: boolean): Task {
    this.#relist.book(pod);
    if (inside && run.running) this.#parts.stops.await(row, this.#tasks.current);
    yield us;
    this.#parts.stops.forget(row, this.#tasks.current);
  }
}
