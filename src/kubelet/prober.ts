// Hot dialect: the probe workers of containers: when each asks, what it counts, and what that leads to (kubelet's prober package).
import type { Engine } from '../engine/engine.ts';
import { grown } from '../model/columns.ts';
import { ContainerState } from '../model/containers.ts';
import { isTerminal } from '../model/pods.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';
import type { Health } from './pod-status.ts';
import { FAILURE, KINDS, LIVENESS, READINESS, STARTUP, SUCCESS, UNKNOWN } from './probe-kinds.ts';
import type { ProbePlan } from './probe-plan.ts';
import type { ProbeVerdicts } from './probe-verdicts.ts';
import { type ContainerRuntime, probeNames } from './runtime.ts';

const CANCELED = 'rpc error: code = Canceled desc = context canceled';

/** What a worker does at a tick. */
const Next = { Ask: 0, Skip: 1, Rest: 2, Stop: 3 } as const;

/** What `#asks` is before a worker's first look. */
const SLEEPS = 2;

/** A worker is a slot: `3 * row + kind`. Its ticks are a grid: `anchor` + n · period. */
export class Prober implements Health {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #runtime: ContainerRuntime;
  readonly #verdicts: ProbeVerdicts;
  readonly #startedAtUs: (pod: PodRow) => number;
  /** 1: there is a worker. */
  #on = new Uint8Array(0);
  #anchor = new Float64Array(0);
  /** Up to when its ticks have been taken. */
  #taken = new Float64Array(0);
  /** When its next event is booked; -1 for none. Events at another time are stale. */
  #booked = new Float64Array(0);
  /** Not 0 while it waits for an answer. */
  #asks = new Uint8Array(0);
  /** 1: it was asked to look at once while it waited for an answer. */
  #triggered = new Uint8Array(0);
  #onHold = new Uint8Array(0);
  /** The result by which others go, of the run whose attempt stands beside it. */
  #result = new Uint8Array(0);
  #attempt = new Int32Array(0);
  /** Answers of one kind in a row. */
  #last = new Uint8Array(0);
  #inARow = new Int32Array(0);
  /** The answer that is on its way. */
  #answer = new Uint8Array(0);
  readonly #onTick: number;
  readonly #onAnswer: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    runtime: ContainerRuntime,
    verdicts: ProbeVerdicts,
    kubeletStartedUs: (pod: PodRow) => number,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#runtime = runtime;
    this.#verdicts = verdicts;
    this.#startedAtUs = kubeletStartedUs;
    this.#onTick = engine.kind('kubelet.probe', (slot, half) => this.#tick(slot, half));
    this.#onAnswer = engine.kind('kubelet.probed', (slot, half) => this.#answered(slot, half));
  }

  /** Begins the workers of a pod, if it has probes, at its first sync that comes as far as the runtime. */
  addPod(pod: PodRow): void {
    const plan = this.#runtimes.planOf(pod);
    if (!plan.isProbed) return;
    const first = this.#state.pods.firstContainer[pod];
    this.#ensure();
    for (let index = 0; index < plan.containers.length; index += 1) {
      const { probes, init, sidecar } = plan.containers[index];
      if (init && !sidecar) continue;
      for (let kind = 0; kind < KINDS; kind += 1) {
        const slot = KINDS * (first + index) + kind;
        if (probes[kind].periodUs > 0 && this.#on[slot] === 0) this.#begin(slot, pod, probes[kind]);
      }
    }
  }

  #begin(slot: number, pod: PodRow, { periodUs }: ProbePlan): void {
    const { now } = this.#engine;
    this.#on[slot] = 1;
    this.#asks[slot] = 0;
    this.#triggered[slot] = 0;
    this.#onHold[slot] = 0;
    this.#result[slot] = UNKNOWN;
    this.#attempt[slot] = -1;
    this.#last[slot] = UNKNOWN;
    this.#inARow[slot] = 0;
    // The probes of a kubelet that has just started are spread.
    const young = now - this.#startedAtUs(pod) < periodUs;
    const wait = young ? Math.round(this.#runtimes.uniform() * periodUs) : 0;
    this.#anchor[slot] = now + wait;
    this.#taken[slot] = now + wait;
    this.#booked[slot] = -1;
    if (wait > 0) this.#asks[slot] = SLEEPS;
    // Others are woken when their container runs; that one has ended is found at once.
    const hasEnded = this.#state.containers.state[Math.floor(slot / KINDS)] === ContainerState.Terminated;
    if (wait > 0 || hasEnded) this.#book(slot, now + wait);
  }

  /** The container has run since before the simulation began: what its probes had found of the run that it is in. */
  find(row: ContainerRow, ready: boolean): void {
    if (KINDS * row >= this.#on.length) return;
    for (let slot = KINDS * row; slot < KINDS * row + KINDS; slot += 1) {
      this.#attempt[slot] = this.#state.containers.restarts[row];
      this.#result[slot] = slot % KINDS !== READINESS || ready ? SUCCESS : FAILURE;
      this.#last[slot] = this.#result[slot];
      this.#inARow[slot] = 1;
    }
  }

  /** No worker of the pod asks any more. While it ends only liveness and startup of its regular containers (`livenessOnly`) are not asked. */
  removePod(pod: PodRow, livenessOnly: boolean): void {
    const first = this.#state.pods.firstContainer[pod];
    const { containers, inits } = this.#runtimes.planOf(pod);
    const end = KINDS * (first + containers.length);
    if (end > this.#on.length) return;
    for (let slot = KINDS * (livenessOnly ? first + inits : first); slot < end; slot += 1) {
      if (livenessOnly && slot % KINDS === READINESS) continue;
      this.#on[slot] = 0;
      this.#booked[slot] = -1;
    }
  }

  /** The pod is to end: the commands of probes that are under way are cancelled. */
  cancel(pod: PodRow): void {
    const first = this.#state.pods.firstContainer[pod];
    const count = this.#runtimes.planOf(pod).containers.length;
    if (KINDS * (first + count) > this.#on.length) return;
    for (let slot = KINDS * first; slot < KINDS * (first + count); slot += 1) {
      if (this.#on[slot] === 0 || this.#asks[slot] !== 1 || this.#planOf(slot).command === undefined) continue;
      this.#asks[slot] = 0;
      this.#booked[slot] = -1;
      this.#outputs.delete(slot);
      this.#err(slot, Math.floor(slot / KINDS) as ContainerRow, pod, slot % KINDS, this.#planOf(slot), CANCELED);
    }
  }

  // What the rest of the kubelet asks.

  isStarted(row: ContainerRow): boolean {
    const slot = KINDS * row + STARTUP;
    if (slot >= this.#on.length || this.#on[slot] === 0) return true;
    return this.#isOfThisRun(slot, row) && this.#result[slot] === SUCCESS;
  }

  wasReady(row: ContainerRow): boolean {
    const slot = KINDS * row + READINESS;
    if (slot >= this.#on.length || this.#on[slot] === 0) return true;
    return this.#isOfThisRun(slot, row) && this.#result[slot] === SUCCESS;
  }

  isReady(row: ContainerRow): boolean {
    if (this.wasReady(row)) return true;
    this.#trigger(KINDS * row + READINESS);
    return false;
  }

  /** The rows have another pod. */
  forget(pod: PodRow): void {
    this.removePod(pod, false);
  }

  /** Whether its liveness or startup probe wants it killed. */
  failing(row: ContainerRow): 'liveness' | 'startup' | '' {
    if (this.#fails(row, LIVENESS)) return 'liveness';
    return this.#fails(row, STARTUP) ? 'startup' : '';
  }

  #fails(row: ContainerRow, kind: number): boolean {
    const slot = KINDS * row + kind;
    if (slot >= this.#on.length || this.#on[slot] === 0 || this.#result[slot] !== FAILURE) return false;
    return this.#isOfThisRun(slot, row);
  }

  /** The process may answer otherwise from now on, or another one runs: quiet workers go on. */
  resume(row: ContainerRow): void {
    for (let slot = KINDS * row; slot < KINDS * row + KINDS && slot < this.#on.length; slot += 1) {
      if (this.#on[slot] === 0 || this.#booked[slot] >= 0) continue;
      this.#taken[slot] = this.#engine.now;
      this.#bookNext(slot, this.#planOf(slot).periodUs);
    }
  }

  /** Looks at once, and counts the period from now. */
  #trigger(slot: number): void {
    if (this.#asks[slot] !== 0) {
      this.#triggered[slot] = 1;
      return;
    }
    const { now } = this.#engine;
    this.#anchor[slot] = now;
    this.#taken[slot] = now;
    // After the sync that asks for it has reported what it saw.
    this.#book(slot, now);
  }

  // A worker's loop.

  #tick(slot: number, half: number): void {
    const { now } = this.#engine;
    if (this.#on[slot] === 0 || this.#booked[slot] < 0 || this.#booked[slot] > now || this.#asks[slot] === 1) return;
    const row = Math.floor(slot / KINDS) as ContainerRow;
    const pod = this.#runtimes.podOf[row];
    if (this.#runtimes.holds(pod, this.#onTick, slot, half)) return;
    this.#booked[slot] = -1;
    this.#asks[slot] = 0;
    this.#taken[slot] = now;
    const kind = slot % KINDS;
    const plan = this.#planOf(slot);
    switch (this.#next(slot, row, pod, kind, plan)) {
      case Next.Stop:
        this.#on[slot] = 0;
        return;
      case Next.Rest:
        this.#triggered[slot] = 0;
        return;
      case Next.Skip:
        this.#bookNext(slot, plan.periodUs);
        return;
      default:
        this.#ask(slot, row, pod, kind, plan);
    }
  }

  #ask(slot: number, row: ContainerRow, pod: PodRow, kind: number, plan: ProbePlan): void {
    const run = this.#runtimes.runs[row];
    const reported = this.#state.containers.restarts[row];
    if (plan.command !== undefined && (run?.running !== true || run.attempt !== reported)) {
      if (this.#verdicts.isSeenNow(pod)) {
        this.#book(slot, this.#engine.now);
        return;
      }
      const { name } = this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
      this.#err(slot, row, pod, kind, plan, `rpc error: code = Unknown desc = container "${name}" is not running`);
      return;
    }
    // The kubelet's commands in containers end with its wish to have the pod run, what they say is lost (since 1.35).
    if (plan.command !== undefined && this.#runtimes.work[pod] >= Work.Terminating) {
      this.#err(slot, row, pod, kind, plan, CANCELED);
      return;
    }
    const result = this.#runtime.probe(row, pod, probeNames[kind]);
    this.#answer[slot] = result === 'success' ? SUCCESS : result === 'failure' ? FAILURE : UNKNOWN;
    const { probeUs: us, output } = this.#runtime;
    if (us === 0) {
      this.#judge(slot, row, pod, kind, plan, output, 0);
      return;
    }
    this.#asks[slot] = 1;
    this.#booked[slot] = this.#engine.now + us;
    this.#outputs.set(slot, { output, us });
    this.#engine.after(us, this.#onAnswer, slot, slot);
  }

  #err(slot: number, row: ContainerRow, pod: PodRow, kind: number, plan: ProbePlan, output: string): void {
    this.#answer[slot] = UNKNOWN;
    this.#judge(slot, row, pod, kind, plan, output, -1);
  }

  readonly #outputs = new Map<number, { readonly output: string; readonly us: number }>();

  #answered(slot: number, half: number): void {
    if (this.#on[slot] === 0 || this.#asks[slot] !== 1 || this.#booked[slot] > this.#engine.now) return;
    const row = Math.floor(slot / KINDS) as ContainerRow;
    const pod = this.#runtimes.podOf[row];
    if (this.#runtimes.holds(pod, this.#onAnswer, slot, half)) return;
    this.#asks[slot] = 0;
    this.#booked[slot] = -1;
    const { output = '', us = 0 } = this.#outputs.get(slot) ?? {};
    this.#outputs.delete(slot);
    this.#judge(slot, row, pod, slot % KINDS, this.#planOf(slot), output, us);
  }

  /** Counts the answer, says what follows from it, and waits for the next tick. */
  #judge(
    slot: number,
    row: ContainerRow,
    pod: PodRow,
    kind: number,
    plan: ProbePlan,
    output: string,
    us: number,
  ): void {
    const answer = this.#answer[slot];
    if (plan.command !== undefined && us >= 0) this.#verdicts.executed(row, plan.command.join(' '), us);
    if (answer !== SUCCESS) this.#verdicts.failed(row, pod, probeNames[kind], output, answer === UNKNOWN);
    if (answer !== UNKNOWN) {
      this.#inARow[slot] = this.#last[slot] === answer ? this.#inARow[slot] + 1 : 1;
      this.#last[slot] = answer;
      const needed = answer === FAILURE ? plan.failures : plan.successes;
      if (this.#inARow[slot] >= needed) this.#conclude(slot, row, pod, kind, answer);
    }
    if (this.#on[slot] === 0) return;
    if (this.#triggered[slot] === 1) {
      this.#triggered[slot] = 0;
      this.#trigger(slot);
    } else if (!this.#rests(slot, row, pod, kind, answer)) this.#bookNext(slot, plan.periodUs);
  }

  /** A worker that would only find what it has found does not ask until something changes. */
  #rests(slot: number, row: ContainerRow, pod: PodRow, kind: number, answer: number): boolean {
    if (answer !== SUCCESS || this.#result[slot] !== SUCCESS) return this.#onHold[slot] === 1;
    return kind === STARTUP || this.#runtime.isSteady(row, pod);
  }

  #conclude(slot: number, row: ContainerRow, pod: PodRow, kind: number, answer: number): void {
    const before = this.#result[slot];
    this.#result[slot] = answer;
    if (kind !== READINESS && answer === FAILURE) {
      this.#onHold[slot] = 1;
      this.#inARow[slot] = 0;
    }
    if (before === answer) return;
    if (kind === READINESS) this.#verdicts.readinessChanged(row, pod);
    else if (kind === STARTUP && answer === SUCCESS) this.#verdicts.startupChanged(row, pod);
    else if (answer === FAILURE) this.#verdicts.mustBeKilled(row, pod);
  }

  #next(slot: number, row: ContainerRow, pod: PodRow, kind: number, plan: ProbePlan): number {
    const { containers } = this.#state;
    if (isTerminal(this.#runtimes.bits[pod])) return Next.Stop;
    // By the status as it was reported last, which may be behind.
    if (containers.state[row] === ContainerState.Waiting) return Next.Rest;
    if (this.#attempt[slot] !== containers.restarts[row]) this.#meet(slot, row, pod, kind);
    if (this.#onHold[slot] === 1) return Next.Rest;
    if (containers.state[row] !== ContainerState.Running) {
      const before = this.#result[slot];
      this.#result[slot] = FAILURE;
      // Gone before the sync that it asks for, which begins another one.
      if (this.#verdicts.isOver(row, pod)) this.#on[slot] = 0;
      if (before !== FAILURE) this.#verdicts.met(pod);
      return Next.Rest;
    }
    const mayFrom = Math.floor(containers.startedAt[row] / 1e6) * 1e6 + plan.initialDelayUs;
    if (this.#engine.now < mayFrom) {
      this.#taken[slot] = mayFrom - 1;
      return Next.Skip;
    }
    return (containers.started[row] === 1) === (kind !== STARTUP) ? Next.Ask : Next.Rest;
  }

  /** Another run: until it is known better it lives, is not ready, and has not started. */
  #meet(slot: number, row: ContainerRow, pod: PodRow, kind: number): void {
    this.#attempt[slot] = this.#state.containers.restarts[row];
    this.#result[slot] = kind === LIVENESS ? SUCCESS : kind === READINESS ? FAILURE : UNKNOWN;
    this.#onHold[slot] = 0;
    if (kind !== LIVENESS) this.#verdicts.met(pod);
  }

  #isOfThisRun(slot: number, row: ContainerRow): boolean {
    return this.#attempt[slot] === this.#state.containers.restarts[row];
  }

  /** The tick after the last one that was taken; one that came meanwhile is taken at once. */
  #bookNext(slot: number, periodUs: number): void {
    const { now } = this.#engine;
    const anchor = this.#anchor[slot];
    const next = anchor + (Math.floor((this.#taken[slot] - anchor) / periodUs) + 1) * periodUs;
    this.#book(slot, Math.max(next, now));
  }

  #book(slot: number, timeUs: number): void {
    this.#booked[slot] = timeUs;
    this.#engine.at(timeUs, this.#onTick, slot, slot);
  }

  #planOf(slot: number): ProbePlan {
    const row = Math.floor(slot / KINDS) as ContainerRow;
    const pod = this.#runtimes.podOf[row];
    return this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]].probes[slot % KINDS];
  }

  #ensure(): void {
    const capacity = KINDS * this.#state.containers.capacity;
    if (capacity <= this.#on.length) return;
    const before = this.#on.length;
    this.#on = grown(this.#on, capacity);
    this.#anchor = grown(this.#anchor, capacity);
    this.#taken = grown(this.#taken, capacity);
    this.#booked = grown(this.#booked, capacity).fill(-1, before);
    this.#asks = grown(this.#asks, capacity);
    this.#triggered = grown(this.#triggered, capacity);
    this.#onHold = grown(this.#onHold, capacity);
    this.#result = grown(this.#result, capacity);
    this.#attempt = grown(this.#attempt, capacity);
    this.#last = grown(this.#last, capacity);
    this.#inARow = grown(this.#inARow, capacity);
    this.#answer = grown(this.#answer, capacity);
  }
}
