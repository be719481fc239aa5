// Hot dialect: what kubelets know of the pods on their nodes and of the containers that really run there. Columns by pod and container row.
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { grown } from '../model/columns.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodeContact } from './node-contact.ts';
import { OverdueWork } from './overdue-work.ts';
import { planRuntime, type RuntimePlan } from './runtime-plan.ts';
import { ReadinessGates } from './readiness-gates.ts';
import type { BehaviorOf } from './settings.ts';
import type { KnownClasses } from './known-classes.ts';
import type { Run } from './run.ts';
import { type ContainerRow, type NodeRow, type PodRow, rowColumn } from '../model/rows.ts';

/** What a container whose machine stopped has ended with. */
const EXIT_OF_MACHINE = 255;

/** What a pod's worker does. */
export const Work = { None: 0, Sync: 1, Terminating: 2, Terminated: 3, Ended: 4 } as const;
export const Sandbox = { None: 0, Ready: 1, Stopped: 2 } as const;

/** `Finishing`: no new connections, but it works on what it holds. */
export const Listening = { No: 0, Yes: 1, Finishing: 2 } as const;

/** How long a container is not started again, µs, and when that was decided. */
interface BackOff {
  readonly us: number;
  readonly at: number;
}

/** Why a kubelet ends a pod by itself, and how. */
export interface Ending {
  readonly reason: string;
  readonly message: string;
  /** Undefined: by the pod's own grace. */
  readonly graceUs: number | undefined;
  /** The pod has failed whatever its containers end with. */
  readonly fails: boolean;
  /** Whether the pod gets the condition DisruptionTarget. */
  readonly disrupts: boolean;
}

export class PodRuntimes {
  // By pod row. A step that rises makes the pod's tasks and waiting events stale; it is never reset.
  work = new Uint8Array(0);
  step = new Int32Array(0);
  sandbox = new Uint8Array(0);
  sandboxAttempt = new Int32Array(0);
  /** As the kubelet saw it when it last asked. */
  seenSandbox = new Uint8Array(0);
  /** What the kubelet would write of the pod now (`PodBit`). */
  bits = new Int32Array(0);
  /** The phase that it had before it was over. */
  phase = new Uint8Array(0);
  /** Whether it has heard that the API server wants the pod gone, or has it no more. */
  deleted = new Uint8Array(0);
  /** For the few pods that the kubelet ends by itself. */
  readonly endings = new Map<PodRow, Ending>();
  // By container row. A generation that rises makes the process's waiting events stale; it is never reset.
  generation = new Int32Array(0);
  podOf = rowColumn<PodRow>();
  /** Whether its process accepts connections (`Listening`). */
  listening = new Uint8Array(0);
  /** Of the containers that were started again. */
  readonly backOffs = new Map<ContainerRow, BackOff>();
  /** The run that is, or was last; and the one that the kubelet saw when it last asked, and whether it ran then. */
  readonly runs: (Run | undefined)[] = [];
  readonly seen: (Run | undefined)[] = [];
  seenRunning = new Uint8Array(0);
  /** Of containers whose image has changed since they began: that with which they did. */
  readonly #begunWith = new Map<ContainerRow, string>();
  /** Containers that are resized by being restarted. */
  readonly #toResize = new Set<ContainerRow>();
  /** Whether the containers of any pod so far may fill a disk. */
  anyWritesDisk = false;
  readonly samplers = new Samplers();
  readonly overdue: OverdueWork;
  readonly contact: NodeContact;
  readonly gates: ReadinessGates;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #classes: KnownClasses;
  readonly #behaviorOf: BehaviorOf;
  readonly #random: Random;
  readonly #plans: RuntimePlan[] = [];

  constructor(
    engine: Engine,
    state: ClusterState,
    classes: KnownClasses,
    behaviorOf: BehaviorOf,
    contact: NodeContact,
  ) {
    this.contact = contact;
    this.#engine = engine;
    this.#state = state;
    this.#classes = classes;
    this.#behaviorOf = behaviorOf;
    this.#random = engine.stream('kubelet');
    this.overdue = new OverdueWork(engine);
    this.gates = new ReadinessGates(state);
  }

  /** The node's kubelet does not work, or nothing passes between it and the API server. */
  isOutOfReach(node: NodeRow): boolean {
    return this.overdue.stopped(node) || this.contact.isCut(node);
  }

  /** What the pod is as its kubelet has heard. */
  classOf(pod: PodRow): PodClass {
    return this.#classes.of(pod);
  }

  endingOf(pod: PodRow): Ending | undefined {
    return this.endings.size === 0 ? undefined : this.endings.get(pod);
  }

