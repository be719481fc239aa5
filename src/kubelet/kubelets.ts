// The kubelets of all nodes, as one component: what they hear of the API server, of their containers, and of faults.
import type { KubeletWatch } from '../api/kubelet-watch.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { Change } from '../model/change-log.ts';
import { isMirror } from '../model/mirror-pod.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import { ConfigReferences } from './config-references.ts';
import { ContainerStops } from './container-stops.ts';
import { removeEvicted } from './evicted-containers.ts';
import { FoundPods } from './found-pods.ts';
import { preloadedImages } from './images/registry.ts';
import { Images } from './images/images.ts';
import { PullSecrets } from './images/pull-secrets.ts';
import { KubeletStarts } from './kubelet-starts.ts';
import { KubeletMachinery } from './kubelet-machinery.ts';
import { NodeLeases } from './leases.ts';
import type { NodeAgents } from './node-agents.ts';
import type { SimulatedProcessTroubles } from './process-troubles.ts';
import type { WorkProgress } from './work-progress.ts';
import { NodeContact } from './node-contact.ts';
import { NodeAdmission } from './node-admission.ts';
import { NodePods } from './node-pods.ts';
import { NodePower } from './node-power.ts';
import { NodeResources } from './node-resources.ts';
import { NodeShutdowns } from './node-shutdowns.ts';
import { NodeStatuses } from './node-status.ts';
import { PodEndings } from './pod-endings.ts';
import { PodEvents } from './pod-events.ts';
import { PodMounts } from './pod-mounts.ts';
import { PodRuntimes, Work } from './pod-runtimes.ts';
import { PodStarts } from './pod-starts.ts';
import { PodStatuses } from './pod-status.ts';
import { PodSync } from './pod-sync.ts';
import { PodUpdates } from './pod-updates.ts';
import { PodWorkers } from './pod-workers.ts';
import { proberOf } from './node-prober.ts';
import type { Prober } from './prober.ts';
import { ProcessEnds } from './process-ends.ts';
import { Relist } from './relist.ts';
import type { ContainerRuntime, RuntimeExits, RuntimeOverride } from './runtime.ts';
import type { BehaviorOf, KubeletSettings } from './settings.ts';
import { EXIT_OF_SIGKILL, SimulatedRuntime } from './simulated-runtime.ts';
import { type StaticPodManifest, StaticPods } from './static-pods.ts';
import { StatusWriter } from './status-writer.ts';
import { VolumeSetup } from './volume-setup.ts';

export class Kubelets extends KubeletMachinery implements NodeAgents {
  readonly leases: NodeLeases;
  readonly admitted: NodePods;
  protected readonly contact: NodeContact;
  protected readonly found: FoundPods;
  /** What faults do to processes; undefined where these are not simulated. */
  readonly troubles: SimulatedProcessTroubles | undefined;
  readonly #work: WorkProgress | undefined;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  protected readonly images: Images;
  readonly #runtimes: PodRuntimes;
  readonly #statuses: PodStatuses;
  readonly #status: StatusWriter;
  readonly #events: PodEvents;
  readonly #prober: Prober;
  readonly #stops: ContainerStops;
  readonly #starts: PodStarts;
  readonly #workers: PodWorkers;
  readonly #relist: Relist;
  readonly #endings: PodEndings;
  readonly #updates: PodUpdates;
  readonly #onForced: number;
  readonly #watch: KubeletWatch;
  readonly #nodeStatuses: NodeStatuses;
  protected readonly resources: NodeResources;
  readonly #starting: KubeletStarts;
  protected readonly power: NodePower;
  protected readonly ends: ProcessEnds;
  protected readonly shutdowns: NodeShutdowns;
  readonly #admission: NodeAdmission;
  readonly #statics: StaticPods | undefined;

