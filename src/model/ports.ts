// Ports: where real parts exchange packets or signals without the API server. Wired in world/build.ts.
import type { RequestTraits } from './request-traits.ts';
import type { WavetankQuery } from './analysis/metric.ts';
import type { CompiledQuery } from './analysis/promql-plan.ts';
import type { EndpointSubset, Selection } from './endpoints.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { Labels } from './interner.ts';
import type { LabelSelector } from './parse/label-selector.ts';
import type { PodClass } from './pod-class.ts';
import type { ComputeName } from './settings/traffic.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from './rows.ts';

/** What runs inside containers, as the kubelet drives it; a container by its index in `spec.containers`. The traffic part implements it. */
export interface Processes {
  /** The container runs and listens: it takes requests from now on. The pod is what its kubelet has heard. */
  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void;
  /** SIGTERM: no new connections; finish what is held, then call `PodExits.drained`. */
  terminate(pod: PodRow, epoch: number, container: number): void;
  /** SIGKILL, a crash or the end of the container: what it held is lost. Connections are reset unless the whole machine is gone. */
  killed(pod: PodRow, epoch: number, container: number): void;
  /** The machine is silent from now on: what its pods held gets no answer. */
  nodeDown(node: NodeRow): void;
  /** The machine is on again; its kubelet begins after this. */
  nodeUp?(node: NodeRow): void;
  /** Requests that it holds now. */
  held(pod: PodRow, container: number): number;
}

/** What processes report to the kubelet. */
export interface PodExits {
  /** The process got SIGTERM and holds nothing any more. May be called inside `terminate`. */
  drained(pod: PodRow, epoch: number, container: number): void;
  /** The process holds one request more. Called only where requests hold memory. */
  holdsMore(pod: PodRow, epoch: number, container: number): void;
}

/** What faults may do to machines and containers. The kubelet implements it. */
export interface Machinery {
  crashNode(node: NodeRow): void;
  /** The machine is gone for good: it does not boot again, whoever lets go of it. */
  scrapNode(node: NodeRow): void;
  /** The machine boots again: kubelet first, then its pods as the API server still has them. */
  recoverNode(node: NodeRow): void;
  /** The operating system shuts the machine down: its kubelet may delay that to end its pods. `then` is called when the machine is off. */
  shutDownNode(node: NodeRow, then: () => void): void;
  /** The kubelet's process stops: no heartbeat, no status, no work on pods. What runs in containers runs on. */
  stopKubelet(node: NodeRow): void;
  /** The kubelet is back: a heartbeat and its status first, then the work that fell due meanwhile. */
  startKubelet(node: NodeRow): void;
  /** Nothing that the kubelet and the API server send reaches the other. The kubelet runs on by itself. */
  cutOff(node: NodeRow): void;
  /** Packets pass again: the kubelet reaches the API server with one of its next tries. */
  reconnect(node: NodeRow): void;
  /** Ends the process of a container, by its index in `spec.containers`, with an exit code. */
  crashContainer(pod: PodRow, epoch: number, container: number, exitCode: number): void;
}

/**
 * How an attempt to connect ends: with an endpoint; rejected on the spot, as nothing of that name or port exists, or the proxy knows no
 * endpoint; or without any answer.
 */
export const Connect = { Open: 0, Refused: 1, Dropped: 2 } as const;

/**
 * Of the endpoints of a destination (at least one) those that a caller (-1: outside) uses for now, such as all but the ejected ones. None: the
 * connection is refused. Make a part of them by `someEndpoints`, once per change and not per connection: balancers know them by their arrays.
 */
export type EndpointFilter = (caller: PodRow, endpoints: EndpointSubset) => EndpointSubset;

