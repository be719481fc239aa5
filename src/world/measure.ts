// What a run measures over time: a row of series, services, revisions and nodes at the end of each interval.
import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import { HistogramSeries } from '../metrics/histogram-series.ts';
import { thinning } from '../metrics/intervals.ts';
import { NodeReady } from '../model/nodes.ts';
import type { CpuUsage } from '../model/ports/processors.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import { type ClusterState, ZONE_LABEL } from '../model/state.ts';
import { Outcome } from '../traffic/calls.ts';
import { Tally } from '../traffic/meters.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { ConnectionHistory } from './connection-history.ts';
import { AutoscalerRows } from './autoscalers.ts';
import { JobHistory } from './job-history.ts';
import { OrdinalHistory } from './ordinal-history.ts';
import { QuotaHistory } from './quotas.ts';
import { CacheHistory } from './cache-history.ts';
import { ClassHistory } from './class-history.ts';
import { CpuExcess } from './cpu-excess.ts';
import type { PressureRows } from './pressure.ts';
import { RecommendationRows } from './recommendations.ts';
import { Fragmentation } from './fragmentation.ts';
import type { PodGauges } from './pod-gauges.ts';
import { RevisionsServed } from './revisions-served.ts';
import type { GpuShares, MeasureSettings, QueueLengths } from './measured.ts';
import { FAILURES, quantiles, takeOutcomes } from './request-columns.ts';
import type { NodeRow } from '../model/rows.ts';
import { DatabaseHistory } from './database-history.ts';
import { CostHistory } from './costs/cost-history.ts';
import { EgressHistory } from './costs/egress-history.ts';
import type { DenialHistory } from './denial-history.ts';
import { GatewayHistory } from './gateway-history.ts';
import { MeshHistory } from './mesh-history.ts';
import { MessageHistory } from './message-history.ts';
import { NameHistory } from './name-history.ts';
import type { NodePoolHistory } from './node-pool-history.ts';
import type { EtcdHistory } from './control-plane/etcd-history.ts';
import type { LeaderHistory } from './control-plane/leader-history.ts';
import type { LevelHistory } from './level-history.ts';
import type { ThrottlingHistory } from './throttling-history.ts';
import { PolicyHistory } from './policy-history.ts';
import type { QueueHistory } from './queue-history.ts';
import type { TrainingHistory } from './training-history.ts';
import { UserHistory } from './user-history.ts';
import { TracedHistory } from './traced/traced-history.ts';
import { WorkloadHistory } from './workloads/history.ts';
import { readyNodes, requestedShare, usedNodes } from './node-sums.ts';

export class Measure {
  readonly series: Row<'series'>[] = [];
  readonly services: Row<'services'>[] = [];
  readonly revisions: Row<'revisions'>[] = [];
  readonly nodes: Row<'nodes'>[] = [];
  /** Called at the end of each interval but the last: before it is sampled, and after. */
  readonly beforeEnds: (() => void)[] = [];
  readonly intervalEnds: (() => void)[] = [];
  /** Request durations by interval; and of each Service, by `namespace/name`. */
  readonly durations = new HistogramSeries();
  readonly serviceDurations = new Map<string, HistogramSeries>();
  readonly classes: ClassHistory;
  readonly users: UserHistory;
  readonly caches: CacheHistory;
  readonly messages: MessageHistory;
  readonly databases: DatabaseHistory;
  readonly names: NameHistory;
  readonly connections: ConnectionHistory;
  readonly gateways: GatewayHistory;
  readonly mesh: MeshHistory;
  /** Where there are NetworkPolicies. */
  denials: DenialHistory | undefined;
  readonly workloads = new WorkloadHistory();
  readonly nodePools: NodePoolHistory;
  readonly autoscalers = new AutoscalerRows();
  readonly quotas = new QuotaHistory();
  readonly jobs: JobHistory;
  readonly ordinals: OrdinalHistory;
  readonly recommendations: RecommendationRows;
  readonly pressure: PressureRows;
  readonly training: TrainingHistory;
  readonly jobQueues: QueueHistory;
  readonly leaders: LeaderHistory;
  /** Where etcd may fail. */
  etcd: EtcdHistory | undefined;
  readonly levels: LevelHistory;
  readonly policies: PolicyHistory;
  /** Undefined where requests are not traced. */
  readonly traced: TracedHistory | undefined;
  /** Undefined where no pods compete for CPU. */
  readonly throttling: ThrottlingHistory | undefined;
  /** Undefined where nobody asks for more than a price per hour. */
  readonly costs: CostHistory | undefined;
  readonly egress: EgressHistory;
  readonly nodesEvery: number;
  readonly cpuExcess: CpuExcess;
  /** Undefined where requests are not counted by revision. */
  readonly revisionsServed: RevisionsServed | undefined;
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #api: ApiServer;
  readonly traffic: Traffic;
  readonly #cpu: CpuUsage;
  readonly #gauges: PodGauges;
  readonly #fragmentation: Fragmentation;
  readonly #queues: () => QueueLengths;
  readonly #gpus: () => GpuShares | undefined;
  readonly #settings: MeasureSettings;
  readonly #scratch = new Histogram();
  readonly #nodeCpuUs: number[] = [];
  #lastUs = 0;
  /** The last interval is being sampled. */
  #isOver = false;
  #lastNodesUs = 0;
  #lastWrites = 0;

