// A process whose work is more than one burst for each request: which bursts run, which are ready, and whether it collects garbage.
import type { PodRow } from '../model/rows.ts';
import type { WorkPlan } from './request-work.ts';

export const State = { Works: 0, Collects: 1, Ended: 2 } as const;
type StateName = (typeof State)[keyof typeof State];

const NONE = -1;

export class WorkingProcess {
  readonly pod: PodRow;
  readonly plan: WorkPlan;
  /** Another one for each process of the pod's row. */
  readonly token: number;
  state: StateName = State.Works;
  /** Rows whose burst is on a processor, or rests there while garbage is collected. */
  readonly running = new Set<number>();
  /** Whether a burst has begun since the last collection, and how many of these there were. */
  hasWorked = false;
  collections = 0;
  readonly #startedUs: number;
  /** Ready for the event loop, first come first served; ready, but garbage is collected. */
  readonly #ready: number[] = [];
  #held: number[] = [];
  #threads = 0;

  constructor(pod: PodRow, plan: WorkPlan, startedUs: number, token: number) {
    this.pod = pod;
    this.plan = plan;
    this.token = token;
    this.#startedUs = startedUs;
  }

  /** How many times as long work takes: the factor of a process that has just started falls evenly to 1. */
  slowness(nowUs: number): number {
    const { warmupUs, warmupFactor } = this.plan;
    const sinceUs = nowUs - this.#startedUs;
    return sinceUs >= warmupUs ? 1 : warmupFactor - ((warmupFactor - 1) * sinceUs) / warmupUs;
  }

  /** Whether a burst may begin now; if not it will be asked for later. */
  mayRun(row: number): boolean {
    if (this.state === State.Collects) this.#held.push(row);
    else if (this.plan.eventLoop && this.running.size > 0) this.#ready.push(row);
    else return true;
    return false;
  }

  runs(row: number): void {
    this.running.add(row);
    this.hasWorked = true;
  }

  ended(row: number): void {
    this.running.delete(row);
  }

  /** What the event loop takes up next; -1 for nothing. */
  nextOfLoop(): number {
    return this.running.size === 0 ? (this.#ready.shift() ?? NONE) : NONE;
  }

  collect(threads: number): void {
    this.state = State.Collects;
    this.hasWorked = false;
    this.collections += 1;
    this.#threads = threads;
  }

  /** Whether it was the last one: then bursts go on. */
  threadEnded(): boolean {
    this.#threads -= 1;
    if (this.#threads > 0 || this.state !== State.Collects) return false;
    this.state = State.Works;
    return true;
  }

  takeHeld(): number[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}