/** The packets' way. The network part implements it. Times in µs. */
export interface Routes {
  /**
   * The number of a destination: a Service by its name, which need not exist yet, and one of its ports by name or number; ''
   * is the first one. Through each `tunnel`, that of `kubectl port-forward` of a client outside to one pod, it is a destination of its own, and so
   * it is for callers outside who have other numbers of `clients`, each with an address.
   */
  destination(
    namespace: string,
    service: string,
    port: string,
    tunnel?: string,
    clients?: number,
    request?: RequestTraits,
  ): number;
  /** Before each connection to the destination the filter says which of its endpoints the caller uses. */
  filter(destination: number, filter: EndpointFilter): void;
  /**
   * Opens a connection to a destination from a node (-1: the client outside) for a caller: its pod row, or -1 for one
   * outside. Returns one of `Connect`. What was chosen stands in the fields below until the next call. Where luck decides
   * (a rule divides connections, a client outside comes by one of several nodes), it is a function of the last three: (ordinal, hop,
   * attempt) of the request.
   */
  connect(
    destination: number,
    fromNode: NodeRow,
    caller: PodRow,
    ordinal: number,
    hop: number,
    attempt: number,
  ): number;
  /** The endpoint of the last connection, as the proxy knows it: its pod, that pod's epoch, class, node and port. The pod may be gone by now. */
  readonly pod: PodRow;
  readonly epoch: number;
  readonly podClass: ClassRow;
  readonly node: NodeRow;
  readonly port: number;
  /** The node by which the connection came into the cluster and by which its packets go, -1 where they go straight. */
  readonly via: NodeRow;
  /** What to pass to `disconnect` when the connection ends; -1 when its balancer does not count connections. */
  readonly connection: number;
  disconnect(connection: number): void;
  /**
   * One packet's way from node to node (-1: outside), by another one if `via` is one, or -1 when a partition swallows it. Draws from
   * the network's own stream.
   */
  delayUs(fromNode: NodeRow, via: NodeRow, toNode: NodeRow): number;
}

/** Where packets come from or go to. */
export interface Side {
  readonly includes: (node: NodeRow) => boolean;
  /** Also clients and systems outside the cluster. */
  readonly outside: boolean;
}

/** What happens to packets on their way from one side to the other. */
export interface LinkTrouble {
  readonly from: Side;
  readonly to: Side;
  /** Probability that a packet is lost, 0 to 1. TCP sends it again; at 1 nothing comes through. */
  readonly loss: number;
  /** What it takes longer; undefined: nothing. */
  readonly delay: DistributionSpec | undefined;
}

/** What faults may do to the network, which implements it. What each method gives ends what it began. */
export interface NetworkTroubles {
  disturb(trouble: LinkTrouble): () => void;
  /** The table of connections of a node is full: packets of new ones, from there or to there, are dropped. */
  fillConntrack(node: NodeRow): () => void;
  /** Names of Services are resolved late for callers in the cluster, or not at all (`delay` undefined). */
  slowNames(delay: DistributionSpec | undefined): () => void;
}

/** What faults may do to processes, by the index of their container in `spec.containers`. The kubelet and the traffic part implement it. */
export interface ProcessTroubles {
  /** The present process does nothing any more: it answers nobody, no probe, and no SIGTERM. */
  hang(pod: PodRow, epoch: number, container: number): () => void;
  /** Each process of the container exits so long after its start, the present one after now. */
  crashLoop(pod: PodRow, epoch: number, container: number, afterUs: number, exitCode: number): () => void;
  /** Each process of the container holds more memory from second to second, from its start or from now on. */
  leak(pod: PodRow, epoch: number, container: number, bytesPerSecond: number): () => void;
}

/** Work that begins takes so many times as long. The compute part implements it. */
export interface Slowness {
  slowPod(pod: PodRow, epoch: number, factor: number): () => void;
  slowNode(node: NodeRow, factor: number): () => void;
}

/** What faults may do to the disks of machines and the pulls of images there. The kubelet implements it. */
export interface NodeTroubles {
  /** Something else has written so much to the node's disk. */
  fillDisk(node: NodeRow, bytes: number): () => void;
  /** Pulls that match and begin now fail with the error, or take so many times as long. */
  troublePulls(matches: (image: string, node: NodeRow) => boolean, error: string, factor: number): () => void;
}

/** The provider refuses calls. */
export interface CloudTroubles {
  throttle(): () => void;
}

/** How far nodes are from each other. The network part implements it. */
export interface Latencies {
  /** The mean latency of one packet, µs; -1 when a partition lies between. */
  meanUs(from: NodeRow, to: NodeRow): number;
}

/** Where a system outside the cluster is: a machine of its own, with one process that listens on every port. */
export interface ExternalPlace {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly node: NodeRow;
}

