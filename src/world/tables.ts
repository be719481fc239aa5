// The tables of a finished run that are made once: the summary, every pod, every event, the histograms.
import type { ApiServer } from '../api/server.ts';
import type { Row } from '../metrics/catalogue.ts';
import { Histogram } from '../metrics/histogram.ts';
import { EventSubject } from '../model/event-log.ts';
import type { Labels } from '../model/interner.ts';
import { NODE_OWNER } from '../model/mirror-pod.ts';
import { GPU_INDEX } from '../model/parse/gpu-request.ts';
import { PodBit, PodPhase, podPhaseNames } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import { Outcome } from '../traffic/calls.ts';
import { Tally } from '../traffic/meters.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { mean } from 'd3-array';
import type { Measure } from './measure.ts';
import { objectiveColumns, type ObjectivesOutcome } from './objectives/outcome.ts';
import type { PodGauges } from './pod-gauges.ts';
import { PodRevisions } from './pod-revisions.ts';
import { quantiles } from './request-columns.ts';
import type { ClassRow, IdentityRow, NodeRow, ObjectRow, PodRow } from '../model/rows.ts';

const HOUR_US = 3600e6;

export interface SchedulerCounts {
  /** Scheduling attempts, and those that found no node. */
  readonly attempts: number;
  readonly unschedulable: number;
}

export interface RunFacts {
  readonly scenario: string;
  readonly job: string;
  readonly seed: string;
  readonly durationUs: number;
  readonly warmupUs: number;
  readonly events: number;
}

/** Request durations of all sources since the warm-up. */
function requestDurations(traffic: Traffic): Histogram {
  const all = new Histogram();
  for (let source = 0; source < traffic.sources.length; source += 1) all.merge(traffic.meters.latencies(source));
  return all;
}

/** A loop of its own: within a large function it has all of that compiled. */
function totalRestarts({ pods, history }: ClusterState): number {
  let restarts = -pods.foundRestarts;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
    if (pods.alive[pod] === 1) restarts += pods.restarts[pod];
  for (const gone of history.restarts) restarts += gone;
  return restarts;
}

export function summaryRow(
  facts: RunFacts,
  api: ApiServer,
  traffic: Traffic,
  gauges: PodGauges,
  measure: Measure,
  scheduler: SchedulerCounts,
  outcome: ObjectivesOutcome,
): Row<'summary'> {
  const { meters, sources, services } = traffic;
  const ofSources = (tally: number): number => {
    let sum = 0;
    for (let source = 0; source < sources.length; source += 1) sum += meters.warmed(source, tally);
    return sum;
  };
  const ofServices = (tally: number): number => {
    let sum = 0;
    for (let service = 0; service < services.length; service += 1)
      sum += meters.warmed(traffic.serviceMeter(service), tally);
    return sum;
  };
  const completed = ofSources(Outcome.Ok);
  const timeout = ofSources(Outcome.Timeout);
  const refused = ofSources(Outcome.Refused) + ofSources(Outcome.Reset);
  const overload = ofSources(Outcome.Overload);
  const error = ofSources(Outcome.Error);
  const failed = timeout + refused + overload + error;
  const errorRatio = failed + completed === 0 ? null : failed / (failed + completed);
  const { state } = api;
  let inFlight = 0;
  for (let source = 0; source < sources.length; source += 1) inFlight += meters.present(source);
  const last = measure.series.at(-1);
  const some = (
    column:
      | 'cpu_requested_ratio'
      | 'memory_requested_ratio'
      | 'cpu_fragmentation_ratio'
      | 'memory_fragmentation_ratio'
      | 'nodes_used',
  ): number | null => mean(measure.series, (row) => row[column]) ?? null;
  return {
    scenario: facts.scenario,
    job: facts.job,
    seed: facts.seed,
    duration_seconds: facts.durationUs / 1e6,
    warmup_seconds: facts.warmupUs / 1e6,
    requests_total: ofSources(Tally.Begun),
    requests_completed_total: completed,
    requests_failed_total: failed,
    requests_timeout_total: timeout,
    requests_refused_total: refused,
    requests_overload_total: overload,
    requests_error_total: error,
    requests_in_flight: inFlight,
    requests_error_ratio: errorRatio,
    requests_per_second: ofSources(Tally.Begun) / requestSeconds(traffic, facts),
    ...objectiveColumns(outcome, errorRatio),
    ...quantiles(requestDurations(traffic)),
    calls_total: ofServices(Tally.Attempts),
    call_retries_total: ofServices(Tally.Attempts) - ofServices(Tally.Begun),
    kube_pod_created_total: gauges.created,
    kube_pod_deleted_total: gauges.removed,
    kube_pod_scheduled_total: gauges.scheduling.count,
    kube_pod_preempted_total: gauges.preempted,
    kube_pod_evicted_total: gauges.evicted,
    pod_startup_seconds_p50: gauges.startup.quantileSeconds(0.5),
    pod_startup_seconds_p99: gauges.startup.quantileSeconds(0.99),
    scheduler_pod_scheduling_sli_duration_seconds_p50: gauges.scheduling.quantileSeconds(0.5),
    scheduler_pod_scheduling_sli_duration_seconds_p99: gauges.scheduling.quantileSeconds(0.99),
    scheduler_schedule_attempts_total: scheduler.attempts,
    scheduler_schedule_attempts_unschedulable_total: scheduler.unschedulable,
    kube_pod_status_phase_pending: gauges.phases[0],
    kube_pod_status_phase_running: gauges.phases[1],
    kube_pod_container_status_restarts_total: totalRestarts(state),
    apiserver_writes_total: api.counts.writes,
    apiserver_conflicts_total: api.counts.conflicts,
    kube_node_info: nodeCount(state),
    kube_node_status_ready: last?.kube_node_status_ready ?? 0,
    ...costColumns(state, measure, facts.durationUs),
    cpu_requested_ratio: some('cpu_requested_ratio'),
    memory_requested_ratio: some('memory_requested_ratio'),
    cpu_fragmentation_ratio: some('cpu_fragmentation_ratio'),
    memory_fragmentation_ratio: some('memory_fragmentation_ratio'),
    nodes_used: some('nodes_used'),
    gpu_allocated_ratio: last?.gpu_allocated_ratio ?? null,
    gpu_fragmented_ratio: last?.gpu_fragmented_ratio ?? null,
    events_total: facts.events,
  };
}

