// Starts a container: its back-off, its image, its configuration, create, start, and the hook after it (kuberuntime's startContainer).
import type { Engine } from '../engine/engine.ts';
import type { ContainerReason } from '../model/containers.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ConfigReferences } from './config-references.ts';
import type { ContainerStops } from './container-stops.ts';
import { type CrashLoopBackOff, nextBackoffUs } from './crash-loop-backoff.ts';
import { duration } from './durations.ts';
import { ImageBackOff } from './images/image-back-off.ts';
import type { Images } from './images/images.ts';
import type { PullResult } from './images/node-pulls.ts';
import type { PullSecrets } from './images/pull-secrets.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Relist } from './relist.ts';
import { Run } from './run.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import { type Task, type Tasks, UNTIL_WOKEN } from './tasks.ts';

/** A container whose last start decision is older has no back-off any more: the kubelet has cleaned it up. */
const FORGOTTEN_US = 600e6;
/** Of a pull of whose end nothing was heard. */
const NOT_PULLED: PullResult = { error: '', us: 0, waitedUs: 0 };
/** What a runtime reports of a container that could not be started. */
const START_ERROR = 128;

/** Why a container was not started; a crash back-off says when it will be over, µs. */
interface Failure {
  readonly reason: ContainerReason;
  readonly message: string;
  readonly untilUs?: number;
}

export interface StartParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly images: Images;
  readonly secrets: PullSecrets;
  readonly statuses: PodStatuses;
  readonly references: ConfigReferences;
  readonly stops: ContainerStops;
  readonly events: PodEvents;
  readonly backOff: CrashLoopBackOff;
  readonly log: RuntimeLog | undefined;
}

export class ContainerStarts {
  readonly #parts: StartParts;
  readonly #imageBackOff = new ImageBackOff();
  /** What was said last of a pull: where images are there, all take as long. */
  readonly #pulledMessages = new Map<
    ContainerPlan,
    { readonly us: number; readonly waitedUs: number; readonly message: string }
  >();
  #tasks!: Tasks;
  #relist!: Relist;

  constructor(parts: StartParts) {
    this.#parts = parts;
  }

  join(tasks: Tasks, relist: Relist): void {
    this.#tasks = tasks;
    this.#relist = relist;
  }

  forget(pod: PodRow): void {
    this.#imageBackOff.forget(pod);
  }

  /** Returns undefined when the container has been started, else why not. */
  *start(pod: PodRow, row: ContainerRow): Task<Failure | undefined> {
    // All waits of a start without a hook are here: a generator inside another costs every container.
    const { runtime, runtimes, state } = this.#parts;
    const plan = runtimes.planOf(pod).containers[row - state.pods.firstContainer[pod]];
    let failure = this.#backOff(pod, row, plan) ?? this.#imageFailure(pod, plan);
    if (failure !== undefined) return failure;
    if (!this.#hasImage(pod, plan)) {
      const pulling = this.#pull(pod, plan.image);
      yield UNTIL_WOKEN;
      failure = this.#pulled(pod, plan, pulling.result ?? NOT_PULLED);
      if (failure !== undefined) return failure;
    }
    failure = this.#configFailure(pod, plan);
    if (failure !== undefined) return failure;
    const createUs = runtime.createUs(row, pod);
    const createError = runtime.error;
    // A sync sees what has been started meanwhile at the next look at all pods.
    if (createUs > 0) {
      this.#relist.book(pod, createUs);
      yield createUs;
    }
    failure = this.#created(pod, row, createUs, createError);
    if (failure !== undefined) return failure;
    const startUs = runtime.startUs(row, pod);
    const startError = runtime.error;
    if (startUs > 0) {
      this.#relist.book(pod, startUs);
      yield startUs;
    }
    failure = this.#started(pod, row, startUs, startError);
    const run = runtimes.runs[row];
    if (failure !== undefined || plan.postStart === undefined || run === undefined) return failure;
    return yield* this.#postStart(pod, row, plan, run);
  }

  /** Keeps why the container was not started, or that it was (kubelet's reason cache). */
  remember(row: ContainerRow, failure: Failure | undefined): void {
    const { troubles } = this.#parts.statuses;
    if (failure !== undefined) troubles.set(row, { reason: failure.reason, message: failure.message });
    else if (troubles.size > 0) troubles.delete(row);
  }