/** Systems outside the cluster, by host. The world implements it. */
export interface ExternalSystems {
  readonly hosts: readonly string[];
  find(host: string): ExternalPlace | undefined;
  /** From now on it says nothing, or refuses every connection; as often as it is taken down, so often it must be brought back. */
  takeDown(host: string, refuses: boolean): void;
  bringBack(host: string): void;
}

/** A part of the endpoints of a Service. Its share of the connections is its weight by the sum of all weights. */
export interface Backend {
  /** Another Service in place of the divided one, as a router has several behind a host. Its ports are in the same order. */
  readonly service?: ObjectRow;
  readonly selection: Selection;
  readonly weight: number;
}

/** Requests that match go to these backends, by weight; those of the first rule that matches. */
export interface RouteRule {
  readonly matches: (request: RequestTraits) => boolean;
  readonly backends: readonly Backend[];
  /** By client of a source: the Service that it was sent to before, and is sent to again. Kept by whoever makes the rule. */
  readonly sticky?: Map<number, ObjectRow> | undefined;
}

/** Who leads requests by what they are. The network part implements it. */
export interface Routing {
  /** From now on, as each proxy learns it, connections to a Service follow these rules; those that none matches go to the Service itself. */
  route(service: ObjectRow, rules: readonly RouteRule[]): void;
}

/** Who divides connections. The network part implements it. */
export interface Division {
  /**
   * Divides the connections to a Service (object row) from now on, as each proxy learns it; without backends it is undivided again.
   * A backend without endpoints refuses its share.
   */
  divide(service: ObjectRow, backends: readonly Backend[]): void;
}

/** What is known of requests: durations in µs, a rate per second, a ratio of 0 to 1. */
export type RequestFigure = 'count' | 'rate' | 'error_ratio' | 'mean' | 'p50' | 'p90' | 'p99' | 'p999';

/** Requests by the pods that they were sent to. The traffic part implements it. */
export interface RequestReadings {
  /** Records from now on the attempts that are sent to pods of the selection. */
  watch(selection: Selection, windowUs: number): RequestWatch;
}

/** How an attempt ends. */
export type RequestOutcome = 'ok' | 'error' | 'timeout' | 'refused' | 'reset' | 'overload';

/** Attempts that ended in one way: how many in a window and since anybody watched, and what those of the window took together, µs. */
export interface OutcomeTotals {
  readonly ended: number;
  readonly endedEver: number;
  readonly tookUs: number;
}

export interface RequestWatch {
  /**
   * Of the attempts sent to pods of the selection that ended in the window up to now (to a sixtieth of it). Undefined where none
   * ended, and for a duration where none ended well.
   */
  read(figure: RequestFigure, selection: Selection): number | undefined;
}

/** A watch that also has the numbers from which a monitoring system works out what it is asked. */
export interface RequestSeries extends RequestWatch {
  totals(selection: Selection): Readonly<Record<RequestOutcome, OutcomeTotals>>;
  /** Of those that ended well in the window: the duration that a share of them does not exceed, µs; undefined for none. */
  quantile(share: number, selection: Selection): number | undefined;
  /** How many of them took at most so long. */
  within(us: number, selection: Selection): number;
}

/** The traffic part implements it. */
export interface RequestMeters extends RequestReadings {
  watch(selection: Selection, windowUs: number): RequestSeries;
}

/** What a monitoring system answers about this cluster. The metrics-apis part implements it. */
export interface Monitoring {
  /** From now on what the query asks for is kept; before, there is nothing to answer with. */
  watchQuery(query: CompiledQuery): void;
  watchFigure(query: WavetankQuery): void;
  /** A number, or a vector with one or none. */
  ask(query: CompiledQuery): number | readonly number[];
  /** Undefined where there was nothing to measure. Durations in seconds. */
  figure(namespace: string, query: WavetankQuery): number | undefined;
}

/** Figures of the whole simulation by name, as expectations have them, over the last time. The world implements it. */
export interface FigureValues {
  read(name: string, windowUs: number): number | undefined;
}

/**
 * Work on the processors of nodes: of requests, or of whatever else uses CPU in a pod. The compute part implements it, and calls back with each
 * item of work that is done. Items are numbered by whoever begins them; a number may be used again after the work is done or lost. Times in µs.
 */
