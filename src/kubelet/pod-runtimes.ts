// Hot dialect: what kubelets know of the pods on their nodes: stages, steps, generations, back-offs. Columns by pod and container row.
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { grown } from '../model/columns.ts';
import { ContainerState, containerReasons } from '../model/containers.ts';
import { PodBit } from '../model/pods.ts';
import type { Processes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import type { Images } from './images.ts';
import { OverdueWork } from './overdue-work.ts';
import { planRuntime, type RuntimePlan } from './runtime-plan.ts';
import type { BehaviorOf } from './settings.ts';
import type { PodTruth } from './status-writer.ts';
import { type ContainerRow, type PodRow, rowColumn } from '../model/rows.ts';

/** Where a pod is on its node. */
export const Stage = { None: 0, Sandbox: 1, Starting: 2, Running: 3, Terminating: 4, Ended: 5 } as const;

/** Indexes into `containerReasons`. */
export const Reason = {
  None: 0,
  Creating: containerReasons.indexOf('ContainerCreating'),
  NeverPull: containerReasons.indexOf('ErrImageNeverPull'),
  CrashLoop: containerReasons.indexOf('CrashLoopBackOff'),
  Completed: containerReasons.indexOf('Completed'),
  Error: containerReasons.indexOf('Error'),
} as const;

export class PodRuntimes implements PodTruth {
  // By pod row. A step that rises makes the pod's waiting events stale; it is never reset.
  stage = new Uint8Array(0);
  step = new Int32Array(0);
  /** The phase that the kubelet has reached: it never moves backward, not even when the machine boots again. */
  phase = new Uint8Array(0);
  seenAt = new Float64Array(0);
  /** When SIGKILL comes, µs. */
  killAt = new Float64Array(0);
  /** Containers started for the first time so far, in the order of the plan. */
  begun = new Int32Array(0);
  /** Why the kubelet rejected the pod, for the few that it did. */
  readonly rejection: (string | undefined)[] = [];
  // By container row. A generation that rises makes the container's waiting events stale; it is never reset.
  generation = new Int32Array(0);
  podOf = rowColumn<PodRow>();
  listening = new Uint8Array(0);
  /** Runs, and its startup probe has succeeded. */
  started = new Uint8Array(0);
  /** When its process will listen, or has since, µs. */
  listensAt = new Float64Array(0);
  backoffUs = new Float64Array(0);
  backoffAt = new Float64Array(0);
  readonly samplers = new Samplers();
  readonly overdue: OverdueWork;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #processes: Processes;
  readonly #images: Images;
  readonly #behaviorOf: BehaviorOf;
  readonly #random: Random;
  readonly #plans: RuntimePlan[] = [];

  constructor(engine: Engine, state: ClusterState, images: Images, processes: Processes, behaviorOf: BehaviorOf) {
    this.#engine = engine;
    this.#state = state;
    this.#images = images;
    this.#processes = processes;
    this.#behaviorOf = behaviorOf;
    this.#random = engine.stream('kubelet');
    this.overdue = new OverdueWork(engine);
  }

  planOf(pod: PodRow): RuntimePlan {
    const { runtime } = this.#state.classes.get(this.#state.pods.podClass[pod]);
    let plan = this.#plans[runtime.id];
    if (plan === undefined) {
      plan = planRuntime(runtime, this.#images, this.samplers, this.#behaviorOf);
      this.#plans[runtime.id] = plan;
    }
    return plan;
  }

  draw(sampler: number): number {
    return Math.round(this.samplers.draw(sampler, this.#random));
  }

  /** A kind of event about a pod that a later step makes stale: work of its kubelet, which waits while that is stopped. */
  podKind(name: string, handle: (pod: PodRow) => void): number {
    const kind: number = this.#engine.kind(name, (a, step) => {
      const pod = a as PodRow;
      if (this.step[pod] !== step) return;
      if (this.overdue.holds(this.#state.pods.node[pod], kind, pod, step)) return;
      handle(pod);
    });
    return kind;
  }

  /** A kind of event about a container that a later generation makes stale: work of its kubelet, as above. */
  containerKind(name: string, handle: (row: ContainerRow, pod: PodRow) => void): number {
    const kind: number = this.#engine.kind(name, (a, generation) => {
      const row = a as ContainerRow;
      if (this.generation[row] !== generation) return;
      const pod = this.podOf[row];
      if (this.overdue.holds(this.#state.pods.node[pod], kind, row, generation)) return;
      handle(row, pod);
    });
    return kind;
  }

  /** As `containerKind`, of what a process does by itself, whatever becomes of the kubelet. */
  processKind(name: string, handle: (row: ContainerRow, pod: PodRow) => void): number {
    return this.#engine.kind(name, (a, generation) => {
      const row = a as ContainerRow;
      if (this.generation[row] === generation) handle(row, this.podOf[row]);
    });
  }

  /** Nothing of the pod runs or waits any more. `kill`: what its processes held is lost. */
  stop(pod: PodRow, kill: boolean): void {
    const { pods, containers } = this.#state;
    this.step[pod] += 1;
    this.closeListener(pod, kill);
    const first = pods.firstContainer[pod];
    const count = this.planOf(pod).containers.length;
    this.ensureContainers();
    for (let row = first; row < first + count; row += 1) {
      if (this.podOf[row] !== pod) continue;
      this.generation[row] += 1;
      this.listening[row] = 0;
      containers.ready[row] = 0;
      if (containers.state[row] !== ContainerState.Running) continue;
      containers.state[row] = ContainerState.Terminated;
      containers.reason[row] = Reason.Completed;
      containers.finishedAt[row] = this.#engine.now;
    }
  }

  /** No new connections; with `kill` the process is notified that it is gone. */
  closeListener(pod: PodRow, kill: boolean): void {
    const { machines, pods } = this.#state;
    if (machines.listening[pod] === 0) return;
    machines.listening[pod] = 0;
    if (kill) this.#processes.killed(pod, pods.epoch[pod]);
  }

  statusBits(pod: PodRow): number {
    const { pods, containers } = this.#state;
    const plan = this.planOf(pod);
    const stage = this.stage[pod];
    let bits: number = this.phase[pod];
    if (stage === Stage.Starting || stage === Stage.Running || stage === Stage.Terminating) bits |= PodBit.HasIp;
    if (this.begun[pod] >= plan.inits && stage >= Stage.Starting) bits |= PodBit.Initialized;
    if (stage !== Stage.Running && stage !== Stage.Terminating) return bits;
    const first = pods.firstContainer[pod];
    for (let index = 0; index < plan.containers.length; index += 1) {
      const counts = index >= plan.inits || plan.containers[index].sidecar;
      if (counts && containers.ready[first + index] === 0) return bits;
    }
    return bits | PodBit.ContainersReady | PodBit.Ready;
  }

  restartsOf(pod: PodRow): number {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    let sum = 0;
    for (let row = first; row < first + this.planOf(pod).containers.length; row += 1) sum += containers.restarts[row];
    return sum;
  }

  reasonOf(pod: PodRow): string {
    return this.rejection[pod] ?? '';
  }

  ensurePods(): void {
    const { capacity } = this.#state.pods;
    if (capacity <= this.stage.length) return;
    this.stage = grown(this.stage, capacity);
    this.step = grown(this.step, capacity);
    this.phase = grown(this.phase, capacity);
    this.seenAt = grown(this.seenAt, capacity);
    this.killAt = grown(this.killAt, capacity);
    this.begun = grown(this.begun, capacity);
  }

  ensureContainers(): void {
    const { capacity } = this.#state.containers;
    if (capacity <= this.generation.length) return;
    this.generation = grown(this.generation, capacity);
    this.podOf = grown(this.podOf, capacity).fill(-1, this.generation.length === 0 ? 0 : this.podOf.length);
    this.listening = grown(this.listening, capacity);
    this.started = grown(this.started, capacity);
    this.listensAt = grown(this.listensAt, capacity);
    this.backoffUs = grown(this.backoffUs, capacity);
    this.backoffAt = grown(this.backoffAt, capacity);
  }
}
