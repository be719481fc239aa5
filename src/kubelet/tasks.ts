// Tasks: what a kubelet does step by step about one pod, as generators that yield how long the next step takes.
import type { Engine } from '../engine/engine.ts';
import type { PodRow } from '../model/rows.ts';
import type { PodRuntimes } from './pod-runtimes.ts';

/** Yields delays in µs, or `UNTIL_WOKEN`. */
export type Task = Generator<number, void, void>;

/** Whoever has the task's number wakes it; a task that sleeps for a time may be woken earlier. */
export const UNTIL_WOKEN = -1;

/** A task ends without a word when its pod's life on the node has gone on without it (`PodRuntimes.step`), and rests while the kubelet is stopped. */
export class Tasks {
  readonly #engine: Engine;
  readonly #runtimes: PodRuntimes;
  readonly #tasks: (Task | undefined)[] = [];
  readonly #pods: PodRow[] = [];
  readonly #steps: number[] = [];
  /** Rises with each step of a task: an event with an older one is void. */
  readonly #stamps: number[] = [];
  readonly #free: number[] = [];
  readonly #onStep: number;
  /** The task that runs now, -1 between tasks. */
  current = -1;

  constructor(engine: Engine, runtimes: PodRuntimes) {
    this.#engine = engine;
    this.#runtimes = runtimes;
    this.#onStep = engine.kind('kubelet.task', (slot, stamp) => {
      if (this.#stamps[slot] !== stamp) return;
      const pod = this.#pods[slot];
      if (this.#steps[slot] !== runtimes.step[pod]) {
        this.#end(slot);
        return;
      }
      if (!runtimes.holds(pod, this.#onStep, slot, stamp)) this.#advance(slot);
    });
  }

  /** Runs the task up to its first wait. */
  start(pod: PodRow, task: Task): void {
    const slot = this.#free.pop() ?? this.#tasks.length;
    this.#tasks[slot] = task;
    this.#pods[slot] = pod;
    this.#steps[slot] = this.#runtimes.step[pod];
    this.#stamps[slot] ??= 0;
    this.#advance(slot);
  }

  /** Goes on with a task at this instant, as an event of its own. */
  wake(slot: number): void {
    this.#stamps[slot] += 1;
    this.#engine.after(0, this.#onStep, slot, this.#stamps[slot]);
  }

  #advance(slot: number): void {
    const task = this.#tasks[slot];
    if (task === undefined) return;
    this.#stamps[slot] += 1;
    const outer = this.current;
    this.current = slot;
    const step = task.next();
    this.current = outer;
    if (step.done === true) this.#end(slot);
    else if (step.value >= 0) this.#engine.after(step.value, this.#onStep, slot, this.#stamps[slot]);
  }

  #end(slot: number): void {
    this.#stamps[slot] += 1;
    this.#tasks[slot] = undefined;
    this.#free.push(slot);
  }
}