  constructor(
    engine: Engine,
    api: ApiServer,
    settings: KubeletSettings,
    processes: Processes,
    behaviorOf: BehaviorOf,
    override?: RuntimeOverride,
  ) {
    super();
    const { state } = api;
    this.#engine = engine;
    this.#state = state;
    this.#watch = api.kubelets;
    this.admitted = new NodePods(state);
    this.#admission = new NodeAdmission(state, this.admitted);
    this.leases = new NodeLeases(state.nodes, settings.leaseRenewIntervalUs, engine);
    this.contact = new NodeContact(engine, this.leases, settings.recorded, (node, part, isNew) =>
      this.power.reached(node, part, isNew),
    );
    const runtimes = new PodRuntimes(engine, state, this.admitted.classes, behaviorOf, this.contact);
    this.#runtimes = runtimes;
    const exits: RuntimeExits = {
      exited: (row, pod, exitCode, reason) => this.#stops.exited(row, pod, exitCode, reason),
      healthChanged: (row) => this.#prober.resume(row),
    };
    const own = override?.runtime(exits, runtimes);
    const simulated =
      own === undefined
        ? new SimulatedRuntime(engine, state, runtimes, settings, processes, behaviorOf, exits)
        : undefined;
    const runtime = (own ?? simulated) as ContainerRuntime;
    this.troubles = simulated?.troubles;
    this.#work = simulated?.work;
    if (simulated !== undefined)
      simulated.grown = (row, pod) => {
        if (this.resources.holdsTooMuch(row, pod)) exits.exited(row, pod, EXIT_OF_SIGKILL, 'OOMKilled');
        else this.resources.wake(state.pods.node[pod]);
      };
    const log = override?.log;
    this.images = new Images(
      engine,
      state.nodeHistory,
      settings,
      runtime,
      preloadedImages(settings.cachedImages, behaviorOf),
      (node) => this.resources.wake(node),
      (row, step, result) => this.#starts.pulled(row, step, result),
    );
    this.#events = new PodEvents(api, (node) => this.contact.isCut(node));
    const events = this.#events;
    this.#prober = proberOf({
      engine,
      state,
      runtimes,
      runtime,
      events,
      log,
      statuses: () => this.#statuses,
      relist: () => this.#relist,
      tell: (pod) => this.#status.write(pod, state.pods.node[pod]),
      trigger: (pod) => this.#workers.trigger(pod),
      startedAtUs: (node) => this.#starting.startedAtUs(node),
    });
    this.#statuses = new PodStatuses(state, runtimes, this.#prober);
    const statuses = this.#statuses;
    this.#status = new StatusWriter(api, statuses, settings.client, (node) => runtimes.isOutOfReach(node));
    this.#nodeStatuses = new NodeStatuses(
      engine,
      api,
      runtimes,
      events,
      (node) => this.#status.bucket(node),
      this.images,
    );
    const references = new ConfigReferences(api, this.admitted.classes, (image) => runtime.runsAsRoot(image));
    const mount = runtimes.samplers.add(settings.mount);
    const mounts = new PodMounts(api, this.admitted.classes, (pod) => runtimes.step[pod]);
    const secrets = new PullSecrets(this.admitted.classes, references, events);
    const volumes = new VolumeSetup(engine, mounts, references, events, () => runtimes.draw(mount));
    this.#stops = new ContainerStops({ engine, state, runtimes, runtime, events, log });
    const done = (pod: PodRow, touched: boolean, retryUs: number): void => this.#workers.synced(pod, touched, retryUs);
    const parts = { engine, state, runtimes, runtime, secrets, statuses, status: this.#status, events, log };
    const { crashLoopBackOff: backOff } = settings;
    this.#starts = new PodStarts({ ...parts, images: this.images, references, stops: this.#stops, backOff }, done);
    const sync = new PodSync({
      ...parts,
      prober: this.#prober,
      starts: this.#starts,
      stops: this.#stops,
      volumes,
      done,
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
      isWanted: (pod) => state.pods.alive[pod] === 1 || this.#isStatic(pod),
    });
    this.#workers = new PodWorkers(
      engine,
      state,
      runtimes,
      (pod, work) => sync.sync(pod, work),
      (pod) => this.#statuses.isRestless(pod),
      override?.jitter ?? (settings.relistPeriodUs === 0 ? () => 1 : () => runtimes.jitter()),
    );
    this.#relist = new Relist(engine, state, runtimes, settings.relistPeriodUs, (pod) => {
      if (runtimes.endings.size > 0) removeEvicted(state, runtimes, pod);
      this.#workers.trigger(pod);
    });
    const { admitted, leases } = this;
    const node = { engine, state, runtimes, admitted, leases, nodeStatuses: this.#nodeStatuses, events };
    this.resources = new NodeResources({
      ...node,
      settings,
      images: this.images,
      processes,
      endings: this.#endings,
      stats: own,
      troubles: this.troubles,
    });
    this.#starting = new KubeletStarts({
      ...node,
      resources: this.resources,
      statics: () => this.#statics,
      status: this.#status,
      workers: this.#workers,
      relist: this.#relist,
      catchUp: (pod) => this.#updates.catchUp(pod),
      begin: (pod) => this.#begin(pod),
      terminate: (pod) => this.#terminate(pod),
    });
    const trigger = (pod: PodRow): void => this.#workers.trigger(pod);
    this.ends = new ProcessEnds(state, runtimes, this.#stops, this.#relist, this.resources, trigger);
    this.power = new NodePower({
      ...node,
      processes,
      images: this.images,
      resources: this.resources,
      prober: this.#prober,
      status: this.#status,
      starts: this.#starting,
      stopped: (node) => {
        this.#endings.forget(node);
        this.shutdowns.forget(node);
      },
      isStatic: (pod) => this.#isStatic(pod),
      vanish: (pod) => this.#vanish(pod),
      heard: (node) => this.contactChanged(node, true),
    });
    this.shutdowns = new NodeShutdowns({
      ...node,
      endings: this.#endings,
      groups: settings.shutdown,
      ownPriority: (pod) => this.#statics?.priorityOf(pod),
      off: (node) => this.power.crash(node),
    });
    const { staticPods: manifests } = settings;
    if (manifests !== undefined) {
      this.#statics = new StaticPods({
        engine,
        api,
        manifests,
        runtimes,
        status: this.#status,
        taken: (pod, node, podClass) => {
          this.admitted.classes.fix(pod, podClass);
          this.#reset(pod);
          this.admitted.add(pod, node);
        },
        begin: (pod) => {
          this.#starting.lookAnew(pod);
          this.#begin(pod);
        },
        terminate: (pod, then) => {
          this.admitted.withdraw(pod, state.pods.node[pod]);
          const running = runtimes.works(pod);
          if (running) this.#endings.whenReleased(pod, then);
          this.#terminate(pod);
          if (!running) then();
        },
        drop: (pod) => this.#vanish(pod),
      });
    }
    this.#onForced = runtimes.podKind('kubelet.forced', (pod) => {
      if (this.contact.isCut(state.pods.node[pod])) return;
      this.admitted.withdraw(pod, state.pods.node[pod]);
      this.#terminate(pod);
      this.#updates.roomCame();
    });
    const bucket = (node: NodeRow): number => this.#status.bucket(node);
    const updating = { admitted: this.admitted, endings: this.#endings, events, bucket, trigger };
    this.#updates = new PodUpdates({ engine, api, runtimes, runtime, ...updating });
    const { images } = this;
    this.found = new FoundPods({ ...parts, admitted, images, prober: this.#prober, workers: this.#workers });
    const { tasks } = this.#workers;
    this.#workers.join(this.#relist);
    volumes.join(tasks);
    sync.join(tasks, this.#relist);
    this.#starts.join(tasks, this.#relist);
    this.#stops.join(tasks, this.#relist);
    api.podCommits.push((pod, _epoch, what) => this.#committed(pod, what));
    api.nodeCommits.push((node, what) => this.power.nodeChanged(node, what));
    api.kubelets.feed.push((pod, epoch, what) => this.#heard(pod, epoch, what));
  }

  #isStatic(pod: PodRow): boolean {
    return this.#statics?.has(pod) === true;
  }

  #committed(pod: PodRow, what: number): void {
    const node = this.#state.pods.node[pod];
    if (node < 0 || this.#isStatic(pod)) return;
    if ((what & Change.Bound) !== 0) {
      this.#reset(pod);
      this.admitted.add(pod, node);
    }
    if ((what & Change.Removed) === 0) return;
    if (this.#runtimes.works(pod)) {
      // Deleted by force: when its node hears of it, it counts it no more, and stops what runs by the pod's own grace.
      this.#state.pods.held.add(pod);
      this.#engine.after(this.#watch.delayUs(), this.#onForced, pod, this.#runtimes.step[pod]);
    } else this.#vanish(pod);
  }

  #reset(pod: PodRow): void {
    this.#runtimes.reset(pod);
    this.#workers.reset(pod);
    this.#relist.reset(pod);
    this.resources.forget(pod);
    this.#starts.forget(pod);
    this.troubles?.forget(pod);
    this.#statuses.forget(pod);
    this.#prober.forget(pod);
  }

  /** Nothing of the pod runs or waits any more, and the API server has it no more. */
  #vanish(pod: PodRow): void {
    if (this.#isStatic(pod)) return;
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
    if (machines.nodeUp[node] === 0 || this.#runtimes.isOutOfReach(node)) return;
    if (this.#endings.holds(node, () => this.#heard(pod, epoch, what))) return;
    if (this.#isStatic(pod)) this.#statics?.tend(pod);
    else if ((what & Change.Deleting) !== 0) this.#terminate(pod);
    else if (this.#runtimes.work[pod] === Work.None) this.#begin(pod);
  }

  #begin(pod: PodRow): void {
    const node = this.#state.pods.node[pod];
    const podClass = this.admitted.classes.of(pod);
    if (isMirror(podClass) && !this.#isStatic(pod)) {
      // Somebody else's: there is no static pod behind it.
      this.#status.remove(pod, node);
      return;
    }
    const refusal = this.shutdowns.refusal(node) ?? this.resources.refuses(podClass, node);
    if (refusal !== undefined) {
      this.#endings.refuse(pod, refusal);
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
    this.#runtimes.deleted[pod] = 1;
    const work = this.#runtimes.work[pod];
    if (work === Work.Sync) {
      this.#runtimes.work[pod] = Work.Terminating;
      this.#prober.cancel(pod);
      this.#workers.trigger(pod);
    } else if (work === Work.None || work === Work.Ended) this.#status.remove(pod, this.#state.pods.node[pod]);
  }

  changeStaticPod(manifest: StaticPodManifest): void {
    this.#statics?.change(manifest);
  }

  progress(pod: PodRow, container: number): ReturnType<WorkProgress['progress']> {
    return this.#work?.progress(this.#runtimes.rowOf(pod, container));
  }

  leakedBytes(pod: PodRow, container: number): number {
    return this.troubles?.leakedBytes(this.#runtimes.rowOf(pod, container)) ?? 0;
  }
}