  /** The row of a container by its index as in `Processes`. */
  rowOf(pod: PodRow, container: number): ContainerRow {
    return (this.#state.pods.firstContainer[pod] + this.planOf(pod).ofProcess[container]) as ContainerRow;
  }

  planOf(pod: PodRow): RuntimePlan {
    const { runtime } = this.#classes.of(pod);
    const { id } = runtime;
    let plan = this.#plans[id];
    if (plan === undefined) {
      plan = planRuntime(runtime, this.samplers, this.#behaviorOf);
      this.anyWritesDisk ||= plan.peakDiskBytes > 0;
      this.#plans[id] = plan;
    }
    return plan;
  }

  /** The container is to have another image. Its back-off is of what it was. */
  redefine(row: ContainerRow, from: string, to: string): void {
    const begunWith = this.#begunWith.get(row) ?? from;
    if (begunWith === to) this.#begunWith.delete(row);
    else this.#begunWith.set(row, begunWith);
    this.backOffs.delete(row);
  }

  restartToResize(row: ContainerRow): void {
    this.#toResize.add(row);
  }

  mustRestartToResize(row: ContainerRow): boolean {
    return this.#toResize.size > 0 && this.#toResize.has(row);
  }

  isRedefined(row: ContainerRow): boolean {
    return this.#begunWith.size > 0 && this.#begunWith.has(row);
  }

  /** A run of the container begins, of an image that may be another one than it is to have by now. */
  begins(row: ContainerRow, run: Run, image: string, wanted: string): void {
    this.runs[row] = run;
    if (image !== wanted) this.#begunWith.set(row, image);
    else if (this.#begunWith.size > 0) this.#begunWith.delete(row);
    if (this.#toResize.size > 0) this.#toResize.delete(row);
  }

  draw(sampler: number): number {
    return Math.round(this.samplers.draw(sampler, this.#random));
  }

  /** Uniform between 1 and 1.5, as kubelets spread what they try again. */
  jitter(): number {
    return 1 + this.#random.uniform() / 2;
  }

  uniform(): number {
    return this.#random.uniform();
  }

  /** Keeps an event of a pod whose kubelet is stopped; false when it may go on. */
  holds(pod: PodRow, kind: number, a: number, b: number): boolean {
    return this.overdue.holds(this.#state.pods.node[pod], kind, a, b);
  }

  /** A kind of event about a pod that a later step makes stale: work of its kubelet, which waits while that is stopped. */
  podKind(name: string, handle: (pod: PodRow) => void): number {
    const kind: number = this.#engine.kind(name, (a, step) => {
      const pod = a as PodRow;
      if (this.step[pod] === step && !this.holds(pod, kind, pod, step)) handle(pod);
    });
    return kind;
  }

  /** A kind of event about what a process does by itself, whatever becomes of the kubelet; the end of the process makes it stale. */
  processKind(name: string, handle: (row: ContainerRow, pod: PodRow) => void): number {
    return this.#engine.kind(name, (a, generation) => {
      const row = a as ContainerRow;
      if (this.generation[row] === generation) handle(row, this.podOf[row]);
    });
  }

  /** The columns of a pod that its node hears of again. */
  reset(pod: PodRow): void {
    const { pods } = this.#state;
    this.ensure();
    this.work[pod] = Work.None;
    this.step[pod] += 1;
    this.sandbox[pod] = Sandbox.None;
    this.seenSandbox[pod] = Sandbox.None;
    this.sandboxAttempt[pod] = 0;
    this.bits[pod] = 0;
    this.phase[pod] = 0;
    this.deleted[pod] = 0;
    if (this.endings.size > 0) this.endings.delete(pod);
    this.gates.list(pod);
    const first = pods.firstContainer[pod];
    const end = first + this.planOf(pod).containers.length;
    for (let row = first; row < end; row += 1) {
      this.generation[row] += 1;
      this.podOf[row] = pod;
      this.listening[row] = 0;
      if (this.backOffs.size > 0) this.backOffs.delete(row);
      if (this.#begunWith.size > 0) this.#begunWith.delete(row);
      if (this.#toResize.size > 0) this.#toResize.delete(row);
      this.runs[row] = undefined;
      this.seen[row] = undefined;
      this.seenRunning[row] = 0;
    }
  }

  /** The pod's machine has stopped, and all that ran there. */
  lose(pod: PodRow): void {
    this.step[pod] += 1;
    this.work[pod] = Work.None;
    if (this.sandbox[pod] === Sandbox.Ready) this.sandbox[pod] = Sandbox.Stopped;
    const first = this.#state.pods.firstContainer[pod];
    for (let row = first; row < first + this.planOf(pod).containers.length; row += 1) {
      this.generation[row] += 1;
      this.listening[row] = Listening.No;
      const run = this.runs[row];
      if (run?.running === true) run.end(this.#engine.now, EXIT_OF_MACHINE, 'Unknown');
    }
  }

  /** A worker has something to do for it, or will when asked. */
  works(pod: PodRow): boolean {
    const work = this.work[pod];
    return work === Work.Sync || work === Work.Terminating || work === Work.Terminated;
  }

  isRunning(row: number): boolean {
    return this.runs[row]?.running === true;
  }

  ensure(): void {
    const { capacity } = this.#state.pods;
    if (capacity > this.work.length) {
      this.work = grown(this.work, capacity);
      this.step = grown(this.step, capacity);
      this.sandbox = grown(this.sandbox, capacity);
      this.sandboxAttempt = grown(this.sandboxAttempt, capacity);
      this.seenSandbox = grown(this.seenSandbox, capacity);
      this.bits = grown(this.bits, capacity);
      this.phase = grown(this.phase, capacity);
      this.deleted = grown(this.deleted, capacity);
    }
    const { capacity: containers } = this.#state.containers;
    if (containers > this.generation.length) {
      const before = this.generation.length;
      this.generation = grown(this.generation, containers);
      this.podOf = grown(this.podOf, containers).fill(-1, before);
      this.listening = grown(this.listening, containers);
      this.seenRunning = grown(this.seenRunning, containers);
      // Filled in order: an array that is written to far behind its end becomes a slow one.
      while (this.runs.length < containers) this.runs.push(undefined);
      while (this.seen.length < containers) this.seen.push(undefined);
    }
  }
}