  constructor(
    engine: Engine,
    api: ApiServer,
    traffic: Traffic,
    cpu: CpuUsage,
    gauges: PodGauges,
    queues: () => QueueLengths,
    gpus: () => GpuShares | undefined,
    nodePools: NodePoolHistory,
    training: TrainingHistory,
    resourceMetrics: ResourceMetrics,
    jobQueues: QueueHistory,
    leaders: LeaderHistory,
    levels: LevelHistory,
    throttling: ThrottlingHistory | undefined,
    pressure: PressureRows,
    settings: MeasureSettings,
  ) {
    this.pressure = pressure;
    this.nodePools = nodePools;
    this.training = training;
    this.jobQueues = jobQueues;
    this.leaders = leaders;
    this.levels = levels;
    this.policies = new PolicyHistory(traffic);
    this.throttling = throttling;
    this.#engine = engine;
    this.#api = api;
    this.#state = api.state;
    this.jobs = new JobHistory(api);
    this.ordinals = new OrdinalHistory(api);
    this.recommendations = new RecommendationRows(api.state, resourceMetrics);
    this.traffic = traffic;
    this.classes = new ClassHistory(traffic);
    this.users = new UserHistory(traffic);
    this.caches = new CacheHistory(traffic);
    this.messages = new MessageHistory(traffic);
    this.databases = new DatabaseHistory(api.state, traffic.databases);
    this.names = new NameHistory(traffic.names);
    this.connections = new ConnectionHistory(api.state, traffic.connections);
    this.gateways = new GatewayHistory(traffic.gateways);
    this.mesh = new MeshHistory(traffic.mesh?.mesh);
    this.revisionsServed = settings.countsByRevision ? new RevisionsServed(api.state, traffic) : undefined;
    this.#cpu = cpu;
    this.costs = CostHistory.of(engine, api, cpu, settings);
    this.egress = new EgressHistory(api.state, traffic.connections, settings);
    this.cpuExcess = new CpuExcess(api.state, cpu);
    this.#gauges = gauges;
    this.#fragmentation = new Fragmentation(api.state, gauges);
    this.#queues = queues;
    this.#gpus = gpus;
    this.#settings = settings;
    const { durationUs, plannedUs = durationUs, warmupUs, intervalUs } = settings;
    const { tracing } = traffic;
    const intervals = Math.ceil(plannedUs / intervalUs);
    this.traced = tracing && new TracedHistory(api.state, traffic, tracing, cpu, intervals);
    this.nodesEvery = thinning(api.state.nodes.length, intervals);
    const tick = engine.kind('measure', () => {
      traffic.sampling?.bringUpToDate();
      for (const hear of this.beforeEnds) hear();
      this.#sample();
      for (const hear of this.intervalEnds) hear();
      this.#book(tick);
    });
    this.#book(tick);
    const warmed = engine.kind('measure.warmed', () => {
      traffic.sampling?.bringUpToDate();
      traffic.meters.warmUp();
      traffic.sampling?.warmedUp();
    });
    if (warmupUs > 0) engine.at(warmupUs, warmed, 0, 0);
  }