  #backOff(pod: PodRow, row: ContainerRow, { name }: ContainerPlan): Failure | undefined {
    const { runtimes, engine, backOff, events, state } = this.#parts;
    const seen = runtimes.seen[row];
    // The newest run that was seen to have ended.
    const dead = runtimes.seenRunning[row] === 1 ? seen?.previous : seen;
    if (dead === undefined) return undefined;
    const { now } = engine;
    const { backOffs } = runtimes;
    const decided = backOffs.get(row);
    const current = decided !== undefined && now - decided.at <= FORGOTTEN_US ? decided : undefined;
    const holds =
      current !== undefined && dead.finishedAt - current.at <= FORGOTTEN_US && now - dead.finishedAt < current.us;
    if (!holds) {
      backOffs.set(row, {
        us: nextBackoffUs(current?.us ?? 0, current?.at ?? 0, dead.finishedAt, backOff),
        at: now,
      });
      return undefined;
    }
    const { namespace } = state.classes.get(state.pods.podClass[pod]);
    const whose = `${state.podName(pod)}_${namespace}(${state.podUid(pod)})`;
    events.pod('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${whose}`, pod);
    return {
      reason: 'CrashLoopBackOff',
      message: `back-off ${duration(current.us)} restarting failed container=${name} pod=${whose}`,
      untilUs: dead.finishedAt + current.us,
    };
  }

