// Hot dialect: makes a pod's sandbox and starts its containers one after the other (the second half of kuberuntime's SyncPod). A wait is an event; how far a pod is stands in columns.
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ConfigReferences } from './config-references.ts';
import type { ContainerStops } from './container-stops.ts';
import { CrashBackOffs } from './crash-back-offs.ts';
import type { CrashLoopBackOff } from './crash-loop-backoff.ts';
import { ContainerImages } from './images/container-images.ts';
import type { Images } from './images/images.ts';
import type { PullResult } from './images/node-pulls.ts';
import type { PullSecrets } from './images/pull-secrets.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRuntimes, Sandbox } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import { PostStartHooks } from './post-start-hooks.ts';
import type { Relist } from './relist.ts';
import { Run } from './run.ts';
import type { ContainerRuntime, RuntimeLog } from './runtime.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import type { StartFailure } from './start-failure.ts';
import type { StatusWriter } from './status-writer.ts';
import type { PodActions } from './sync-actions.ts';
import type { Tasks } from './tasks.ts';

/** A sync that failed is tried again after this (`backOffPeriod`), and one that only waits for a crash back-off no later than this. */
const SYNC_BACKOFF_US = 10e6;
const LONGEST_BACKOFF_US = 60e6;
/** What a runtime reports of a container that could not be started. */
const START_ERROR = 128;

export interface StartParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly images: Images;
  readonly secrets: PullSecrets;
  readonly statuses: PodStatuses;
  readonly status: StatusWriter;
  readonly references: ConfigReferences;
  readonly stops: ContainerStops;
  readonly events: PodEvents;
  readonly backOff: CrashLoopBackOff;
  readonly log: RuntimeLog | undefined;
}

export class PodStarts {
  readonly #parts: StartParts;
  readonly #images: ContainerImages;
  readonly #backOffs: CrashBackOffs;
  readonly #hooks: PostStartHooks;
  readonly #done: (pod: PodRow, touched: boolean, retryUs: number) => void;
  #relist!: Relist;
  // By pod row.
  /** What is to be done, and how many of its starts have been dealt with. */
  readonly #actions: (PodActions | undefined)[] = [];
  #dealtWith = new Int32Array(0);
  /** The container that is being started, as it was when that began. */
  readonly #plans: (ContainerPlan | undefined)[] = [];
  /** 1: the runtime was asked to do something. */
  #touched = new Uint8Array(0);
  /** How long the call takes that the pod waits for. */
  #callUs = new Float64Array(0);
  /** Of the few calls that fail: why. */
  readonly #callErrors = new Map<PodRow, string>();
  /** Of pods of which a container was not started: when the first of its crash back-offs is over, Infinity without one. */
  readonly #untilUs = new Map<PodRow, number>();
  /** Pulls that ended while the pod's kubelet was stopped. */
  readonly #pulls = new Map<PodRow, PullResult>();
  readonly #onSandbox: number;
  readonly #onPulled: number;
  readonly #onCreated: number;
  readonly #onStarted: number;

  /** `done` hears how each ended: whether the runtime was asked for anything, and when it is to be tried again, -1 for not. */
  constructor(parts: StartParts, done: (pod: PodRow, touched: boolean, retryUs: number) => void) {
    const { engine, state, runtimes, events } = parts;
    this.#parts = parts;
    this.#done = done;
    this.#images = new ContainerImages(engine, state, parts.images, parts.secrets, events);
    this.#backOffs = new CrashBackOffs(engine, state, runtimes, events, parts.backOff);
    this.#hooks = new PostStartHooks(parts, (pod, row, failure) => this.#goOn(pod, row, failure));
    this.#onSandbox = runtimes.podKind('kubelet.sandbox', (pod) => this.#sandboxMade(pod));
    this.#onPulled = runtimes.podKind('kubelet.pulled', (pod) => this.#pulledMeanwhile(pod));
    this.#onCreated = runtimes.podKind('kubelet.created', (pod) => this.#created(pod, this.#rowOf(pod)));
    this.#onStarted = runtimes.podKind('kubelet.started', (pod) => this.#started(pod, this.#rowOf(pod)));
  }

  join(tasks: Tasks, relist: Relist): void {
    this.#relist = relist;
    this.#hooks.join(tasks, relist);
  }

  /** The row has another pod. */
  forget(pod: PodRow): void {
    this.#images.forget(pod);
  }