/** The time in which requests are counted, in seconds: after the warm-up, from the first start of a source to the last stop. */
function requestSeconds({ sources }: Traffic, { durationUs, warmupUs }: RunFacts): number {
  const from = Math.max(warmupUs, Math.min(...sources.map(({ startUs }) => startUs), durationUs));
  const to = Math.max(...sources.map(({ stopUs }) => Math.min(stopUs, durationUs)), 0);
  return Math.max(1e-6, (to - from) / 1e6);
}

function costColumns(state: ClusterState, { costs, egress }: Measure, untilUs: number) {
  const node_cost = costs === undefined ? nodeCost(state, untilUs) : costs.total('cost');
  const egress_cost = egress.isPaid ? egress.cost : null;
  return {
    node_cost,
    egress_bytes: egress.isPaid ? egress.bytes : null,
    egress_cost,
    total_cost: node_cost === null && egress_cost === null ? null : (node_cost ?? 0) + (egress_cost ?? 0),
    energy_joules: costs?.total('joules') ?? null,
    carbon_grams: costs?.total('grams') ?? null,
  };
}

/** A node is paid for from its creation to its end, whether it is ready or not. */
function nodeCost({ nodes }: ClusterState, untilUs: number): number | null {
  if (!nodes.spec.some(({ hourlyCost }) => hourlyCost > 0)) return null;
  let cost = 0;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    cost += nodes.pastCost[node];
    if (nodes.alive[node] === 1) cost += nodes.spec[node].hourlyCost * (untilUs - nodes.createdAt[node]);
  }
  return cost / HOUR_US;
}

function nodeCount({ nodes }: ClusterState): number {
  let count = 0;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) count += nodes.alive[node];
  return count;
}

/** Every pod that existed: those that are gone in the order of their removal, then those that live. */
export function* podRows(state: ClusterState, gauges: PodGauges): Generator<Row<'pods'>> {
  const { history, pods } = state;
  const revisions = new PodRevisions(state);
  for (let i = 0; i < history.length; i += 1) {
    yield podRow(state, revisions, {
      owner: history.owner[i],
      identity: history.identity[i],
      podClass: history.podClass[i],
      node: history.node[i],
      state: history.state[i],
      restarts: history.restarts[i],
      reason: history.reason[i],
      createdAt: history.createdAt[i],
      scheduledAt: history.scheduledAt[i],
      startedAt: history.runningAt[i],
      readyAt: gauges.removedFirstReadyAt[i],
      deletedAt: history.deletedAt[i],
      finishedAt: history.removedAt[i],
      boundWith: history.boundWith.get(i),
    });
  }
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0) continue;
    yield podRow(state, revisions, {
      owner: pods.owner[pod],
      identity: pods.identity[pod],
      podClass: pods.podClass[pod],
      node: pods.node[pod],
      state: pods.state[pod],
      restarts: pods.restarts[pod],
      reason: pods.reason[pod],
      createdAt: pods.createdAt[pod],
      scheduledAt: pods.scheduledAt[pod],
      startedAt: pods.runningAt[pod],
      readyAt: gauges.firstReadyAt[pod],
      deletedAt: pods.deletedAt[pod],
      boundWith: state.boundWith.get(pod),
      finishedAt: endOf(state, pod),
    });
  }
}

