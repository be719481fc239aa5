// The kubelets of all nodes, as one component: what they hear of the API server, of their containers, and of faults.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import { isTerminal, PodBit } from '../model/pods.ts';
import type { Machinery, PodExits, Processes } from '../model/ports.ts';
import type { ContainerRow, NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { ConfigReferences } from './config-references.ts';
import { ContainerStarts } from './container-starts.ts';
import { ContainerStops } from './container-stops.ts';
import type { EvictionManager } from './eviction/eviction-manager.ts';
import { watchMemory } from './eviction/memory-watch.ts';
import { Images } from './images/images.ts';
import { PullSecrets } from './images/pull-secrets.ts';
import { NodeLeases } from './leases.ts';
import type { NodeAgents } from './node-agents.ts';
import { NodeAdmission } from './node-admission.ts';
import { NodePods } from './node-pods.ts';
import { NodeStatuses } from './node-status.ts';
import { PodEndings } from './pod-endings.ts';
import { PodEvents } from './pod-events.ts';
import { PodMounts } from './pod-mounts.ts';
import { Listening, PodRuntimes, Sandbox, Work } from './pod-runtimes.ts';
import { PodStatuses } from './pod-status.ts';
import { PodSync } from './pod-sync.ts';
import { PodUpdates } from './pod-updates.ts';
import { PodWorkers } from './pod-workers.ts';
import { probeVerdicts } from './probe-verdicts.ts';
import { Prober } from './prober.ts';
import { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeExits, RuntimeLog, RuntimeOverride } from './runtime.ts';
import type { BehaviorOf, KubeletSettings } from './settings.ts';
import { exitOfDrained, SimulatedRuntime } from './simulated-runtime.ts';
import { StatusWriter } from './status-writer.ts';
import { VolumeSetup } from './volume-setup.ts';

export class Kubelets implements NodeAgents, PodExits, Machinery {
  readonly leases: NodeLeases;
  readonly admitted: NodePods;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #processes: Processes;
  readonly #images: Images;
  readonly #runtimes: PodRuntimes;
  readonly #statuses: PodStatuses;
  readonly #status: StatusWriter;
  readonly #events: PodEvents;
  readonly #prober: Prober;
  readonly #stops: ContainerStops;
  readonly #starts: ContainerStarts;
  readonly #workers: PodWorkers;
  readonly #relist: Relist;
  readonly #endings: PodEndings;
  readonly #updates: PodUpdates;
  readonly #onForced: number;
  readonly #nodeStatuses: NodeStatuses;
  readonly #eviction: EvictionManager | undefined;
  /** When the kubelet of a node began, for those that have not run since long. */
  readonly #startedAtUs = new Map<NodeRow, number>();
  readonly #admission: NodeAdmission;

  constructor(
    engine: Engine,
    api: ApiServer,
    settings: KubeletSettings,
    processes: Processes,
    behaviorOf: BehaviorOf,
    override?: RuntimeOverride,
  ) {
    const { state } = api;
    this.#engine = engine;
    this.#state = state;
    this.#processes = processes;
    this.admitted = new NodePods(state);
    this.#admission = new NodeAdmission(state, this.admitted);
    this.leases = new NodeLeases(state.nodes, settings.leaseRenewIntervalUs, engine);
    const runtimes = new PodRuntimes(engine, state, this.admitted.classes, behaviorOf);
    this.#runtimes = runtimes;
    const exits: RuntimeExits = {
      exited: (row, pod, exitCode, reason) => this.#stops.exited(row, pod, exitCode, reason),
      healthChanged: (row) => this.#prober.resume(row),
    };
    const runtime =
      override?.runtime(exits, runtimes) ??
      new SimulatedRuntime(engine, state, runtimes, settings, this.admitted, processes, behaviorOf, exits);
    const log = override?.log;
    this.#images = new Images(engine, settings, runtime);
    this.#events = new PodEvents(api);
    const events = this.#events;
    this.#prober = this.#makeProber(runtime, log);
    this.#statuses = new PodStatuses(state, runtimes, this.#prober);
    const statuses = this.#statuses;
    this.#status = new StatusWriter(api, statuses, settings.client, (node) => runtimes.overdue.stopped(node));
    this.#nodeStatuses = new NodeStatuses(engine, api, runtimes, events, (node) => this.#status.bucket(node));
    const references = new ConfigReferences(api, (image) => runtime.runsAsRoot(image));
    const mount = runtimes.samplers.add(settings.mount);
    const mounts = new PodMounts(api, (pod) => runtimes.step[pod]);
    const secrets = new PullSecrets(state, references, events);
    const volumes = new VolumeSetup(engine, mounts, references, events, () => runtimes.draw(mount));
    this.#stops = new ContainerStops({ engine, state, runtimes, runtime, events, log });
    this.#starts = new ContainerStarts({
      engine,
      state,
      runtimes,
      runtime,
      images: this.#images,
      secrets,
      statuses,
      references,
      stops: this.#stops,
      events,
      backOff: settings.crashLoopBackOff,
      log,
    });
    const sync = new PodSync({
      engine,
      state,
      runtimes,
      runtime,
      statuses,
      prober: this.#prober,
      starts: this.#starts,
      stops: this.#stops,
      volumes,
      secrets,
      status: this.#status,
      events,
      log,
      released: (pod) => this.#endings.released(pod),
      vanished: (pod) => this.#vanish(pod),
    });
    this.#endings = new PodEndings({
      engine,
      state,
      runtimes,
      statuses,
      status: this.#status,
      events,
      admission: this.#admission,
      admitted: this.admitted,
      prober: this.#prober,
      relist: () => this.#relist,
      begin: (pod) => this.#begin(pod),
      trigger: (pod) => this.#workers.trigger(pod),
    });
    this.#workers = new PodWorkers(
      engine,
      state,
      runtimes,
      (pod) => sync.sync(pod),
      (pod) => this.#statuses.isRestless(pod),
      override?.jitter ?? (settings.relistPeriodUs === 0 ? () => 1 : () => runtimes.jitter()),
    );
    this.#relist = new Relist(engine, state, runtimes, settings.relistPeriodUs, (pod) => this.#workers.trigger(pod));
    if (settings.watchesMemory) {
      const { admitted } = this;
      const parts = { engine, state, settings, admitted, runtimes, runtime, events };
      this.#eviction = watchMemory({ ...parts, endings: this.#endings, nodeStatuses: this.#nodeStatuses });
    }
    this.#onForced = runtimes.podKind('kubelet.forced', (pod) => {
      this.admitted.withdraw(pod, state.pods.node[pod]);
      this.#terminate(pod);
    });
    const trigger = (pod: PodRow): void => this.#workers.trigger(pod);
    this.#updates = new PodUpdates({ api, runtimes, admitted: this.admitted, endings: this.#endings, trigger });
    const { tasks } = this.#workers;
    this.#workers.join(this.#relist);
    volumes.join(tasks);
    sync.join(this.#relist);
    this.#starts.join(tasks, this.#relist);
    this.#stops.join(tasks, this.#relist);
    api.podCommits.push((pod, _epoch, what) => this.#committed(pod, what));
    api.nodeCommits.push((node, what) => this.#nodeChanged(node, what));
    api.kubelets.feed.push((pod, epoch, what) => this.#heard(pod, epoch, what));
  }

  #makeProber(runtime: ContainerRuntime, log: RuntimeLog | undefined): Prober {
    const runtimes = this.#runtimes;
    return new Prober(
      this.#engine,
      this.#state,
      runtimes,
      runtime,
      probeVerdicts({
        runtimes,
        events: this.#events,
        log,
        prober: () => this.#prober,
        statuses: () => this.#statuses,
        tell: (pod) => this.#tell(pod),
        trigger: (pod) => this.#workers.trigger(pod),
      }),
      (pod) => this.#startedAtUs.get(this.#state.pods.node[pod]) ?? -Infinity,
    );
  }

  #tell(pod: PodRow): void {
    this.#status.write(pod, this.#state.pods.node[pod]);
  }

  // What the API server says.

  #committed(pod: PodRow, what: number): void {
    const node = this.#state.pods.node[pod];
    if (node < 0) return;
    if ((what & Change.Bound) !== 0) {
      this.#reset(pod);
      this.admitted.add(pod, node);
    }
    if ((what & Change.Removed) === 0) return;
    if (this.#runtimes.works(pod)) {
      // Deleted by force: its node learns of it, counts it no more, and stops what runs by the pod's own grace.
      this.#state.pods.held.add(pod);
      this.#engine.after(0, this.#onForced, pod, this.#runtimes.step[pod]);
    } else this.#vanish(pod);
  }

  #reset(pod: PodRow): void {
    this.#runtimes.reset(pod);
    this.#workers.reset(pod);
    this.#relist.reset(pod);
    this.#starts.forget(pod);
    this.#statuses.forget(pod);
    this.#prober.forget(pod);
  }

  /** Nothing of the pod runs or waits any more, and the API server has it no more. */
  #vanish(pod: PodRow): void {
    const { pods, containers } = this.#state;
    this.#runtimes.step[pod] += 1;
    this.#prober.removePod(pod, false);
    this.#runtimes.work[pod] = Work.None;
    this.admitted.remove(pod, pods.node[pod]);
    if (!pods.held.has(pod)) return;
    pods.letGo(pod);
    containers.release(pods.firstContainer[pod], this.#runtimes.planOf(pod).containers.length);
  }

  #heard(pod: PodRow, epoch: number, what: number): void {
    const { pods, machines } = this.#state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return;
    const node = pods.node[pod];
    if (machines.nodeUp[node] === 0 || this.#runtimes.overdue.stopped(node)) return;
    if ((what & Change.Deleting) !== 0) this.#terminate(pod);
    else if (this.#runtimes.work[pod] === Work.None) this.#begin(pod);
  }

  #begin(pod: PodRow): void {
    const node = this.#state.pods.node[pod];
    const pressure = this.#eviction?.refuses(this.admitted.classes.of(pod), node);
    if (pressure !== undefined) {
      this.#endings.refuse(pod, { reason: 'Evicted', message: pressure });
      return;
    }
    const rejection = this.#admission.admit(pod, node);
    if (rejection !== undefined) {
      this.#endings.reject(pod, node, rejection);
      return;
    }
    this.#runtimes.work[pod] = Work.Sync;
    const { deadlineUs } = this.#runtimes.planOf(pod);
    if (deadlineUs < Infinity) this.#endings.awaitDeadline(pod, deadlineUs);
    this.#workers.trigger(pod);
  }

  /** The API server wants the pod gone. */
  #terminate(pod: PodRow): void {
    const work = this.#runtimes.work[pod];
    if (work === Work.Sync) {
      this.#runtimes.work[pod] = Work.Terminating;
      this.#prober.cancel(pod);
      this.#workers.trigger(pod);
    } else if (work === Work.None || work === Work.Ended) this.#status.remove(pod, this.#state.pods.node[pod]);
  }

  drained(pod: PodRow, epoch: number, container: number): void {
    const { pods } = this.#state;
    if (pods.epoch[pod] !== epoch) return;
    const row = (pods.firstContainer[pod] + this.#runtimes.planOf(pod).inits + container) as ContainerRow;
    this.#runtimes.listening[row] = Listening.No;
    this.#stops.exited(row, pod, exitOfDrained(pods.state[pod]));
  }

  /** Ends one container's process with an exit code, as a fault does. */
  crashContainer(pod: PodRow, epoch: number, container: number, exitCode: number): void {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch) return;
    const row = (pods.firstContainer[pod] + this.#runtimes.planOf(pod).inits + container) as ContainerRow;
    if (this.#runtimes.podOf[row] === pod) this.#stops.exited(row, pod, exitCode);
  }

  /** The pod's sandbox dies, and its containers run on until the kubelet stops them. */
  loseSandbox(pod: PodRow, epoch: number): void {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch || this.#runtimes.sandbox[pod] !== Sandbox.Ready) return;
    this.#runtimes.sandbox[pod] = Sandbox.Stopped;
    this.#relist.changed(pod);
    this.#relist.book(pod);
  }

  // Machines.

  crashNode(node: NodeRow): void {
    const { machines } = this.#state;
    if (machines.nodeUp[node] === 0) return;
    machines.nodeUp[node] = 0;
    this.#eviction?.stop(node);
    this.leases.stop(node);
    this.#images.interrupt(node);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) this.#lose(pod, node);
    this.#processes.nodeDown(node);
  }

  /** The pod's machine has stopped, and all that ran there. */
  #lose(pod: PodRow, node: NodeRow): void {
    const { machines, pods } = this.#state;
    if (this.#runtimes.work[pod] === Work.Ended || this.#runtimes.work[pod] === Work.None) return;
    if (pods.alive[pod] === 0) {
      this.#vanish(pod);
      return;
    }
    this.#prober.removePod(pod, false);
    machines.listening[pod] = 0;
    this.#runtimes.lose(pod);
    this.admitted.withdraw(pod, node);
    this.#status.forget(pod);
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
    this.#startedAtUs.set(node, this.#engine.now);
    this.#eviction?.start(node, 0);
    this.leases.resume(node);
    this.#nodeStatuses.begin(node);
    // Those that it does not find any more make room before others are admitted.
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod))
      if (pods.alive[pod] === 0) this.admitted.withdraw(pod, node);
    for (let pod = this.admitted.first(node); pod >= 0; pod = this.admitted.next(pod)) {
      if (pods.alive[pod] === 0 || isTerminal(pods.state[pod])) continue;
      this.#updates.catchUp(pod);
      const work = this.#runtimes.work[pod];
      if ((pods.state[pod] & PodBit.Deleting) !== 0) {
        if (work === Work.None || work === Work.Sync) this.#terminateAgain(pod);
      } else if (work === Work.None) {
        // Its containers may have run before: the kubelet sees how they ended.
        this.#lookAnew(pod);
        this.#begin(pod);
      } else this.#status.reconcile(pod, node);
    }
  }

  #terminateAgain(pod: PodRow): void {
    if (this.#runtimes.work[pod] === Work.None) {
      this.#lookAnew(pod);
      this.#runtimes.work[pod] = Work.Sync;
    }
    this.#terminate(pod);
  }

  #lookAnew(pod: PodRow): void {
    this.#workers.reset(pod);
    this.#relist.reset(pod);
    this.#relist.changed(pod);
    this.#relist.look(pod);
  }
}