  /** Does what is to be done beside stopping; `touched`: something has been stopped. */
  begin(pod: PodRow, actions: PodActions, touched: boolean): void {
    this.#ensure(pod);
    this.#actions[pod] = actions;
    this.#dealtWith[pod] = 0;
    this.#touched[pod] = touched ? 1 : 0;
    if (this.#untilUs.size > 0) this.#untilUs.delete(pod);
    if (this.#callErrors.size > 0) this.#callErrors.delete(pod);
    if (this.#pulls.size > 0) this.#pulls.delete(pod);
    if (!actions.makeSandbox) {
      this.#startNext(pod);
      return;
    }
    const { runtime, runtimes, engine } = this.#parts;
    const us = this.#call(pod, runtime.sandboxUs(pod));
    if (us === 0) this.#sandboxMade(pod);
    else {
      this.#relist.book(pod);
      engine.after(us, this.#onSandbox, pod, runtimes.step[pod]);
    }
  }

  /** A pull that a container waits for has ended; `step` is the pod's when it began. */
  pulled(row: ContainerRow, step: number, result: PullResult): void {
    const { runtimes, log } = this.#parts;
    const pod = runtimes.podOf[row];
    if (log !== undefined) log.pulled(this.#plans[pod]!.image, pod, result.us);
    if (runtimes.step[pod] !== step) return;
    if (runtimes.holds(pod, this.#onPulled, pod, step)) this.#pulls.set(pod, result);
    else this.#judgePull(pod, row, result);
  }

  #pulledMeanwhile(pod: PodRow): void {
    const result = this.#pulls.get(pod);
    this.#pulls.delete(pod);
    if (result !== undefined) this.#judgePull(pod, this.#rowOf(pod), result);
  }

  #sandboxMade(pod: PodRow): void {
    const { runtimes, state, statuses, status, events, log } = this.#parts;
    const { pods } = state;
    const error = this.#takeError(pod);
    const attempt = runtimes.sandboxAttempt[pod];
    log?.sandbox(pod, attempt, this.#callUs[pod]);
    if (error !== '') {
      if (pods.startedAt[pod] < 0 && pods.alive[pod] === 1) status.write(pod, pods.node[pod]);
      events.pod('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error}`, pod);
      this.#end(pod, false, SYNC_BACKOFF_US);
      return;
    }
    runtimes.sandbox[pod] = Sandbox.Ready;
    runtimes.sandboxAttempt[pod] = attempt + 1;
    this.#relist.changed(pod);
    if (statuses.sandboxReady(pod) && pods.alive[pod] === 1) status.write(pod, pods.node[pod]);
    this.#touched[pod] = 1;
    this.#startNext(pod);
  }

  #startNext(pod: PodRow): void {
    const starts = this.#actions[pod]?.starts;
    if (starts === undefined) return;
    if (this.#dealtWith[pod] === starts.length) this.#finish(pod);
    else this.#start(pod, this.#rowOf(pod));
  }

  #start(pod: PodRow, row: ContainerRow): void {
    const { images, secrets, state, runtimes } = this.#parts;
    const plan = runtimes.planOf(pod).containers[row - state.pods.firstContainer[pod]];
    this.#plans[pod] = plan;
    const isPresent = this.#images.isPresent(pod, plan);
    const failure = this.#backOffs.failure(pod, row, plan) ?? this.#images.failure(pod, plan, isPresent);
    if (failure !== undefined) this.#goOn(pod, row, failure);
    else if (isPresent) this.#create(pod, row, plan);
    else {
      this.#relist.book(pod);
      images.pull(plan.image, secrets.hasOne(pod), state.pods.node[pod], row, runtimes.step[pod]);
    }
  }

  #judgePull(pod: PodRow, row: ContainerRow, result: PullResult): void {
    const plan = this.#plans[pod]!;
    const failure = this.#images.pulled(pod, plan, result);
    if (failure === undefined) this.#create(pod, row, plan);
    else this.#goOn(pod, row, failure);
  }

  #create(pod: PodRow, row: ContainerRow, plan: ContainerPlan): void {
    const { engine, events, references, runtime, runtimes } = this.#parts;
    const missing = references.configError(pod, plan.container);
    if (missing !== undefined) {
      events.pod('Warning', 'Failed', `Error: ${missing}`, pod);
      this.#goOn(pod, row, { reason: 'CreateContainerConfigError', message: missing });
      return;
    }
    const us = this.#call(pod, runtime.createUs(row, pod));
    if (us === 0) {
      this.#created(pod, row);
      return;
    }
    // A sync sees what has been started meanwhile at the next look at all pods.
    this.#relist.book(pod, us);
    engine.after(us, this.#onCreated, pod, runtimes.step[pod]);
  }

  #created(pod: PodRow, row: ContainerRow): void {
    const { engine, events, log, runtime, runtimes } = this.#parts;
    log?.created(row, this.#nextAttempt(row), this.#callUs[pod]);
    const error = this.#takeError(pod);
    if (error !== '') {
      events.pod('Warning', 'Failed', `Error: ${error}`, pod);
      this.#goOn(pod, row, { reason: 'CreateContainerError', message: error });
      return;
    }
    events.pod('Normal', 'Created', 'Container created', pod);
    runtimes.generation[row] += 1;
    const us = this.#call(pod, runtime.startUs(row, pod));
    if (us === 0) {
      this.#started(pod, row);
      return;
    }
    this.#relist.book(pod, us);
    engine.after(us, this.#onStarted, pod, runtimes.step[pod]);
  }

  #started(pod: PodRow, row: ContainerRow): void {
    const { engine, events, log, runtime, runtimes, state } = this.#parts;
    const { now } = engine;
    const plan = this.#plans[pod]!;
    const error = this.#takeError(pod);
    const attempt = this.#nextAttempt(row);
    const run = new Run(attempt, runtimes.sandboxAttempt[pod], error === '' ? now : -1, runtimes.runs[row]);
    const { image } = runtimes.planOf(pod).containers[row - state.pods.firstContainer[pod]];
    runtimes.begins(row, run, plan.image, image);
    this.#relist.changed(pod);
    log?.started(row, attempt, this.#callUs[pod]);
    if (error !== '') {
      run.end(now, START_ERROR, 'StartError');
      events.pod('Warning', 'Failed', `Error: ${error}`, pod);
      this.#goOn(pod, row, { reason: 'RunContainerError', message: error });
      return;
    }
    runtime.begin(row, pod, attempt);
    events.pod('Normal', 'Started', 'Container started', pod);
    if (plan.postStart === undefined) this.#goOn(pod, row, undefined);
    else this.#hooks.begin(pod, row, plan, run);
  }

  /** The container has been started, or not: on to the next one. */
  #goOn(pod: PodRow, row: ContainerRow, failure: StartFailure | undefined): void {
    this.#touched[pod] = 1;
    this.#dealtWith[pod] += 1;
    // Kubelet's reason cache.
    const { troubles } = this.#parts.statuses;
    if (failure === undefined) {
      if (troubles.size > 0) troubles.delete(row);
    } else {
      const { reason, message, untilUs = Infinity } = failure;
      troubles.set(row, { reason, message });
      this.#untilUs.set(pod, Math.min(untilUs, this.#untilUs.get(pod) ?? Infinity));
    }
    this.#startNext(pod);
  }

  #finish(pod: PodRow): void {
    const touched = this.#touched[pod] === 1;
    const untilUs = this.#untilUs.size === 0 ? undefined : this.#untilUs.get(pod);
    if (untilUs === undefined) {
      this.#end(pod, touched, -1);
      return;
    }
    this.#untilUs.delete(pod);
    const leftUs = untilUs === Infinity ? SYNC_BACKOFF_US : untilUs - this.#parts.engine.now;
    this.#end(pod, touched, Math.min(LONGEST_BACKOFF_US, Math.max(0, leftUs)));
  }

  #end(pod: PodRow, touched: boolean, retryUs: number): void {
    this.#actions[pod] = undefined;
    this.#done(pod, touched, retryUs);
  }

  /** Notes a call to the runtime, which has said why it fails; gives how long it takes. */
  #call(pod: PodRow, us: number): number {
    const { error } = this.#parts.runtime;
    this.#callUs[pod] = us;
    if (error !== '') this.#callErrors.set(pod, error);
    return us;
  }

  #takeError(pod: PodRow): string {
    if (this.#callErrors.size === 0) return '';
    const error = this.#callErrors.get(pod) ?? '';
    this.#callErrors.delete(pod);
    return error;
  }

  #nextAttempt(row: ContainerRow): number {
    const run = this.#parts.runtimes.runs[row];
    if (run === undefined) return 0;
    return run.isRemoved ? run.attempt : run.attempt + 1;
  }

  /** The container that the pod is at. */
  #rowOf(pod: PodRow): ContainerRow {
    const index = this.#actions[pod]!.starts[this.#dealtWith[pod]];
    return (this.#parts.state.pods.firstContainer[pod] + index) as ContainerRow;
  }

  #ensure(pod: PodRow): void {
    if (pod < this.#dealtWith.length) return;
    const { capacity } = this.#parts.state.pods;
    this.#dealtWith = grown(this.#dealtWith, capacity);
    this.#touched = grown(this.#touched, capacity);
    this.#callUs = grown(this.#callUs, capacity);
    // Filled in order: an array that is written to far behind its end becomes a slow one.
    while (this.#actions.length < capacity) this.#actions.push(undefined);
    while (this.#plans.length < capacity) this.#plans.push(undefined);
  }
}
