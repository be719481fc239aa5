// Hot dialect: the container runtime of a simulated node: times are drawn, and processes do what the behaviours of their images say.
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import type { Processes } from '../model/ports/processes.ts';
import { exceedsUs } from '../model/settings/usage.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { containerPorts } from '../model/objects/pod-ports.ts';
import { Listening, type PodRuntimes } from './pod-runtimes.ts';
import type { ContainerRuntime, HookName, ProbeName, ProbeResult, Pull, RuntimeExits } from './runtime.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import { SimulatedProcessTroubles } from './process-troubles.ts';
import { WorkProgress } from './work-progress.ts';
import { deniedPull, layersOf } from './images/registry.ts';
import type { BehaviorOf, KubeletSettings } from './settings.ts';

/** What a process exits with that does not handle SIGTERM. */
const EXIT_OF_SIGTERM = 143;
export const EXIT_OF_SIGKILL = 137;

/** What a process exits with that has finished what it held. The work of a Job is interrupted by SIGTERM, whatever else is finished. */
export function exitOfDrained({ pods }: ClusterState, pod: PodRow): number {
  return pods.ofJobs.has(pod) ? EXIT_OF_SIGTERM : 0;
}

/** A process ends within this of holding as much as it may. */
const SOON_US = 1000;

export class SimulatedRuntime implements ContainerRuntime {
  error = '';
  output = '';
  probeUs = 0;
  readonly #engine: Engine;
  readonly #luck: CounterRandom;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #processes: Processes;
  readonly #exits: RuntimeExits;
  readonly #behaviorOf: BehaviorOf;
  readonly #roundTripUs: number;
  /** By image. */
  readonly #pulls = new Map<string, Pull>();
  readonly #sandbox: number;
  readonly #containerStart: number;
  readonly work: WorkProgress;
  readonly troubles: SimulatedProcessTroubles;
  #timedOut = false;
  readonly #onListening: number;
  readonly #onDone: number;
  readonly #onFull: number;
  readonly #onCrash: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    runtimes: PodRuntimes,
    settings: KubeletSettings,
    processes: Processes,
    behaviorOf: BehaviorOf,
    exits: RuntimeExits,
  ) {
    this.#engine = engine;
    this.#luck = new CounterRandom(engine.seed, 'kubelet/processes');
    this.#state = state;
    this.#runtimes = runtimes;
    this.#processes = processes;
    this.#exits = exits;
    this.#behaviorOf = behaviorOf;
    this.#roundTripUs = settings.imagePull.roundTripUs;
    this.#sandbox = runtimes.samplers.add(settings.sandbox);
    this.#containerStart = runtimes.samplers.add(settings.containerStart);
    this.work = new WorkProgress(engine, state, runtimes, (row, pod, code) => exits.exited(row, pod, code));
    this.troubles = new SimulatedProcessTroubles(engine, state, runtimes, {
      healthChanged: (row, pod) => exits.healthChanged(row, pod),
      exited: (row, pod, code) => exits.exited(row, pod, code),
      grown: (row, pod) => this.grown(row, pod),
    });
    this.#onListening = runtimes.processKind('kubelet.listening', (row, pod) => this.#listens(row, pod));
    this.#onFull = runtimes.processKind('kubelet.oom', (row, pod) => {
      // What it may hold may be more by now.
      if (this.#fullInUs(row, pod) > SOON_US) this.#watchMemory(row, pod);
      else exits.exited(row, pod, EXIT_OF_SIGKILL, 'OOMKilled');
    });
    this.#onDone = runtimes.processKind('kubelet.done', (row, pod) => exits.exited(row, pod, 0));
    this.#onCrash = runtimes.processKind('kubelet.exit', (row, pod) => {
      exits.exited(row, pod, this.#planOf(row, pod).crashExitCode);
    });
  }

  sandboxUs(): number {
    return this.#runtimes.draw(this.#sandbox);
  }

  stopSandboxUs(): number {
    return 0;
  }

  /** Creating and starting are one time, which passes before the container is there. */
  createUs(): number {
    return this.#runtimes.draw(this.#containerStart);
  }

  startUs(): number {
    return 0;
  }

  /** The process of a container leaks. What that leads to is for who knows how much it holds. */
  grown: (row: ContainerRow, pod: PodRow) => void = () => undefined;

  begin(row: ContainerRow, pod: PodRow, attempt: number, found = false): void {
    this.troubles.began(row);
    const plan = this.#planOf(row, pod);
    const { pods } = this.#state;
    // What a process does is its own luck, whatever else happened before.
    this.#luck.seek(pods.identity[pod], row - pods.firstContainer[pod], attempt);
    const drawn = this.#draw(plan.startup);
    const startup = found ? 0 : drawn;
    const crash = plan.crash < 0 ? Infinity : this.#draw(plan.crash);
    const generation = this.#runtimes.generation[row];
    const fullUs = Math.round(exceedsUs(plan.usage.memoryBytes, plan.memoryLimitBytes));
    if (fullUs < Infinity) this.#engine.after(fullUs, this.#onFull, row, generation);
    if (plan.work !== undefined) this.work.begin(row, pod, plan, this.#luck, generation);
    if (plan.init && !plan.sidecar && plan.work !== undefined) return;
    if (plan.init && !plan.sidecar) {
      // An ordinary init container does its work and ends, unless it fails before.
      this.#engine.after(Math.min(crash, startup), crash < startup ? this.#onCrash : this.#onDone, row, generation);
      return;
    }
    if (crash < Infinity) this.#engine.after(crash, this.#onCrash, row, generation);
    if (startup > 0) this.#engine.after(startup, this.#onListening, row, generation);
    else this.#listens(row, pod);
  }

  resized(row: ContainerRow, pod: PodRow): void {
    this.#processes.resized?.(pod, this.#runtimes.classOf(pod));
    this.#watchMemory(row, pod);
  }

  #watchMemory(row: ContainerRow, pod: PodRow): void {
    const inUs = this.#fullInUs(row, pod);
    if (inUs < Infinity) this.#engine.after(Math.max(0, inUs), this.#onFull, row, this.#runtimes.generation[row]);
  }

  /** Until its process holds more than it may: 0 or less when it does. */
  #fullInUs(row: ContainerRow, pod: PodRow): number {
    const { usage, memoryLimitBytes } = this.#planOf(row, pod);
    const run = this.#runtimes.runs[row];
    if (run?.running !== true) return Infinity;
    return Math.round(exceedsUs(usage.memoryBytes, memoryLimitBytes)) - (this.#engine.now - run.startedAt);
  }

  #listens(row: ContainerRow, pod: PodRow): void {
    const { pods } = this.#state;
    this.#runtimes.listening[row] = Listening.Yes;
    this.#openPorts(pod);
    const container = this.#processAt(row, pod);
    if (container >= 0) this.#processes.started(pod, pods.epoch[pod], container, this.#runtimes.classOf(pod));
    this.#exits.healthChanged(row, pod);
  }

  /** A process that does not listen holds nothing; one that does not drain ends with what it holds. */
  terminate(row: ContainerRow, pod: PodRow): void {
    if (this.troubles.isHung(row)) return;
    const container = this.#processAt(row, pod);
    const drains = this.#runtimes.listening[row] === Listening.Yes && this.#planOf(row, pod).drain;
    if (!drains || container < 0) {
      this.#exits.exited(row, pod, drains ? exitOfDrained(this.#state, pod) : EXIT_OF_SIGTERM);
      return;
    }
    this.#runtimes.listening[row] = Listening.Finishing;
    this.#openPorts(pod);
    this.#exits.healthChanged(row, pod);
    this.#processes.terminate(pod, this.#state.pods.epoch[pod], container);
  }

  gone(row: ContainerRow, pod: PodRow): void {
    if (this.#runtimes.listening[row] === Listening.No) return;
    this.#runtimes.listening[row] = Listening.No;
    this.#openPorts(pod);
    this.#exits.healthChanged(row, pod);
    const container = this.#processAt(row, pod);
    if (container >= 0) this.#processes.killed(pod, this.#state.pods.epoch[pod], container);
  }

  hookUs(row: ContainerRow, pod: PodRow, hook: HookName): number {
    return this.#planOf(row, pod)[hook]?.us ?? 0;
  }

  probe(row: ContainerRow, pod: PodRow, name: ProbeName): ProbeResult {
    if (this.troubles.isHung(row)) return this.#timesOut(row, pod, name);
    if (this.#timedOut) this.probeUs = 0;
    this.#timedOut = false;
    if (this.#runtimes.listening[row] === Listening.Yes) return 'success';
    this.output = 'connect: connection refused';
    return 'failure';
  }

  isSteady(row: ContainerRow): boolean {
    return this.#runtimes.listening[row] === Listening.Yes && !this.troubles.isHung(row);
  }

  /** A process that hangs accepts the connection, in its kernel, and says nothing. */
  #timesOut(row: ContainerRow, pod: PodRow, name: ProbeName): ProbeResult {
    const probe = this.#planOf(row, pod).container[`${name}Probe`];
    if (probe?.tcpSocket !== undefined) return 'success';
    this.#timedOut = true;
    this.probeUs = (probe?.timeoutSeconds ?? 1) * 1e6;
    this.output = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
    return 'failure';
  }

  pull(image: string, secret: boolean): Pull {
    let pull = this.#pulls.get(image);
    if (pull === undefined) {
      pull = { latencyUs: this.#roundTripUs, layers: layersOf(image, this.#behaviorOf(image)), error: '' };
      this.#pulls.set(image, pull);
    }
    return secret || !this.#behaviorOf(image).isPrivate ? pull : { ...pull, error: deniedPull(image) };
  }

  /** Nothing says so. */
  runsAsRoot(): boolean {
    return false;
  }

  networkError(): string {
    return '';
  }

  /** The pod accepts connections at the ports of the containers that listen. */
  #openPorts(pod: PodRow): void {
    const { pods, machines } = this.#state;
    const { containers } = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    let listening = 0;
    for (let index = 0; index < containers.length; index += 1) {
      listening += Number(this.#runtimes.listening[first + index] === Listening.Yes);
    }
    if (listening === 0) {
      machines.listening[pod] = 0;
      return;
    }
    const all = containers.length === listening;
    const { ports } = this.#runtimes.classOf(pod);
    machines.listen(pod, pods.epoch[pod], all ? ports : this.#portsOf(containers, first));
  }

  #portsOf(containers: readonly ContainerPlan[], first: number): readonly number[] | undefined {
    const ports: number[] = [];
    for (let index = 0; index < containers.length; index += 1) {
      if (this.#runtimes.listening[first + index] !== Listening.Yes) continue;
      const declared = containerPorts(containers[index].container);
      if (declared.length === 0) return undefined;
      ports.push(...declared);
    }
    return ports;
  }

  #draw(sampler: number): number {
    return Math.round(this.#runtimes.samplers.draw(sampler, this.#luck));
  }

  /** As `Processes` counts them; negative for an init container that ends. */
  #processAt(row: ContainerRow, pod: PodRow): number {
    return this.#runtimes.planOf(pod).processOf[row - this.#state.pods.firstContainer[pod]];
  }

  #planOf(row: ContainerRow, pod: PodRow): ContainerPlan {
    return this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
  }
}