export interface Processors {
  /** A process runs in a container of a pod on a node: from now on there may be work. What an earlier process of that pod worked on is lost. */
  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void;
  /** Work begins that takes `workUs` on a processor of its own, and `cpuUs` of CPU time in all, evenly; -1: as much as it takes. */
  begin(pod: PodRow, work: number, workUs: number, cpuUs: number): void;
  /** Work that has begun rests from now on; what was done is not lost. */
  suspend(work: number): void;
  resume(work: number): void;
  /** The process has ended: its work is lost. */
  stop(pod: PodRow): void;
  /** Processors for one more process of each pod: what these use is counted with the rest. */
  beside(done: (work: number) => void): Processors;
}

/** CPU time used so far, µs: half-done work has used half of its own. The compute part implements it. */
export interface CpuUsage {
  /** Since the pod's first process began. */
  podUs(pod: PodRow, epoch: number): number;
  containerUs(pod: PodRow, epoch: number, container: number): number;
  /** By the present process of a container, as its cgroup counts: 0 when it starts. */
  processUs(pod: PodRow, epoch: number, container: number): number;
  /** By all pods that ever ran there. */
  nodeUs(node: NodeRow): number;
}

/** The memory that processes hold now, bytes (the working set). */
export interface MemoryUsage {
  containerBytes(pod: PodRow, epoch: number, container: number): number;
}

/** A figure of a pod in thousandths: cpu in millicores, memory in thousandths of a byte. */
export interface MetricSample {
  readonly value: bigint;
  /** When it was taken, and over how long, µs. */
  readonly atUs: number;
  readonly windowUs: number;
}

/** metrics.k8s.io, as metrics-server answers. The metrics-apis part implements it. */
export interface ResourceMetrics {
  /** Of one container by its name, or of all that run. Undefined where it has no usage of the pod yet. */
  read(
    pod: PodRow,
    epoch: number,
    resource: 'cpu' | 'memory',
    container: string | undefined,
  ): MetricSample | undefined | 'container not found';
}

/**
 * custom.metrics.k8s.io and external.metrics.k8s.io: what the scenario says that there is, of the series that the selector matches.
 * Those of a pod or an object are summed up; undefined where there are none. The metrics-apis part implements it.
 */
export interface CustomMetrics {
  ofPod(metric: string, selector: LabelSelector, pod: PodRow, epoch: number): MetricSample | undefined;
  ofObject(metric: string, selector: LabelSelector, kind: string, namespace: string, name: string): bigint | undefined;
  /** Each series by itself. */
  external(metric: string, selector: LabelSelector): readonly bigint[];
}

/** Requests as somebody counts them who asks pods and Services now and then. The traffic part implements it. */
export interface RequestCounts {
  /** Counts by pod from now on; nobody else pays for it. */
  countByPod(): void;
  /** Attempts sent to the pod of that row since counting began; those that it has not answered, and of these those that wait. */
  sentTo(pod: PodRow): number;
  heldBy(pod: PodRow): number;
  waitingIn(pod: PodRow): number;
  /** Attempts ever sent to a Service, and calls to it that have not ended. */
  sentToService(namespace: string, name: string): number;
  heldOfService(namespace: string, name: string): number;
}

/** What pods report about their load. The traffic part implements it. */
export interface Loads {
  /** Requests that the pod of that row serves or lets wait; 0 when no process runs there. */
  held(pod: PodRow): number;
}

/** Node heartbeats as the API server has them. The kubelet implements it. */
export interface Leases {
  /** Time of the last renewal of the node's lease that has happened by now, µs; -1 for none. */
  lastRenewalUs(node: NodeRow): number;
  /** The nodes whose kubelet does not renew. */
  readonly silent: Iterable<NodeRow>;
}

/** A node as it is put into a snapshot: one of the cluster, or one that might come. */
export interface SnapshotNode {
  /** The cluster's row, -1 for a node that might come. */
  readonly row: NodeRow;
  readonly name: string;
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly unschedulable: boolean;
  /** cpu in milli, the rest in base units. */
  readonly allocatable: Readonly<Record<string, number>>;
}

