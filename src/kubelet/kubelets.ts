// Hot dialect: the kubelets of all nodes. A pod's life on its node, from the binding to the removal of its object.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import { updateNodeStatus } from '../api/requests/node-status.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import { ContainerState } from '../model/containers.ts';
import { NodeReady } from '../model/nodes.ts';
import { isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { Machinery, PodExits, Processes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import { Containers, EXIT_OF_SIGTERM } from './containers.ts';
import { Images } from './images.ts';
import { NodeLeases } from './leases.ts';
import { NodePods } from './node-pods.ts';
import { PodMounts } from './pod-mounts.ts';
import { PodRuntimes, Reason, Stage } from './pod-runtimes.ts';
import type { BehaviorOf, KubeletSettings } from './settings.ts';
import { StatusWriter } from './status-writer.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** A container's runtime gives SIGKILL no earlier than this after SIGTERM (kuberuntime minimumGracePeriodInSeconds). */
const MINIMUM_GRACE_US = 2e6;

/** How long one try to mount a pod's volumes takes at most (volumemanager podAttachAndMountTimeout). */
const LONGEST_MOUNT_US = 123e6;

export class Kubelets implements PodExits, Machinery {
  readonly leases: NodeLeases;
  readonly admitted: NodePods;
  readonly #engine: Engine;
  readonly #api: ApiServer;
  readonly #state: ClusterState;
  readonly #processes: Processes;
  readonly #images: Images;
  readonly #runtimes: PodRuntimes;
  readonly #containers: Containers;
  readonly #status: StatusWriter;
  readonly #events: ApiClient;
  readonly #mounts: PodMounts;
  readonly #onMountTimeout: number;
  readonly #sandbox: number;
  readonly #onSandbox: number;
  readonly #onSigterm: number;
  readonly #onSigkill: number;

  constructor(engine: Engine, api: ApiServer, settings: KubeletSettings, processes: Processes, behaviorOf: BehaviorOf) {
    this.#engine = engine;
    this.#api = api;
    this.#state = api.state;
    this.#processes = processes;
    this.#images = new Images(settings);
    this.admitted = new NodePods(api.state);
    this.leases = new NodeLeases(api.state.nodes, settings.leaseRenewIntervalUs, engine);
    this.#runtimes = new PodRuntimes(engine, api.state, this.#images, processes, behaviorOf);
    const { overdue } = this.#runtimes;
    this.#status = new StatusWriter(api, this.#runtimes, settings.client, (node) => overdue.stopped(node));
    this.#events = new ApiClient(api, 'kubelet', { qps: Infinity, burst: 1 });
    this.#containers = new Containers({
      engine,
      state: api.state,
      runtimes: this.#runtimes,
      images: this.#images,
      admitted: this.admitted,
      status: this.#status,
      processes,
      events: this.#events,
      backOff: settings.crashLoopBackOff,
      relistPeriodUs: settings.relistPeriodUs,
      containerStart: this.#runtimes.samplers.add(settings.containerStart),
    });
    this.#sandbox = this.#runtimes.samplers.add(settings.sandbox);
    this.#onSandbox = this.#runtimes.podKind('kubelet.sandbox', (pod) => this.#sandboxReady(pod));
    const mount = this.#runtimes.samplers.add(settings.mount);
    const onMounted = this.#runtimes.podKind('kubelet.mounted', (pod) => this.#makeSandbox(pod));
    this.#mounts = new PodMounts(
      api,
      (pod) => this.#runtimes.step[pod],
      (pod, step) => engine.after(this.#runtimes.draw(mount), onMounted, pod, step),
    );
    this.#onMountTimeout = this.#runtimes.podKind('kubelet.mount-timeout', (pod) => this.#mountTimedOut(pod));
    this.#onSigterm = this.#runtimes.podKind('kubelet.sigterm', (pod) => this.#sigterm(pod));
    this.#onSigkill = this.#runtimes.podKind('kubelet.sigkill', (pod) => this.#sigkill(pod));
    api.podCommits.push((pod, _epoch, what) => this.#committed(pod, what));
    api.nodeCommits.push((node, what) => this.#nodeChanged(node, what));
    api.kubeletFeed.push((pod, epoch, what) => this.#heard(pod, epoch, what));
  }

  // What the API server says.

  #committed(pod: PodRow, what: number): void {
    const node = this.#state.pods.node[pod];
    if (node < 0) return;
    if ((what & Change.Bound) !== 0) {
      this.#runtimes.ensurePods();
      this.#runtimes.stage[pod] = Stage.None;
      this.#runtimes.step[pod] += 1;
      this.#runtimes.phase[pod] = PodPhase.Pending;
      this.#runtimes.rejection[pod] = undefined;
      this.admitted.add(pod, node);
    }
    if ((what & Change.Removed) !== 0) {
      // Normally the kubelet asked for it; after a force deletion its processes must still go.
      if (this.#runtimes.stage[pod] !== Stage.None && this.#runtimes.stage[pod] !== Stage.Ended)
        this.#runtimes.stop(pod, true);
      this.#runtimes.stage[pod] = Stage.None;
      this.admitted.remove(pod, node);
    }
  }

  #heard(pod: PodRow, epoch: number, what: number): void {
    const { pods, machines } = this.#state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return;
    const node = pods.node[pod];
    if (machines.nodeUp[node] === 0 || this.#runtimes.overdue.stopped(node)) return;
    if ((what & Change.Deleting) !== 0) this.#terminate(pod);
    else if (this.#runtimes.stage[pod] === Stage.None) this.#begin(pod);
  }

  // Start.

  #begin(pod: PodRow): void {
    const { pods, classes } = this.#state;
    const podClass = classes.get(pods.podClass[pod]);
    const rejection = this.admitted.admit(pod, pods.node[pod], podClass);
    this.#runtimes.seenAt[pod] = this.#engine.now;
    if (rejection !== '') {
      this.#runtimes.phase[pod] = PodPhase.Failed;
      this.#runtimes.stage[pod] = Stage.Ended;
      this.#runtimes.rejection[pod] = rejection;
      this.#event('Warning', rejection, 'Node did not have enough resource', pod);
      this.#status.write(pod, pods.node[pod]);
      return;
    }
    this.#runtimes.stage[pod] = Stage.Sandbox;
    this.#runtimes.begun[pod] = 0;
    if (podClass.volumes === undefined || podClass.volumes.claims.length === 0) this.#makeSandbox(pod);
    else this.#waitForVolumes(pod);
  }

  #waitForVolumes(pod: PodRow): void {
    const step = this.#runtimes.step[pod];
    this.#engine.after(LONGEST_MOUNT_US, this.#onMountTimeout, pod, step);
    this.#mounts.wait(pod, step);
  }

  /** The kubelet gives up this try, says so, and tries again. */
  #mountTimedOut(pod: PodRow): void {
    if (this.#runtimes.stage[pod] !== Stage.Sandbox || this.#mounts.isReady(pod)) return;
    this.#event('Warning', 'FailedMount', this.#mounts.complaint(pod), pod);
    this.#engine.after(LONGEST_MOUNT_US, this.#onMountTimeout, pod, this.#runtimes.step[pod]);
  }

  #makeSandbox(pod: PodRow): void {
    this.#engine.after(this.#runtimes.draw(this.#sandbox), this.#onSandbox, pod, this.#runtimes.step[pod]);
  }

  #sandboxReady(pod: PodRow): void {
    this.#runtimes.stage[pod] = Stage.Starting;
    this.#status.write(pod, this.#state.pods.node[pod]);
    this.#containers.startNext(pod);
  }

  // End of a pod (behaviour C.7).

  #terminate(pod: PodRow): void {
    const { pods } = this.#state;
    const stage = this.#runtimes.stage[pod];
    this.#runtimes.step[pod] += 1;
    if (stage !== Stage.Starting && stage !== Stage.Running) {
      this.#finish(pod);
      return;
    }
    this.#event('Normal', 'Killing', 'Stopping the containers', pod);
    this.#runtimes.stage[pod] = Stage.Terminating;
    this.#runtimes.killAt[pod] = this.#engine.now + pods.graceUs[pod];
    const hook = Math.min(this.#runtimes.planOf(pod).preStopUs, pods.graceUs[pod]);
    if (hook > 0) this.#engine.after(hook, this.#onSigterm, pod, this.#runtimes.step[pod]);
    else this.#sigterm(pod);
  }

  #sigterm(pod: PodRow): void {
    const { pods, machines } = this.#state;
    if (machines.listening[pod] === 0 || !this.#runtimes.planOf(pod).drain) {
      this.#runtimes.closeListener(pod, true);
      this.#finish(pod);
      return;
    }
    const left = Math.max(MINIMUM_GRACE_US, this.#runtimes.killAt[pod] - this.#engine.now);
    this.#engine.after(left, this.#onSigkill, pod, this.#runtimes.step[pod]);
    this.#runtimes.closeListener(pod, false);
    this.#processes.terminate(pod, pods.epoch[pod]);
  }

  drained(pod: PodRow, epoch: number): void {
    const { pods } = this.#state;
    if (pods.epoch[pod] !== epoch || this.#runtimes.stage[pod] !== Stage.Terminating) return;
    const { overdue, step } = this.#runtimes;
    if (!overdue.holds(pods.node[pod], this.#onSigkill, pod, step[pod])) this.#finish(pod);
  }

  #sigkill(pod: PodRow): void {
    this.#processes.killed(pod, this.#state.pods.epoch[pod]);
    this.#finish(pod);
  }

  /** Its containers are gone: frees the node and deletes the object. */
  #finish(pod: PodRow): void {
    const { pods } = this.#state;
    const node = pods.node[pod];
    this.#runtimes.stop(pod, false);
    this.#runtimes.stage[pod] = Stage.Ended;
    this.admitted.withdraw(pod, node);
    if ((pods.state[pod] & PodBit.Tracked) !== 0 && this.#runtimes.phase[pod] < PodPhase.Succeeded) this.#fail(pod);
    this.#status.remove(pod, node);
  }

  /** Its Job hears how the pod ended before its object may go: SIGTERM interrupted its work. */
  #fail(pod: PodRow): void {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    const { inits, containers: plans } = this.#runtimes.planOf(pod);
    for (let row = first + inits; row < first + plans.length; row += 1) {
      if (containers.state[row] !== ContainerState.Terminated || containers.finishedAt[row] < this.#engine.now)
        continue;
      containers.exitCode[row] = EXIT_OF_SIGTERM;
      containers.reason[row] = Reason.Error;
    }
    this.#runtimes.phase[pod] = PodPhase.Failed;
    this.#status.write(pod, pods.node[pod]);
  }

  /** Ends one container's process with an exit code, as a fault does. */
  crashContainer(pod: PodRow, epoch: number, container: number, exitCode: number): void {
    this.#containers.crash(pod, epoch, container, exitCode);
  }

  // Machines.

  crashNode(node: NodeRow): void {
    const { machines } = this.#state;
    if (machines.nodeUp[node] === 0) return;
    machines.nodeUp[node] = 0;
    this.leases.stop(node);
    this.#images.interrupt(node, this.#engine.now);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) {
      if (this.#runtimes.stage[pod] === Stage.Ended && this.#runtimes.phase[pod] >= PodPhase.Succeeded) continue;
      this.#runtimes.stop(pod, false);
      this.#runtimes.stage[pod] = Stage.None;
      this.admitted.withdraw(pod, node);
      this.#status.forget(pod);
    }
    this.#processes.nodeDown(node);
  }

  recoverNode(node: NodeRow): void {
    const { machines, nodes } = this.#state;
    if (machines.nodeUp[node] === 1 || nodes.alive[node] === 0) return;
    machines.nodeUp[node] = 1;
    if (!this.#runtimes.overdue.stopped(node)) this.#takeUp(node);
  }

  /** A machine comes with its node, and goes with it. */
  #nodeChanged(node: NodeRow, what: number): void {
    if ((what & Change.Created) !== 0) {
      this.#images.forget(node);
      this.#runtimes.overdue.start(node);
      this.#takeUp(node);
    } else if ((what & Change.Removed) !== 0) {
      this.crashNode(node);
      this.leases.forget(node);
    }
  }

  stopKubelet(node: NodeRow): void {
    if (this.#runtimes.overdue.stopped(node)) return;
    this.#runtimes.overdue.stop(node);
    if (this.#state.machines.nodeUp[node] === 1) this.leases.stop(node);
  }

  startKubelet(node: NodeRow): void {
    if (!this.#runtimes.overdue.stopped(node)) return;
    this.#runtimes.overdue.start(node);
    if (this.#state.machines.nodeUp[node] === 1) this.#takeUp(node);
  }

  /** The kubelet starts: heartbeat and status first, then the pods as the API server has them. */
  #takeUp(node: NodeRow): void {
    const { pods } = this.#state;
    this.leases.resume(node);
    this.#api.submit(this.#status.bucket(node), updateNodeStatus(this.#api.requests, node, NodeReady.True));
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) {
      const stage = this.#runtimes.stage[pod];
      if (isTerminal(pods.state[pod])) continue;
      if ((pods.state[pod] & PodBit.Deleting) !== 0) {
        if (stage !== Stage.Terminating) this.#terminate(pod);
      } else if (stage === Stage.None) {
        this.#startAgain(pod, node);
      } else {
        this.#status.reconcile(pod, node);
      }
    }
  }

  /** Nothing of the pod runs. Containers that ran before start again in a new sandbox. */
  #startAgain(pod: PodRow, node: NodeRow): void {
    const { pods, containers } = this.#state;
    const first = pods.firstContainer[pod];
    for (let row = first; row < first + this.#runtimes.planOf(pod).containers.length; row += 1) {
      if (containers.startedAt[row] >= 0) containers.restarts[row] += 1;
    }
    if (this.#runtimes.phase[pod] === PodPhase.Running) this.#status.write(pod, node);
    this.#begin(pod);
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string, pod: PodRow): void {
    const { pods } = this.#state;
    this.#events.podEvent(type, reason, message, pods.identity[pod]);
  }
}
