// Hot dialect: a container's life: image, start, listening, ready, exit, back-off and start again.
import type { ApiClient } from '../api/client.ts';
import type { Engine } from '../engine/engine.ts';
import { ContainerState } from '../model/containers.ts';
import { PodPhase } from '../model/pods.ts';
import type { Processes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import { type CrashLoopBackOff, crashLoopDelayUs, nextBackoffUs } from './crash-loop-backoff.ts';
import type { Images } from './images.ts';
import type { NodePods } from './node-pods.ts';
import { type PodRuntimes, Reason, Stage } from './pod-runtimes.ts';
import { Probes } from './probes.ts';
import type { RuntimePlan } from './runtime-plan.ts';
import type { StatusWriter } from './status-writer.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';

/** What a process exits with that does not handle SIGTERM. */
export const EXIT_OF_SIGTERM = 143;
/** A pod's sync that failed is tried again after this (`backOffPeriod`), µs. */
const SYNC_BACKOFF_US = 10e6;

/** The parts of the kubelet that containers touch. */
export interface ContainerParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly images: Images;
  readonly admitted: NodePods;
  readonly status: StatusWriter;
  readonly processes: Processes;
  readonly events: ApiClient;
  readonly backOff: CrashLoopBackOff;
  /** 0: an exit is known at once. */
  readonly relistPeriodUs: number;
  /** Sampler of creating and starting a container whose image is present. */
  readonly containerStart: number;
}

export class Containers {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #images: Images;
  readonly #admitted: NodePods;
  readonly #status: StatusWriter;
  readonly #processes: Processes;
  readonly #events: ApiClient;
  readonly #backOff: CrashLoopBackOff;
  readonly #relistPeriodUs: number;
  readonly #containerStart: number;
  readonly #onPulled: number;
  readonly #onRunning: number;
  readonly #onListening: number;
  readonly #probes: Probes;
  readonly #onDone: number;
  readonly #onCrash: number;
  readonly #onRelisted: number;
  readonly #onRestart: number;
  readonly #onSyncAgain: number;