/** A pod as it is put into a snapshot: one of the cluster, or one that might come. */
export interface SnapshotPod {
  /** The cluster's row, -1 for a pod that might come. */
  readonly row: PodRow;
  readonly epoch: number;
  readonly podClass: ClassRow;
  readonly terminating: boolean;
  /** One that would take the place of the pod of that row, which may be in the snapshot as well. */
  readonly successor?: boolean;
}

/**
 * A picture of the cluster of somebody's own, in which nodes and pods are tried out: the scheduler's filters say which pod fits where. The
 * scheduler implements it. Nodes and pods have the rows that `addNode` and `addPod` gave them, until `clear`.
 */
export interface ClusterSnapshot {
  /** Nothing is in it any more. */
  clear(): void;
  addNode(node: SnapshotNode): NodeRow;
  /** Its pods have been removed before. */
  removeNode(node: NodeRow): void;
  addPod(pod: SnapshotPod, node: NodeRow): PodRow;
  removePod(pod: PodRow): void;
  /** Whether a pod that is on no node passes the filters on a node. Where it does not, `reasons` says why not. */
  fits(pod: SnapshotPod, node: NodeRow): boolean;
  readonly reasons: readonly string[];
  /** The first node of the list, from position `from` on and round to it, on which the pod passes the filters: its position, or -1. */
  findFit(pod: SnapshotPod, nodes: readonly NodeRow[], from: number, accepts: (node: NodeRow) => boolean): number;
}

/** A machine of a node group, from the request for it until it is gone. */
export interface Instance {
  /** Also the name of its node, once that has registered. */
  readonly name: string;
  readonly state: 'creating' | 'running' | 'deleting';
  /** Why it cannot be made; empty while nothing is wrong. */
  readonly error: string;
}

/** What every node of a group looks like when it registers. Amounts: cpu in milli, the rest in base units. */
export interface NodeTemplate {
  readonly labels: Labels;
  readonly taints: readonly Taint[];
  readonly capacity: Readonly<Record<string, number>>;
  readonly allocatable: Readonly<Record<string, number>>;
}

/** A group of machines that are all alike and whose number can be changed. A method that fails says why; else its answer is ''. */
export interface NodeGroup {
  readonly id: string;
  readonly min: number;
  readonly max: number;
  /** How many machines there shall be. */
  readonly target: number;
  readonly instances: readonly Instance[];
  readonly template: NodeTemplate;
  readonly hourlyCost: number;
  increase(by: number): string;
  /** Gives up machines that have not been made. */
  decreaseTarget(by: number): string;
  /** Ends machines, and asks for as many fewer. */
  deleteInstances(names: readonly string[]): string;
}

/** Machines that their provider may take back. The cloud part implements it. */
export interface SpotMarket {
  /** Node pools with such machines. */
  readonly pools: readonly string[];
  /** Those that are nodes and have no notice. */
  running(): readonly { readonly name: string; readonly pool: string }[];
  /** Gives notice of the machine now; it is gone when that is over. */
  reclaim(name: string): void;
}

/** Who rents machines out. The cloud part implements it. */
export interface CloudProvider {
  readonly groups: readonly NodeGroup[];
  /** The group of the machine of that name. */
  groupOf(instance: string): NodeGroup | undefined;
}

/** Signals of Unix. */
export type ProcessSignal = 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT';

/** A process of the control plane: as its pod is called (`kube-scheduler-cp1`), what it is of (`kube-scheduler`), where it runs (`cp1`). */
export interface ControlPlaneProcess {
  readonly name: string;
  readonly component: string;
  readonly machine: string;
  /** Where the machine is, as `controlPlane.zones` or the label of its node says; empty where nothing does. */
  readonly zone: string;
  readonly state: 'running' | 'stopped' | 'dead';
  /** Whether it takes itself for the leader of its component. */
  readonly leads: boolean;
}

/** What faults may do to the processes of the control plane. */
export interface ControlPlaneProcesses {
  /** None where the control plane cannot die. */
  readonly list: readonly ControlPlaneProcess[];
  find(name: string): ControlPlaneProcess | undefined;
  /** One that is dead hears nothing. Whoever ends is started again by its supervisor, unless somebody holds it. */
  signal(name: string, signal: ProcessSignal): void;
  /** It is not started again until it has been let go as often as it was held. */
  hold(name: string): void;
  letGo(name: string): void;
}