  /** One of a private registry that was pulled with a secret is for pods that have one (`NeverVerifyPreloadedImages`). */
  #hasImage(pod: PodRow, { image, pullAlways, isPrivate }: ContainerPlan): boolean {
    const { images, secrets, state } = this.#parts;
    if (pullAlways || !images.isPresent(image, state.pods.node[pod])) return false;
    return !isPrivate || images.isCached(image) || secrets.hasOne(pod);
  }

  /** Why the image can be neither used nor pulled now; says so if it is there, and if it will be pulled. */
  #imageFailure(pod: PodRow, plan: ContainerPlan): Failure | undefined {
    const { events, engine } = this.#parts;
    const { image, imageNameError, messages } = plan;
    if (imageNameError !== undefined) {
      events.pod('Warning', 'InspectFailed', imageNameError, pod);
      return this.#failed(pod, 'InvalidImageName', imageNameError);
    }
    if (this.#hasImage(pod, plan)) {
      events.pod('Normal', 'Pulled', messages.present, pod);
      return undefined;
    }
    if (plan.pullNever) {
      events.pod('Warning', 'ErrImageNeverPull', messages.neverPulled, pod);
      return this.#failed(pod, 'ErrImageNeverPull', messages.neverPulled);
    }
    const held = this.#imageBackOff.holds(pod, image, engine.now);
    if (held !== undefined) {
      const message = `Back-off pulling image "${image}"`;
      events.pod('Normal', 'BackOff', message, pod);
      return this.#failed(pod, 'ImagePullBackOff', `${message}: ErrImagePull: ${held}`);
    }
    events.pod('Normal', 'Pulling', messages.pulling, pod);
    return undefined;
  }

  #pulled(pod: PodRow, plan: ContainerPlan, { error, us, waitedUs }: PullResult): Failure | undefined {
    const { events, engine } = this.#parts;
    const { image } = plan;
    if (error === '') {
      events.pod('Normal', 'Pulled', this.#pulledMessage(plan, us, waitedUs), pod);
      return undefined;
    }
    this.#imageBackOff.failed(pod, image, engine.now, error);
    events.pod('Warning', 'Failed', `Failed to pull image "${image}": ${error}`, pod);
    return this.#failed(pod, 'ErrImagePull', error);
  }

  #pulledMessage(plan: ContainerPlan, us: number, waitedUs: number): string {
    const last = this.#pulledMessages.get(plan);
    if (last !== undefined && last.us === us && last.waitedUs === waitedUs) return last.message;
    const took = `in ${duration(milliseconds(us))} (${duration(milliseconds(waitedUs))} including waiting)`;
    const size = `Image size: ${plan.imageSizeBytes} bytes.`;
    const message = `Successfully pulled image "${plan.image}" ${took}. ${size}`;
    this.#pulledMessages.set(plan, { us, waitedUs, message });
    return message;
  }

  /** Wakes the task when the pull has ended. */
  #pull(pod: PodRow, image: string): { readonly result: PullResult | undefined } {
    const { images, secrets, state, log } = this.#parts;
    const task = this.#tasks.current;
    const pulling: { result: PullResult | undefined } = { result: undefined };
    this.#relist.book(pod);
    images.pull(image, secrets.hasOne(pod), state.pods.node[pod], (ended) => {
      pulling.result = ended;
      log?.pulled(image, pod, ended.us);
      this.#tasks.wake(task);
    });
    return pulling;
  }

  #configFailure(pod: PodRow, plan: ContainerPlan): Failure | undefined {
    const { references, events } = this.#parts;
    const missing = references.configError(pod, plan.container);
    if (missing === undefined) return undefined;
    events.pod('Warning', 'Failed', `Error: ${missing}`, pod);
    return { reason: 'CreateContainerConfigError', message: missing };
  }

  #created(pod: PodRow, row: ContainerRow, us: number, error: string): Failure | undefined {
    const { events, log, runtimes } = this.#parts;
    const attempt = this.#nextAttempt(row);
    log?.created(row, attempt, us);
    if (error !== '') {
      events.pod('Warning', 'Failed', `Error: ${error}`, pod);
      return { reason: 'CreateContainerError', message: error };
    }
    events.pod('Normal', 'Created', 'Container created', pod);
    runtimes.generation[row] += 1;
    return undefined;
  }

  #started(pod: PodRow, row: ContainerRow, us: number, error: string): Failure | undefined {
    const { events, runtime, log, runtimes, engine } = this.#parts;
    const attempt = this.#nextAttempt(row);
    const run = new Run(attempt, runtimes.sandboxAttempt[pod], error === '' ? engine.now : -1, runtimes.runs[row]);
    runtimes.begins(row, run);
    this.#relist.changed(pod);
    log?.started(row, attempt, us);
    if (error !== '') {
      run.end(engine.now, START_ERROR, 'StartError');
      events.pod('Warning', 'Failed', `Error: ${error}`, pod);
      return { reason: 'RunContainerError', message: error };
    }
    runtime.begin(row, pod, attempt);
    events.pod('Normal', 'Started', 'Container started', pod);
    return undefined;
  }

  *#postStart(pod: PodRow, row: ContainerRow, plan: ContainerPlan, run: Run): Task<Failure | undefined> {
    const { events, runtime, log, stops } = this.#parts;
    const us = runtime.hookUs(row, pod, 'postStart');
    let { error } = runtime;
    const command = plan.postStart?.command;
    if (us > 0) yield* this.#while(pod, row, run, us, command !== undefined);
    if (command !== undefined) {
      log?.executed(row, run.attempt, command.join(' '), us);
      // A command ends with the container in which it runs.
      if (error === '' && !run.running) error = `command '${command.join(' ')}' exited with 137: , message: ""`;
    }
    if (error === '') return undefined;
    const { state } = this.#parts;
    const { namespace } = state.classes.get(state.pods.podClass[pod]);
    const what = command === undefined ? 'HTTP lifecycle hook' : `Exec lifecycle hook ([${command.join(' ')}])`;
    const where = `Container "${plan.name}" in Pod "${state.podName(pod)}_${namespace}(${state.podUid(pod)})"`;
    events.pod('Warning', 'FailedPostStartHook', 'PostStartHook failed', pod);
    yield* stops.container(pod, row, 'FailedPostStartHook', undefined);
    return { reason: 'PostStartHookError', message: `${what} for ${where} failed - error: ${error}` };
  }

  /** Waits for a hook, which ends with the process in which it runs. */
  *#while(pod: PodRow, row: ContainerRow, run: Run, us: number, inside: boolean): Task {
    this.#relist.book(pod);
    if (inside && run.running) this.#parts.stops.await(row, this.#tasks.current);
    yield us;
    this.#parts.stops.forget(row, this.#tasks.current);
  }

  #failed(pod: PodRow, reason: ContainerReason, message: string): Failure {
    this.#parts.events.pod('Warning', 'Failed', `Error: ${reason}`, pod);
    return { reason, message };
  }

  #nextAttempt(row: ContainerRow): number {
    return (this.#parts.runtimes.runs[row]?.attempt ?? -1) + 1;
  }
}

function milliseconds(us: number): number {
  return Math.floor(us / 1e3) * 1e3;
}
