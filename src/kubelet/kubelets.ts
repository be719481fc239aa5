// Hot dialect: the kubelets of all nodes. A pod's life on its node, from the binding to the removal of its object.
import type { ApiServer } from '../api/server.ts';
import { ApiClient } from '../api/client.ts';
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Random } from '../engine/random.ts';
import { Change } from '../model/change-log.ts';
import { grown } from '../model/columns.ts';
import { ContainerState, containerReasons } from '../model/containers.ts';
import { NodeReady } from '../model/nodes.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { Machinery, PodExits, Processes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import { Verb } from '../api/writes.ts';
import { crashLoopDelayUs, nextBackoffUs } from './crash-loop-backoff.ts';
import { Images } from './images.ts';
import { NodeLeases } from './leases.ts';
import { NodePods } from './node-pods.ts';
import { planRuntime, type RuntimePlan } from './runtime-plan.ts';
import type { BehaviorOf, KubeletSettings } from './settings.ts';
import { type PodTruth, StatusWriter } from './status-writer.ts';

/** Where a pod is on its node. */
const Stage = { None: 0, Sandbox: 1, Starting: 2, Running: 3, Terminating: 4, Ended: 5 } as const;

const Reason = {
  None: 0,
  Creating: containerReasons.indexOf('ContainerCreating'),
  CrashLoop: containerReasons.indexOf('CrashLoopBackOff'),
  Completed: containerReasons.indexOf('Completed'),
  Error: containerReasons.indexOf('Error'),
} as const;

/** A container's runtime gives SIGKILL no earlier than this after SIGTERM (kuberuntime minimumGracePeriodInSeconds). */
const MINIMUM_GRACE_US = 2e6;

export class Kubelets implements PodTruth, PodExits, Machinery {
  readonly leases: NodeLeases;
  readonly admitted: NodePods;
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #state: ClusterState;
  readonly #settings: KubeletSettings;
  readonly #processes: Processes;
  readonly #behaviorOf: BehaviorOf;
  readonly #random: Random;
  readonly #samplers = new Samplers();
  readonly #images: Images;
  readonly #status: StatusWriter;
  readonly #events: ApiClient;
  readonly #plans: RuntimePlan[] = [];
  readonly #sandbox: number;
  readonly #containerStart: number;
  readonly #nodeReply: number;
  readonly #onSandbox: number;
  readonly #onSigterm: number;
  readonly #onSigkill: number;
  readonly #onPulled: number;
  readonly #onRunning: number;
  readonly #onListening: number;
  readonly #onReady: number;
  readonly #onExit: number;
  readonly #onRestart: number;
  // By pod row. A step that rises makes the pod's waiting events stale; it is never reset.
  #stage = new Uint8Array(0);
  #step = new Int32Array(0);
  /** The phase that the kubelet has reached: it never moves backward, not even when the machine boots again. */
  #phase = new Uint8Array(0);
  #seenAt = new Float64Array(0);
  #killAt = new Float64Array(0);
  /** Containers started for the first time so far, in the order of the plan. */
  #begun = new Int32Array(0);
  #rejection: (string | undefined)[] = [];
  // By container row. A generation that rises makes the container's waiting events stale; it is never reset.
  #generation = new Int32Array(0);
  #podOf = new Int32Array(0);
  #listening = new Uint8Array(0);
  #backoffUs = new Float64Array(0);
  #backoffAt = new Float64Array(0);