  constructor(parts: ContainerParts) {
    this.#engine = parts.engine;
    this.#state = parts.state;
    this.#runtimes = parts.runtimes;
    this.#images = parts.images;
    this.#admitted = parts.admitted;
    this.#status = parts.status;
    this.#processes = parts.processes;
    this.#events = parts.events;
    this.#backOff = parts.backOff;
    this.#relistPeriodUs = parts.relistPeriodUs;
    this.#containerStart = parts.containerStart;
    const { runtimes } = parts;
    this.#onPulled = runtimes.containerKind('kubelet.pulled', (row, pod) => this.#pulled(row, pod, true));
    this.#onRunning = runtimes.containerKind('kubelet.running', (row, pod) => this.#running(row, pod));
    this.#onListening = runtimes.processKind('kubelet.listening', (row, pod) => this.#listens(row, pod));
    this.#onDone = runtimes.processKind('kubelet.done', (row, pod) => this.#exits(row, pod, 0));
    this.#onRelisted = runtimes.containerKind('kubelet.relisted', (row, pod) => this.#exited(row, pod));
    this.#onCrash = runtimes.processKind('kubelet.exit', (row, pod) => this.#crashes(row, pod));
    this.#probes = new Probes(parts.engine, parts.state, runtimes, {
      started: (row, pod) => this.#started(row, pod),
      ready: (_row, pod) => this.#status.write(pod, parts.state.pods.node[pod]),
      failed: (row, pod, probe) => this.#probeFailed(row, pod, probe),
    });
    this.#onSyncAgain = runtimes.containerKind('kubelet.sync-again', (row, pod) => this.#start(row, pod));
    this.#onRestart = runtimes.containerKind('kubelet.restart', (row, pod) => this.#restart(row, pod));
  }

  /** Containers start one after the other, in the order of the spec: each waits for its image and for the one before. */
  startNext(pod: PodRow): void {
    const { pods } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const index = this.#runtimes.begun[pod];
    if (index === plan.containers.length) {
      this.#runtimes.stage[pod] = Stage.Running;
      if (this.#runtimes.phase[pod] === PodPhase.Pending) this.#runtimes.phase[pod] = PodPhase.Running;
      this.#status.write(pod, pods.node[pod]);
      return;
    }
    const row = (pods.firstContainer[pod] + index) as ContainerRow;
    this.#runtimes.ensureContainers();
    this.#runtimes.podOf[row] = pod;
    this.#runtimes.backoffUs[row] = 0;
    this.#runtimes.listening[row] = 0;
    this.#start(row, pod);
  }

  #start(row: ContainerRow, pod: PodRow): void {
    const { pods, containers } = this.#state;
    const plan = this.#runtimes.planOf(pod).containers[row - pods.firstContainer[pod]];
    const node = pods.node[pod];
    this.#runtimes.generation[row] += 1;
    containers.state[row] = ContainerState.Waiting;
    const { now } = this.#engine;
    if (plan.pullNever && !this.#images.present(plan.image, node, now)) {
      containers.reason[row] = Reason.NeverPull;
      this.#event('Warning', 'ErrImageNeverPull', plan.messages.neverPulled, pod);
      this.#engine.after(SYNC_BACKOFF_US, this.#onSyncAgain, row, this.#runtimes.generation[row]);
      this.#status.write(pod, node);
      return;
    }
    containers.reason[row] = Reason.Creating;
    const wait = this.#images.pull(plan.image, node, plan.pullAlways, now);
    if (wait === 0) {
      this.#pulled(row, pod, false);
      return;
    }
    this.#event('Normal', 'Pulling', plan.messages.pulling, pod);
    this.#engine.after(wait, this.#onPulled, row, this.#runtimes.generation[row]);
  }

  #pulled(row: ContainerRow, pod: PodRow, now: boolean): void {
    const { messages } = this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
    this.#event('Normal', 'Pulled', now ? messages.pulled : messages.present, pod);
    this.#engine.after(this.#runtimes.draw(this.#containerStart), this.#onRunning, row, this.#runtimes.generation[row]);
  }

  #running(row: ContainerRow, pod: PodRow): void {
    const { pods, containers } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const index = row - pods.firstContainer[pod];
    const container = plan.containers[index];
    const { now } = this.#engine;
    containers.state[row] = ContainerState.Running;
    containers.reason[row] = Reason.None;
    containers.startedAt[row] = now;
    this.#event('Normal', 'Created', container.messages.created, pod);
    this.#event('Normal', 'Started', container.messages.started, pod);
    const startup = this.#runtimes.draw(container.startup);
    const crash = container.crash < 0 ? Infinity : this.#runtimes.draw(container.crash);
    if (index < plan.inits && !container.sidecar) {
      // An ordinary init container: it does its work and ends, unless it fails before.
      const kind = crash < startup ? this.#onCrash : this.#onDone;
      this.#engine.after(Math.min(crash, startup), kind, row, this.#runtimes.generation[row]);
      return;
    }
    if (crash < Infinity) this.#engine.after(crash, this.#onCrash, row, this.#runtimes.generation[row]);
    if (startup > 0) this.#engine.after(startup, this.#onListening, row, this.#runtimes.generation[row]);
    this.#probes.begin(row, pod, now + startup);
    if (startup === 0) this.#listens(row, pod);
    if (index >= plan.inits && this.#goesOn(row, pod)) return;
    this.#status.write(pod, pods.node[pod]);
  }

  /** Its first start lets the next container start: a regular one when it runs, a sidecar when it is started. */
  #goesOn(row: ContainerRow, pod: PodRow): boolean {
    const index = row - this.#state.pods.firstContainer[pod];
    if (this.#runtimes.stage[pod] !== Stage.Starting || this.#runtimes.begun[pod] !== index) return false;
    this.#runtimes.begun[pod] = index + 1;
    this.startNext(pod);
    return true;
  }

  #started(row: ContainerRow, pod: PodRow): void {
    const { pods, containers } = this.#state;
    if (this.#runtimes.planOf(pod).containers[row - pods.firstContainer[pod]].sidecar) this.#goesOn(row, pod);
    // The write of its start itself tells of a container that is started at once.
    if (containers.startedAt[row] < this.#engine.now) this.#status.write(pod, pods.node[pod]);
  }

  #listens(row: ContainerRow, pod: PodRow): void {
    const { pods, machines, classes } = this.#state;
    this.#runtimes.listening[row] = 1;
    this.#probes.listens(row, pod);
    const plan = this.#runtimes.planOf(pod);
    const first = pods.firstContainer[pod];
    if (row - first < plan.inits) return;
    for (let index = plan.inits; index < plan.containers.length; index += 1) {
      if (this.#runtimes.listening[first + index] === 0 || this.#runtimes.podOf[first + index] !== pod) return;
    }
    machines.listen(pod, pods.epoch[pod], classes.get(pods.podClass[pod]).ports);
    this.#processes.started(pod, pods.epoch[pod]);
  }

  // End of a container.

  #crashes(row: ContainerRow, pod: PodRow): void {
    const plan = this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
    this.#exits(row, pod, plan.crashExitCode);
  }

  /** A process that does not listen holds nothing: it ends at the SIGTERM. */
  #probeFailed(row: ContainerRow, pod: PodRow, probe: string): void {
    if (this.#runtimes.stage[pod] === Stage.Terminating) return;
    const { name } = this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
    this.#event('Warning', 'Unhealthy', `${probe} probe failed`, pod);
    const what = `Container ${name} failed ${probe.toLowerCase()} probe, will be restarted`;
    this.#event('Normal', 'Killing', what, pod);
    this.#processEnds(row, pod, EXIT_OF_SIGTERM);
    this.#exited(row, pod);
  }

  /** Ends one container's process with an exit code, as a fault does. */
  crash(pod: PodRow, epoch: number, container: number, exitCode: number): void {
    const { pods, containers } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch || this.#runtimes.stage[pod] === Stage.None) return;
    const row = (pods.firstContainer[pod] + this.#runtimes.planOf(pod).inits + container) as ContainerRow;
    if (containers.state[row] === ContainerState.Running && this.#runtimes.stage[pod] !== Stage.Terminating)
      this.#exits(row, pod, exitCode);
  }

  /** A process exits by itself: the kubelet learns of it when it next asks the runtime (PLEG), each node at its own moment. */
  #exits(row: ContainerRow, pod: PodRow, exitCode: number): void {
    this.#processEnds(row, pod, exitCode);
    const period = this.#relistPeriodUs;
    if (period === 0) {
      this.#exited(row, pod);
      return;
    }
    const { nodes, pods } = this.#state;
    const phase = nodes.renewPhaseUs[pods.node[pod]] % period;
    const relistUs = phase + (Math.floor((this.#engine.now - phase) / period) + 1) * period;
    this.#engine.at(relistUs, this.#onRelisted, row, this.#runtimes.generation[row]);
  }

  #processEnds(row: ContainerRow, pod: PodRow, exitCode: number): void {
    const { pods, containers } = this.#state;
    this.#runtimes.generation[row] += 1;
    containers.state[row] = ContainerState.Terminated;
    containers.reason[row] = exitCode === 0 ? Reason.Completed : Reason.Error;
    containers.exitCode[row] = exitCode;
    containers.finishedAt[row] = this.#engine.now;
    containers.ready[row] = 0;
    this.#runtimes.listening[row] = 0;
    this.#runtimes.started[row] = 0;
    if (row - pods.firstContainer[pod] >= this.#runtimes.planOf(pod).inits) this.#runtimes.closeListener(pod, true);
  }

  /** The kubelet sees that a container has exited: the next one starts, or it starts again, or the pod ends. */
  #exited(row: ContainerRow, pod: PodRow): void {
    const { pods, containers } = this.#state;
    const plan = this.#runtimes.planOf(pod);
    const index = row - pods.firstContainer[pod];
    const exitCode = containers.exitCode[row];
    const { sidecar } = plan.containers[index];
    if (index < plan.inits && !sidecar && exitCode === 0) {
      this.#runtimes.begun[pod] = index + 1;
      if (index + 1 === plan.inits) this.#status.write(pod, pods.node[pod]);
      this.startNext(pod);
      return;
    }
    const policy = sidecar ? 'Always' : plan.restartPolicy;
    const restarts = policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
    if (this.#runtimes.stage[pod] === Stage.Terminating) return;
    if (restarts) {
      const exitedUs = containers.finishedAt[row];
      const restartUs =
        exitedUs + crashLoopDelayUs(this.#runtimes.backoffUs[row], this.#runtimes.backoffAt[row], exitedUs);
      const delay = Math.max(0, restartUs - this.#engine.now);
      if (delay > 0) {
        containers.state[row] = ContainerState.Waiting;
        containers.reason[row] = Reason.CrashLoop;
        this.#event('Warning', 'BackOff', `Back-off restarting failed container ${plan.containers[index].name}`, pod);
      }
      this.#engine.after(delay, this.#onRestart, row, this.#runtimes.generation[row]);
    } else if (index < plan.inits) {
      this.#end(pod, plan, true);
    } else if (this.#runtimes.stage[pod] === Stage.Running) {
      this.#endIfAllEnded(pod, plan);
    }
    this.#status.write(pod, pods.node[pod]);
  }

  #restart(row: ContainerRow, pod: PodRow): void {
    const { containers } = this.#state;
    this.#runtimes.backoffUs[row] = nextBackoffUs(
      this.#runtimes.backoffUs[row],
      this.#runtimes.backoffAt[row],
      containers.finishedAt[row],
      this.#backOff,
    );
    this.#runtimes.backoffAt[row] = this.#engine.now;
    containers.restarts[row] += 1;
    this.#start(row, pod);
  }

  /** A pod whose containers have all ended for good has Succeeded or Failed. */
  #endIfAllEnded(pod: PodRow, plan: RuntimePlan): void {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    let failed = false;
    for (let index = plan.inits; index < plan.containers.length; index += 1) {
      if (containers.state[first + index] !== ContainerState.Terminated) return;
      if (containers.exitCode[first + index] !== 0) failed = true;
    }
    this.#end(pod, plan, failed);
  }

  /** The pod is over: its sidecars end too. */
  #end(pod: PodRow, plan: RuntimePlan, failed: boolean): void {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    for (let index = 0; index < plan.inits; index += 1) {
      const row = first + index;
      if (!plan.containers[index].sidecar || this.#runtimes.podOf[row] !== pod) continue;
      this.#runtimes.generation[row] += 1;
      containers.ready[row] = 0;
      containers.state[row] = ContainerState.Terminated;
      containers.reason[row] = Reason.Completed;
      containers.finishedAt[row] = this.#engine.now;
    }
    this.#runtimes.phase[pod] = failed ? PodPhase.Failed : PodPhase.Succeeded;
    this.#runtimes.stage[pod] = Stage.Ended;
    this.#admitted.withdraw(pod, pods.node[pod]);
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, pod: PodRow): void {
    const { pods } = this.#state;
    this.#events.podEvent(type, reason, message, pods.identity[pod]);
  }
}
