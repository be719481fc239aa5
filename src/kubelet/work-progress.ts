// Work that ends: how long each attempt at it takes, what has been saved of it, and where an attempt fails.
import type { CounterRandom } from '../engine/counter.ts';
import type { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { nodeSpeed } from '../model/node-speed.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { ContainerPlan, WorkPlan } from './runtime-plan.ts';

interface Piece {
  /** At speed 1, µs. */
  readonly lengthUs: number;
  doneUs: number;
}

/** How a process gets on with its work. */
interface Course {
  readonly beganUs: number;
  /** Done before, of 1. */
  readonly share: number;
  /** Of the whole work at the speed of the node, µs. */
  readonly wholeUs: number;
  readonly work: WorkPlan;
}

/** A piece of work is that of one index of a Job, whichever pod does it, else that of one container of a pod. */
export class WorkProgress {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #samplers: Samplers;
  /** Of work that is saved, and not finished. */
  readonly #pieces = new Map<string, Piece>();
  /** Of processes that have begun with work. */
  readonly #courses = new Map<ContainerRow, Course>();
  readonly #onCheckpoint: number;
  readonly #onDone: number;
  readonly #onFailure: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    exited: (row: ContainerRow, pod: PodRow, exitCode: number) => void,
  ) {
    const workOf = (row: ContainerRow, pod: PodRow): WorkPlan | undefined =>
      runtimes.planOf(pod).containers[row - state.pods.firstContainer[pod]].work;
    this.#engine = engine;
    this.#state = state;
    this.#samplers = runtimes.samplers;
    this.#onDone = runtimes.processKind('kubelet.work-done', (row, pod) => {
      this.#pieces.delete(this.#keyOf(row, pod));
      exited(row, pod, 0);
    });
    this.#onFailure = runtimes.processKind('kubelet.work-failed', (row, pod) => {
      exited(row, pod, workOf(row, pod)?.failureExitCode ?? 1);
    });
    this.#onCheckpoint = runtimes.processKind('kubelet.checkpoint', (row, pod) => {
      const work = workOf(row, pod);
      const piece = this.#pieces.get(this.#keyOf(row, pod));
      if (work === undefined || piece === undefined) return;
      piece.doneUs += work.checkpointUs * this.#speedOf(pod, work);
      engine.after(work.checkpointUs + work.savingUs, this.#onCheckpoint, row, runtimes.generation[row]);
    });
  }

  /** A process begins with it: books when it ends. `luck` is this attempt's. */
  begin(row: ContainerRow, pod: PodRow, { work }: ContainerPlan, luck: CounterRandom, generation: number): void {
    if (work === undefined) return;
    const drawnUs = Math.round(this.#samplers.draw(work.length, luck));
    const fails = work.failureProbability > 0 && luck.uniform() < work.failureProbability;
    const share = fails ? luck.uniform() : 1;
    const piece = work.checkpointUs > 0 ? this.#piece(this.#keyOf(row, pod), drawnUs) : undefined;
    const leftUs = piece === undefined ? drawnUs : Math.max(0, piece.lengthUs - piece.doneUs);
    const wholeUs = (piece?.lengthUs ?? drawnUs) / this.#speedOf(pod, work);
    const worksUs = (leftUs / this.#speedOf(pod, work)) * share;
    const done = piece === undefined ? 0 : Math.min(1, piece.doneUs / piece.lengthUs);
    this.#courses.set(row, { beganUs: this.#engine.now, share: done, wholeUs, work });
    const takesUs = worksUs + savings(worksUs, work) * work.savingUs;
    this.#engine.after(takesUs, fails ? this.#onFailure : this.#onDone, row, generation);
    if (piece !== undefined && work.checkpointUs < worksUs) {
      this.#engine.after(work.checkpointUs + work.savingUs, this.#onCheckpoint, row, generation);
    }
  }

  /** What the process of a container has done of its work, of 1, and how long it is until it has done more, µs. Undefined for one without work. */
  progress(row: ContainerRow): { readonly share: number; readonly untilUs: (share: number) => number } | undefined {
    const course = this.#courses.get(row);
    if (course === undefined) return undefined;
    const { beganUs, share, wholeUs, work } = course;
    const sinceUs = this.#engine.now - beganUs;
    const untilUs = (then: number): number => {
      const worksUs = Math.max(0, then - share) * wholeUs;
      return worksUs + savings(worksUs, work) * work.savingUs - sinceUs;
    };
    return { share: Math.min(1, share + (wholeUs === 0 ? 1 : sinceUs / wholeUs)), untilUs };
  }

  #piece(key: string, lengthUs: number): Piece {
    const known = this.#pieces.get(key);
    if (known !== undefined) return known;
    const made = { lengthUs, doneUs: 0 };
    this.#pieces.set(key, made);
    return made;
  }

  #keyOf(row: ContainerRow, pod: PodRow): string {
    const { pods } = this.#state;
    const container = row - pods.firstContainer[pod];
    const { index = -1 } = pods.ofJobs.get(pod) ?? {};
    return index < 0 ? `${container} of ${pods.identity[pod]}` : `${container} of ${pods.owner[pod]}/${index}`;
  }

  #speedOf(pod: PodRow, { scales }: WorkPlan): number {
    if (!scales) return 1;
    return nodeSpeed(this.#state, this.#state.pods.node[pod]);
  }
}

/** How often progress is saved before the work ends: not at its end. */
function savings(worksUs: number, { checkpointUs }: WorkPlan): number {
  return checkpointUs === 0 ? 0 : Math.max(0, Math.ceil(worksUs / checkpointUs) - 1);
}