  constructor(engine: Engine, api: ApiServer, settings: KubeletSettings, processes: Processes, behaviorOf: BehaviorOf) {
    this.#engine = engine;
    this.#api = api;
    this.#state = api.state;
    this.#settings = settings;
    this.#processes = processes;
    this.#behaviorOf = behaviorOf;
    this.#random = engine.stream('kubelet');
    this.#images = new Images(settings);
    this.admitted = new NodePods(api.state);
    this.leases = new NodeLeases(api.state.nodes, settings.leaseRenewIntervalUs, engine);
    this.#status = new StatusWriter(api, this, settings.client);
    this.#events = new ApiClient(api, 'kubelet', { qps: Infinity, burst: 1 });
    this.#sandbox = this.#samplers.add(settings.sandbox);
    this.#containerStart = this.#samplers.add(settings.containerStart);
    this.#nodeReply = api.reply(() => undefined);
    this.#onSandbox = this.#podKind('kubelet.sandbox', (pod) => this.#sandboxReady(pod));
    this.#onSigterm = this.#podKind('kubelet.sigterm', (pod) => this.#sigterm(pod));
    this.#onSigkill = this.#podKind('kubelet.sigkill', (pod) => this.#sigkill(pod));
    this.#onPulled = this.#containerKind('kubelet.pulled', (row) => this.#pulled(row));
    this.#onRunning = this.#containerKind('kubelet.running', (row, pod) => this.#running(row, pod));
    this.#onListening = this.#containerKind('kubelet.listening', (row, pod) => this.#listens(row, pod));
    this.#onReady = this.#containerKind('kubelet.ready', (row, pod) => this.#ready(row, pod));
    this.#onExit = this.#containerKind('kubelet.exit', (row, pod) => this.#exitsByItself(row, pod));
    this.#onRestart = this.#containerKind('kubelet.restart', (row, pod) => this.#restart(row, pod));
    api.podCommits.push((pod, _epoch, what) => this.#committed(pod, what));
    api.kubeletFeed.push((pod, epoch, what) => this.#heard(pod, epoch, what));
  }

  // What the API server says.

  #committed(pod: number, what: number): void {
    const node = this.#state.pods.node[pod];
    if (node < 0) return;
    if ((what & Change.Bound) !== 0) {
      this.#ensurePods();
      this.#stage[pod] = Stage.None;
      this.#step[pod] += 1;
      this.#phase[pod] = PodPhase.Pending;
      this.#rejection[pod] = undefined;
      this.admitted.add(pod, node);
    }
    if ((what & Change.Removed) !== 0) {
      // Normally the kubelet asked for it; after a force deletion its processes must still go.
      if (this.#stage[pod] !== Stage.None && this.#stage[pod] !== Stage.Ended) this.#stop(pod, true);
      this.#stage[pod] = Stage.None;
      this.admitted.remove(pod, node);
    }
  }

  #heard(pod: number, epoch: number, what: number): void {
    const { pods, machines } = this.#state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return;
    if (machines.nodeUp[pods.node[pod]] === 0) return;
    if ((what & Change.Deleting) !== 0) this.#terminate(pod);
    else if (this.#stage[pod] === Stage.None) this.#begin(pod);
  }

  // Start.

  #begin(pod: number): void {
    const { pods, classes } = this.#state;
    const podClass = classes.get(pods.podClass[pod]);
    const rejection = this.admitted.admit(pod, pods.node[pod], podClass);
    this.#seenAt[pod] = this.#engine.now;
    if (rejection !== '') {
      this.#phase[pod] = PodPhase.Failed;
      this.#stage[pod] = Stage.Ended;
      this.#rejection[pod] = rejection;
      this.#event('Warning', rejection, 'Node did not have enough resource', pod);
      this.#status.write(pod, pods.node[pod]);
      return;
    }
    this.#stage[pod] = Stage.Sandbox;
    this.#begun[pod] = 0;
    this.#engine.after(this.#draw(this.#sandbox), this.#onSandbox, pod, this.#step[pod]);
  }

  #sandboxReady(pod: number): void {
    this.#stage[pod] = Stage.Starting;
    this.#status.write(pod, this.#state.pods.node[pod]);
    this.#startNext(pod);
  }

  /** Containers start one after the other, in the order of the spec: each waits for its image and for the one before. */
  #startNext(pod: number): void {
    const { pods } = this.#state;
    const plan = this.#planOf(pod);
    const index = this.#begun[pod];
    if (index === plan.containers.length) {
      this.#stage[pod] = Stage.Running;
      if (this.#phase[pod] === PodPhase.Pending) this.#phase[pod] = PodPhase.Running;
      this.#status.write(pod, pods.node[pod]);
      return;
    }
    const row = pods.firstContainer[pod] + index;
    this.#ensureContainers();
    this.#podOf[row] = pod;
    this.#backoffUs[row] = 0;
    this.#listening[row] = 0;
    this.#start(row, pod);
  }