  #book(tick: number): void {
    const { durationUs, intervalUs } = this.#settings;
    const { now } = this.#engine;
    if (now + intervalUs < durationUs) this.#engine.at(now + intervalUs, tick, 0, 0);
  }

  /** The last interval ends with the run: after everything that happens in its last instant, which the summary counts too. */
  finish(): void {
    this.traffic.sampling?.bringUpToDate();
    this.#isOver = true;
    // A run that was ended by hand may end where an interval has just done so.
    if (this.#lastUs < this.#engine.now) this.#sample();
  }

  #sample(): void {
    const { now } = this.#engine;
    const time_seconds = now / 1e6;
    const seconds = (now - this.#lastUs) / 1e6;
    const nodesToo = (this.series.length + 1) % this.nodesEvery === 0 || this.#isOver;
    this.#sampleSeries(time_seconds, seconds, nodesToo);
    this.#sampleServices(time_seconds);
    this.#sampleRevisions(time_seconds);
    this.revisionsServed?.sample(time_seconds);
    this.classes.sample(time_seconds);
    this.users.sample(time_seconds);
    this.caches.sample(time_seconds);
    this.messages.sample(time_seconds);
    this.databases.sample(now);
    this.names.sample(time_seconds);
    this.connections.sample(time_seconds);
    this.gateways.sample(time_seconds);
    this.mesh.sample(time_seconds);
    this.denials?.sample(time_seconds);
    this.workloads.sample(this.#state, time_seconds);
    this.nodePools.sample(time_seconds);
    this.costs?.sample(time_seconds);
    this.egress.sample(time_seconds);
    this.training.sample(time_seconds);
    this.jobQueues.sample(time_seconds);
    this.levels.sample(time_seconds);
    this.policies.sample(time_seconds);
    this.traced?.sample(now, seconds);
    this.etcd?.sample(time_seconds);
    this.throttling?.sample(time_seconds);
    this.quotas.sample(this.#state, time_seconds);
    this.autoscalers.sample(this.#state, time_seconds, this.#isOver);
    this.recommendations.sample(time_seconds, this.#isOver);
    this.pressure.sample(time_seconds, this.#isOver);
    if (nodesToo) this.#sampleNodes(time_seconds);
    this.#lastUs = now;
  }

  #sampleSeries(time_seconds: number, seconds: number, nodesToo: boolean): void {
    const { meters, sources, services } = this.traffic;
    const histogram = this.#scratch;
    histogram.reset();
    let calls = 0;
    for (let service = 0; service < services.length; service += 1) {
      calls += meters.take(this.traffic.serviceMeter(service), Tally.Attempts);
    }
    let inFlight = 0;
    for (let source = 0; source < sources.length; source += 1) {
      histogram.merge(meters.interval(source));
      meters.roll(source);
      inFlight += meters.present(source);
    }
    this.durations.push(histogram);
    const counts = takeOutcomes(meters, sources.length);
    const queues = this.#queues();
    const gpus = this.#gpus();
    const writes = this.#api.counts.writes;
    // Looking at every node is left to the intervals in which each of them gets a row.
    if (nodesToo) this.#fragmentation.measure();
    this.series.push({
      time_seconds,
      ...counts,
      requests_in_flight: inFlight,
      requests_per_second: counts.requests / seconds,
      ...quantiles(histogram),
      calls_per_second: calls / seconds,
      ...this.gauges(),
      apiserver_writes_per_second: (writes - this.#lastWrites) / seconds,
      scheduler_pending_pods_active: queues.active,
      scheduler_pending_pods_backoff: queues.backoff,
      scheduler_pending_pods_unschedulable: queues.unschedulable,
      cpu_fragmentation_ratio: nodesToo ? (this.#fragmentation.cpu ?? null) : null,
      memory_fragmentation_ratio: nodesToo ? (this.#fragmentation.memory ?? null) : null,
      gpu_allocated_ratio: gpus?.allocated ?? null,
      gpu_fragmented_ratio: gpus?.fragmented ?? null,
    });
    this.#lastWrites = writes;
  }

  /** What pods and nodes add up to now, as the API server has them. */
  gauges() {
    const { phases, ready, terminating, cpuMilli, memoryBytes } = this.#gauges;
    const { nodes } = this.#state;
    return {
      kube_pod_status_phase_pending: phases[0],
      kube_pod_status_phase_running: phases[1],
      kube_pod_status_phase_succeeded: phases[2],
      kube_pod_status_phase_failed: phases[3],
      pods_terminating: terminating,
      kube_pod_status_ready: ready,
      kube_node_status_ready: readyNodes(nodes),
      cpu_requested_ratio: requestedShare(nodes, cpuMilli, nodes.cpuMilli),
      memory_requested_ratio: requestedShare(nodes, memoryBytes, nodes.memoryBytes),
      nodes_used: usedNodes(nodes, this.#gauges.pods),
    };
  }

  #sampleServices(time_seconds: number): void {
    const { meters, services } = this.traffic;
    for (let service = 0; service < services.length; service += 1) {
      const meter = this.traffic.serviceMeter(service);
      const key = meters.names[meter];
      let durations = this.serviceDurations.get(key);
      if (durations === undefined) {
        durations = new HistogramSeries();
        // A Service that is first seen now had no calls in the intervals before.
        for (let before = 1; before < this.series.length; before += 1) durations.push(EMPTY);
        this.serviceDurations.set(key, durations);
      }
      const histogram = meters.interval(meter);
      durations.push(histogram);
      let errors = 0;
      for (const outcome of FAILURES) errors += meters.take(meter, Tally.Attempt + outcome);
      this.services.push({
        time_seconds,
        namespace: services.namespaces[service],
        service: services.names[service],
        requests: errors + meters.take(meter, Tally.Attempt + Outcome.Ok),
        errors,
        ...quantiles(histogram),
      });
      meters.roll(meter);
    }
  }

  #sampleRevisions(time_seconds: number): void {
    const { objects } = this.#state;
    for (const row of objects.ofKind('ReplicaSet')) {
      const { metadata, spec, status } = objects.get(row) as unknown as ReplicaSet;
      const owner = objects.owner[row];
      if (owner < 0 || ((spec?.replicas ?? 1) === 0 && (status?.replicas ?? 0) === 0)) continue;
      this.revisions.push({
        time_seconds,
        namespace: objects.namespace[row],
        deployment: objects.name[owner],
        revision: Number(
          metadata?.annotations?.['deployment.kubernetes.io/revision'] ??
            metadata?.annotations?.['rollout.argoproj.io/revision'] ??
            0,
        ),
        replicaset: objects.name[row],
        kube_replicaset_status_replicas: status?.replicas ?? 0,
        kube_replicaset_status_ready_replicas: status?.readyReplicas ?? 0,
      });
    }
  }

  #sampleNodes(time_seconds: number): void {
    const { nodes } = this.#state;
    const { now } = this.#engine;
    const elapsedUs = now - this.#lastNodesUs;
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 0) continue;
      const usedUs = this.#cpu.nodeUs(node);
      const before = this.#nodeCpuUs[node] ?? 0;
      this.#nodeCpuUs[node] = usedUs;
      const usedCpus = (usedUs - before) / elapsedUs;
      this.cpuExcess.nodeUsed(node, usedCpus);
      this.nodes.push({
        time_seconds,
        node: nodes.spec[node].name,
        zone: nodes.spec[node].labels[ZONE_LABEL] ?? '',
        kube_node_status_ready: nodes.ready[node] === NodeReady.True ? 1 : 0,
        pods: this.#gauges.pods[node] ?? 0,
        cpu_requested_ratio: share(this.#gauges.cpuMilli[node] ?? 0, nodes.cpuMilli[node]),
        memory_requested_ratio: share(this.#gauges.memoryBytes[node] ?? 0, nodes.memoryBytes[node]),
        cpu_usage_ratio: share(usedCpus, nodes.cpuMilli[node] / 1000),
      });
    }
    this.cpuExcess.lookAtPods(this.#lastNodesUs, now);
    this.#lastNodesUs = now;
  }
}

const EMPTY = new Histogram();

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