/** When the last container of a pod that is over ended; -1 for others, and for one that never ran. */
function endOf({ pods, classes, containers }: ClusterState, pod: PodRow): number {
  const phase = pods.state[pod] & PodBit.PhaseMask;
  if (phase !== PodPhase.Succeeded && phase !== PodPhase.Failed) return -1;
  const { initContainers, containers: regular } = classes.get(pods.podClass[pod]).runtime;
  const first = pods.firstContainer[pod];
  return Math.max(-1, ...containers.finishedAt.subarray(first, first + initContainers.length + regular.length));
}

interface PodFacts {
  readonly owner: ObjectRow;
  readonly identity: IdentityRow;
  readonly podClass: ClassRow;
  readonly node: NodeRow;
  readonly state: number;
  readonly restarts: number;
  readonly reason: number;
  readonly createdAt: number;
  readonly scheduledAt: number;
  readonly startedAt: number;
  readonly readyAt: number;
  readonly deletedAt: number;
  readonly finishedAt: number;
  readonly boundWith: Labels | undefined;
}

function podRow(state: ClusterState, revisions: PodRevisions, pod: PodFacts): Row<'pods'> {
  const { classes } = state;
  const podClass = classes.get(pod.podClass);
  const revision = revisions.of(pod.owner, podClass);
  return {
    namespace: podClass.namespace,
    pod: state.identities.name(pod.identity),
    uid: state.identities.uid(pod.identity),
    ...ownerColumns(state, pod),
    revision: revision.number,
    pod_template_hash: revision.hash,
    node: pod.node < 0 ? '' : state.nodeName(pod.node),
    created_seconds: pod.createdAt / 1e6,
    scheduled_seconds: happened(pod.scheduledAt),
    started_seconds: happened(pod.startedAt),
    ready_seconds: happened(pod.readyAt),
    deleted_seconds: happened(pod.deletedAt),
    finished_seconds: happened(pod.finishedAt),
    phase: podPhaseNames[(pod.state & PodBit.PhaseMask) as 0 | 1 | 2 | 3],
    restarts: pod.restarts,
    gpu_index: pod.boundWith?.[GPU_INDEX] ?? podClass.annotations[GPU_INDEX] ?? '',
    reason: state.reasons.get(pod.reason),
  };
}

function ownerColumns(state: ClusterState, { owner, node }: PodFacts): Pick<Row<'pods'>, 'owner_kind' | 'owner'> {
  const { objects } = state;
  if (owner === NODE_OWNER) return { owner_kind: 'Node', owner: state.nodeName(node) };
  return owner < 0 ? { owner_kind: '', owner: '' } : { owner_kind: objects.kind[owner], owner: objects.name[owner] };
}

function happened(us: number): number | null {
  return us < 0 ? null : us / 1e6;
}

export function* eventRows(state: ClusterState): Generator<Row<'events'>> {
  const { events } = state;
  for (const i of events.inOrder()) {
    const { source, type, reason } = events.messages.get(events.message[i]);
    const described = state.describeEvent(i);
    yield {
      time_seconds: events.recordedAt[i] / 1e6,
      type,
      reason,
      ...described,
      kind: events.subject[i] === EventSubject.None ? 'Scenario' : described.kind,
      source,
    };
  }
}

export function* histogramRows(traffic: Traffic, gauges: PodGauges): Generator<Row<'histograms'>> {
  yield* bucketRows('requests', '', requestDurations(traffic));
  const { meters, services } = traffic;
  for (let service = 0; service < services.length; service += 1) {
    const meter = traffic.serviceMeter(service);
    yield* bucketRows('service', meters.names[meter], meters.latencies(meter));
  }
  yield* bucketRows('pod_startup', '', gauges.startup);
  yield* bucketRows('pod_scheduling', '', gauges.scheduling);
}

function* bucketRows(scope: string, name: string, histogram: Histogram): Generator<Row<'histograms'>> {
  for (const { upperUs, count } of histogram.buckets()) yield { scope, name, le_seconds: upperUs / 1e6, count };
}