  #start(row: number, pod: number): void {
    const { pods, containers } = this.#state;
    const plan = this.#planOf(pod).containers[row - pods.firstContainer[pod]];
    const node = pods.node[pod];
    this.#generation[row] += 1;
    containers.state[row] = ContainerState.Waiting;
    containers.reason[row] = Reason.Creating;
    const absent = !this.#images.present(plan.image, node, this.#engine.now);
    const wait = this.#images.pull(plan.image, node, plan.pullAlways, this.#engine.now);
    if (absent && wait > 0) this.#event('Normal', 'Pulling', `Pulling the image of container ${plan.name}`, pod);
    if (wait > 0) this.#engine.after(wait, this.#onPulled, row, this.#generation[row]);
    else this.#pulled(row);
  }

  #pulled(row: number): void {
    this.#engine.after(this.#draw(this.#containerStart), this.#onRunning, row, this.#generation[row]);
  }

  #running(row: number, pod: number): void {
    const { pods, containers } = this.#state;
    const plan = this.#planOf(pod);
    const index = row - pods.firstContainer[pod];
    const container = plan.containers[index];
    const { now } = this.#engine;
    containers.state[row] = ContainerState.Running;
    containers.reason[row] = Reason.None;
    containers.startedAt[row] = now;
    const startup = this.#draw(container.startup);
    if (index < plan.inits) {
      // An ordinary init container: it does its work and ends.
      this.#engine.after(startup, this.#onExit, row, this.#generation[row]);
      return;
    }
    if (container.probePeriodUs === 0) containers.ready[row] = 1;
    if (container.crash >= 0) this.#engine.after(this.#draw(container.crash), this.#onExit, row, this.#generation[row]);
    if (startup > 0) this.#engine.after(startup, this.#onListening, row, this.#generation[row]);
    else this.#listens(row, pod);
    if (this.#stage[pod] === Stage.Starting) {
      this.#begun[pod] = index + 1;
      this.#startNext(pod);
    } else {
      this.#status.write(pod, pods.node[pod]);
    }
  }

  #listens(row: number, pod: number): void {
    const { pods, containers, machines } = this.#state;
    this.#listening[row] = 1;
    const plan = this.#planOf(pod);
    const first = pods.firstContainer[pod];
    const container = plan.containers[row - first];
    if (container.probePeriodUs > 0) {
      // The prober's grid began when the kubelet saw the pod; it probes once more when the container has started (C.6).
      const { now } = this.#engine;
      const earliest = containers.startedAt[row] + container.probeInitialDelayUs;
      const ticks = Math.ceil((Math.max(now, earliest) - this.#seenAt[pod]) / container.probePeriodUs);
      const tick =
        now === containers.startedAt[row] && earliest <= now
          ? now
          : this.#seenAt[pod] + ticks * container.probePeriodUs;
      const readyAt = tick + (container.probeSuccesses - 1) * container.probePeriodUs;
      this.#engine.at(Math.max(now, readyAt), this.#onReady, row, this.#generation[row]);
    }
    for (let index = plan.inits; index < plan.containers.length; index += 1) {
      if (this.#listening[first + index] === 0 || this.#podOf[first + index] !== pod) return;
    }
    machines.listening[pod] = 1;
    machines.listeningEpoch[pod] = pods.epoch[pod];
    this.#processes.started(pod, pods.epoch[pod]);
  }

  #ready(row: number, pod: number): void {
    this.#state.containers.ready[row] = 1;
    this.#status.write(pod, this.#state.pods.node[pod]);
  }

  // End of a container.

  #exitsByItself(row: number, pod: number): void {
    const plan = this.#planOf(pod);
    const index = row - this.#state.pods.firstContainer[pod];
    this.#exit(row, pod, index < plan.inits ? 0 : plan.containers[index].crashExitCode);
  }

  /** Ends one container's process with an exit code, as a fault does. */
  crashContainer(pod: number, epoch: number, container: number, exitCode: number): void {
    const { pods, containers } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch || this.#stage[pod] === Stage.None) return;
    const row = pods.firstContainer[pod] + this.#planOf(pod).inits + container;
    if (containers.state[row] === ContainerState.Running && this.#stage[pod] !== Stage.Terminating)
      this.#exit(row, pod, exitCode);
  }

  #exit(row: number, pod: number, exitCode: number): void {
    const { pods, containers } = this.#state;
    const { now } = this.#engine;
    const plan = this.#planOf(pod);
    const index = row - pods.firstContainer[pod];
    this.#generation[row] += 1;
    containers.state[row] = ContainerState.Terminated;
    containers.reason[row] = exitCode === 0 ? Reason.Completed : Reason.Error;
    containers.exitCode[row] = exitCode;
    containers.finishedAt[row] = now;
    containers.ready[row] = 0;
    this.#listening[row] = 0;
    if (index < plan.inits && exitCode === 0) {
      this.#begun[pod] = index + 1;
      if (index + 1 === plan.inits) this.#status.write(pod, pods.node[pod]);
      this.#startNext(pod);
      return;
    }
    this.#closeListener(pod, true);
    const restarts = plan.restartPolicy === 'Always' || (plan.restartPolicy === 'OnFailure' && exitCode !== 0);
    if (restarts) {
      const delay = crashLoopDelayUs(this.#backoffUs[row], this.#backoffAt[row], now);
      if (delay > 0) {
        containers.state[row] = ContainerState.Waiting;
        containers.reason[row] = Reason.CrashLoop;
        this.#event('Warning', 'BackOff', `Back-off restarting failed container ${plan.containers[index].name}`, pod);
      }
      this.#engine.after(delay, this.#onRestart, row, this.#generation[row]);
    } else if (this.#stage[pod] === Stage.Running) {
      this.#endIfAllEnded(pod, plan);
    }
    this.#status.write(pod, pods.node[pod]);
  }

  #restart(row: number, pod: number): void {
    const { containers } = this.#state;
    const backoff = this.#settings.crashLoopBackOff;
    this.#backoffUs[row] = nextBackoffUs(
      this.#backoffUs[row],
      this.#backoffAt[row],
      containers.finishedAt[row],
      backoff,
    );
    this.#backoffAt[row] = this.#engine.now;
    containers.restarts[row] += 1;
    this.#start(row, pod);
  }

  /** A pod whose containers have all ended for good has Succeeded or Failed. */
  #endIfAllEnded(pod: number, plan: RuntimePlan): void {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    let failed = false;
    for (let index = plan.inits; index < plan.containers.length; index += 1) {
      if (containers.state[first + index] !== ContainerState.Terminated) return;
      if (containers.exitCode[first + index] !== 0) failed = true;
    }
    this.#phase[pod] = failed ? PodPhase.Failed : PodPhase.Succeeded;
    this.#stage[pod] = Stage.Ended;
    this.admitted.withdraw(pod, pods.node[pod]);
  }

  // End of a pod (behaviour C.7).

  #terminate(pod: number): void {
    const { pods } = this.#state;
    const stage = this.#stage[pod];
    this.#step[pod] += 1;
    if (stage !== Stage.Starting && stage !== Stage.Running) {
      this.#finish(pod);
      return;
    }
    this.#event('Normal', 'Killing', 'Stopping the containers', pod);
    this.#stage[pod] = Stage.Terminating;
    this.#killAt[pod] = this.#engine.now + pods.graceUs[pod];
    const hook = Math.min(this.#planOf(pod).preStopUs, pods.graceUs[pod]);
    if (hook > 0) this.#engine.after(hook, this.#onSigterm, pod, this.#step[pod]);
    else this.#sigterm(pod);
  }

  #sigterm(pod: number): void {
    const { pods, machines } = this.#state;
    if (machines.listening[pod] === 0 || !this.#planOf(pod).drain) {
      this.#closeListener(pod, true);
      this.#finish(pod);
      return;
    }
    const left = Math.max(MINIMUM_GRACE_US, this.#killAt[pod] - this.#engine.now);
    this.#engine.after(left, this.#onSigkill, pod, this.#step[pod]);
    this.#closeListener(pod, false);
    this.#processes.terminate(pod, pods.epoch[pod]);
  }

  drained(pod: number, epoch: number): void {
    if (this.#state.pods.epoch[pod] !== epoch || this.#stage[pod] !== Stage.Terminating) return;
    this.#finish(pod);
  }

  #sigkill(pod: number): void {
    this.#processes.killed(pod, this.#state.pods.epoch[pod]);
    this.#finish(pod);
  }

  /** Its containers are gone: frees the node and deletes the object. */
  #finish(pod: number): void {
    const node = this.#state.pods.node[pod];
    this.#stop(pod, false);
    this.#stage[pod] = Stage.Ended;
    this.admitted.withdraw(pod, node);
    this.#status.remove(pod, node);
  }

  /** Nothing of the pod runs or waits any more. */
  #stop(pod: number, kill: boolean): void {
    const { pods, containers } = this.#state;
    this.#step[pod] += 1;
    this.#closeListener(pod, kill);
    const first = pods.firstContainer[pod];
    const count = this.#planOf(pod).containers.length;
    this.#ensureContainers();
    for (let row = first; row < first + count; row += 1) {
      if (this.#podOf[row] !== pod) continue;
      this.#generation[row] += 1;
      this.#listening[row] = 0;
      containers.ready[row] = 0;
      if (containers.state[row] !== ContainerState.Running) continue;
      containers.state[row] = ContainerState.Terminated;
      containers.reason[row] = Reason.Completed;
      containers.finishedAt[row] = this.#engine.now;
    }
  }

  #closeListener(pod: number, kill: boolean): void {
    const { machines, pods } = this.#state;
    if (machines.listening[pod] === 0) return;
    machines.listening[pod] = 0;
    if (kill) this.#processes.killed(pod, pods.epoch[pod]);
  }

  // Machines.

  crashNode(node: number): void {
    const { machines } = this.#state;
    if (machines.nodeUp[node] === 0) return;
    machines.nodeUp[node] = 0;
    this.leases.stop(node);
    this.#images.interrupt(node, this.#engine.now);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) {
      if (this.#stage[pod] === Stage.Ended && this.#phase[pod] >= PodPhase.Succeeded) continue;
      this.#stop(pod, false);
      this.#stage[pod] = Stage.None;
      this.admitted.withdraw(pod, node);
      this.#status.forget(pod);
    }
    this.#processes.nodeDown(node);
  }

  recoverNode(node: number): void {
    const { machines, pods, containers } = this.#state;
    if (machines.nodeUp[node] === 1) return;
    machines.nodeUp[node] = 1;
    this.leases.resume(node);
    const { writes } = this.#api;
    const write = writes.allocate(Verb.NodeStatus, node, 0, this.#nodeReply, 0);
    writes.a[write] = NodeReady.True;
    writes.time[write] = this.#engine.now;
    this.#api.submit(this.#status.bucket(node), write);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) {
      if (isTerminal(pods.state[pod])) continue;
      if ((pods.state[pod] & PodBit.Deleting) !== 0) {
        this.#finish(pod);
        continue;
      }
      // Its containers ran before and start again in a new sandbox.
      const first = pods.firstContainer[pod];
      for (let row = first; row < first + this.#planOf(pod).containers.length; row += 1) {
        if (containers.startedAt[row] >= 0) containers.restarts[row] += 1;
      }
      if (this.#phase[pod] === PodPhase.Running) this.#status.write(pod, node);
      this.#begin(pod);
    }
  }

  // What the status writer asks.

  statusBits(pod: number): number {
    const { pods, containers } = this.#state;
    const plan = this.#planOf(pod);
    const stage = this.#stage[pod];
    let bits: number = this.#phase[pod];
    if (stage === Stage.Starting || stage === Stage.Running || stage === Stage.Terminating) bits |= PodBit.HasIp;
    if (this.#begun[pod] >= plan.inits && stage >= Stage.Starting) bits |= PodBit.Initialized;
    if (stage !== Stage.Running && stage !== Stage.Terminating) return bits;
    const first = pods.firstContainer[pod];
    for (let index = plan.inits; index < plan.containers.length; index += 1) {
      if (containers.ready[first + index] === 0) return bits;
    }
    return bits | PodBit.ContainersReady | PodBit.Ready;
  }

  restartsOf(pod: number): number {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    let sum = 0;
    for (let row = first; row < first + this.#planOf(pod).containers.length; row += 1) sum += containers.restarts[row];
    return sum;
  }

  reasonOf(pod: number): string {
    return this.#rejection[pod] ?? '';
  }

  // Small things.

  #planOf(pod: number): RuntimePlan {
    const { runtime } = this.#state.classes.get(this.#state.pods.podClass[pod]);
    let plan = this.#plans[runtime.id];
    if (plan === undefined) {
      plan = planRuntime(runtime, this.#images, this.#samplers, this.#behaviorOf);
      this.#plans[runtime.id] = plan;
    }
    return plan;
  }

  #draw(sampler: number): number {
    return Math.round(this.#samplers.draw(sampler, this.#random));
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, pod: number): void {
    const { pods } = this.#state;
    this.#events.podEvent(type, reason, message, pods.owner[pod], pods.ordinal[pod]);
  }

  #podKind(name: string, handle: (pod: number) => void): number {
    return this.#engine.kind(name, (pod, step) => {
      if (this.#step[pod] === step) handle(pod);
    });
  }

  #containerKind(name: string, handle: (row: number, pod: number) => void): number {
    return this.#engine.kind(name, (row, generation) => {
      if (this.#generation[row] === generation) handle(row, this.#podOf[row]);
    });
  }

  #ensurePods(): void {
    const { capacity } = this.#state.pods;
    if (capacity <= this.#stage.length) return;
    this.#stage = grown(this.#stage, capacity);
    this.#step = grown(this.#step, capacity);
    this.#phase = grown(this.#phase, capacity);
    this.#seenAt = grown(this.#seenAt, capacity);
    this.#killAt = grown(this.#killAt, capacity);
    this.#begun = grown(this.#begun, capacity);
  }

  #ensureContainers(): void {
    const { capacity } = this.#state.containers;
    if (capacity <= this.#generation.length) return;
    this.#generation = grown(this.#generation, capacity);
    this.#podOf = grown(this.#podOf, capacity).fill(-1, this.#generation.length === 0 ? 0 : this.#podOf.length);
    this.#listening = grown(this.#listening, capacity);
    this.#backoffUs = grown(this.#backoffUs, capacity);
    this.#backoffAt = grown(this.#backoffAt, capacity);
  }
}
