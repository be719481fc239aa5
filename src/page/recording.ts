// Everything that frames have told, in columns: the page looks at any moment of it.
import { type Expectation, FRAME_VERSION, type Frame, type Mark, type Opening } from './frame.ts';
import { float32, float64, int32, uint8 } from './growing.ts';
import { Loads } from './loads.ts';

export interface NodeNames {
  readonly name: string;
  readonly zone: string;
  readonly pool: string;
}

export interface PodNames {
  readonly namespace: string;
  readonly name: string;
  /** Row of `workloads`. */
  readonly workload: number;
  readonly revision: string;
}

/** What calls, and the Service that is called. */
export interface Edge {
  /** Name of a source of traffic, empty where a Service calls. */
  readonly source: string;
  /** Row of the calling Service, -1 for a source. */
  readonly caller: number;
  readonly service: number;
}

export interface EventRow {
  readonly time: number;
  readonly warning: boolean;
  readonly reason: string;
  readonly object: string;
  readonly message: string;
  readonly source: string;
}

export class Recording {
  opening: Opening | undefined;
  /** Of a live run: how fast it goes, and how that goes. */
  pace: Frame['pace'];
  /** Seconds of simulated time that are known. */
  until = 0;
  readonly nodes: NodeNames[] = [];
  readonly nodeChanges = { time: float64(), node: int32(), state: uint8() };
  /** Shares of CPU requested, of memory requested and of CPU used. */
  readonly nodeLoads = new Loads(3);
  readonly pods: PodNames[] = [];
  /** `Deployment/shop/web`; pods without a controller are of the workload ''. */
  readonly workloads: string[] = [];
  readonly podChanges = { time: float64(), pod: int32(), state: uint8(), node: int32() };
  readonly services: { readonly namespace: string; readonly name: string }[] = [];
  /** Rate, share of errors, median and p99: of each Service, each edge, and (row 0) requests from outside. */
  readonly serviceLoads = new Loads(4);
  readonly edges: Edge[] = [];
  readonly edgeLoads = new Loads(4);
  readonly series = { time: float64(), rate: float32(), errors: float32(), p50: float32(), p99: float32() };
  readonly events: EventRow[] = [];
  readonly marks: Mark[] = [];
  /** When changes that were told before are not true any more: raised by a new opening. */
  generation = 0;
  readonly #strings: string[] = [];
  readonly #workloadRows = new Map<string, number>();

  get expect(): readonly Expectation[] {
    return this.opening?.expect ?? [];
  }

  /** Seconds that the time bar spans. */
  get duration(): number {
    return this.opening?.duration ?? Math.max(this.until, 1);
  }

  /** Throws an Error for a frame of another version. */
  append(frame: Frame): void {
    if (frame.opening !== undefined) {
      const { version } = frame.opening;
      if ((version as number) !== FRAME_VERSION)
        throw new Error(`frames of version ${version}, expected ${FRAME_VERSION}: reload the page`);
      this.opening = frame.opening;
    }
    for (const one of frame.strings) this.#strings.push(one);
    this.#appendNodes(frame);
    this.#appendPods(frame);
    this.#appendRequests(frame);
    const { events } = frame;
    for (const [at, time] of events.time.entries()) {
      this.events.push({
        time,
        warning: events.warning[at] === 1,
        reason: this.#text(events.reason[at]),
        object: this.#text(events.object[at]),
        message: this.#text(events.message[at]),
        source: this.#text(events.source[at]),
      });
    }
    for (const mark of frame.marks) this.#appendMark(mark);
    this.until = frame.until;
    if (frame.pace !== undefined) this.pace = frame.pace;
  }

  /** Of a pod, as `namespace/name`. */
  podName(pod: number): string {
    const { namespace, name } = this.pods[pod];
    return `${namespace}/${name}`;
  }

  #text(index: number): string {
    return this.#strings[index];
  }

  #appendNodes({ nodes, nodeChanges, nodeLoads }: Frame): void {
    for (const [at, name] of nodes.name.entries()) {
      this.nodes.push({
        name: this.#text(name),
        zone: this.#text(nodes.zone[at]),
        pool: this.#text(nodes.pool[at]),
      });
    }
    this.nodeChanges.time.append(nodeChanges.time);
    this.nodeChanges.node.append(nodeChanges.node);
    this.nodeChanges.state.append(nodeChanges.state);
    const { time, node, cpuRequested, memoryRequested, cpuUsed } = nodeLoads;
    this.nodeLoads.append(time, node, [cpuRequested, memoryRequested, cpuUsed]);
  }

  #appendPods({ pods, podChanges }: Frame): void {
    for (const [at, name] of pods.name.entries()) {
      this.pods.push({
        namespace: this.#text(pods.namespace[at]),
        name: this.#text(name),
        workload: this.#workload(this.#text(pods.workload[at])),
        revision: this.#text(pods.revision[at]),
      });
    }
    this.podChanges.time.append(podChanges.time);
    this.podChanges.pod.append(podChanges.pod);
    this.podChanges.state.append(podChanges.state);
    this.podChanges.node.append(podChanges.node);
  }

  #appendRequests({ services, serviceLoads, edges, edgeLoads, series }: Frame): void {
    for (const [at, name] of services.name.entries())
      this.services.push({ namespace: this.#text(services.namespace[at]), name: this.#text(name) });
    for (const [at, service] of edges.service.entries())
      this.edges.push({ source: this.#text(edges.source[at]), caller: edges.caller[at], service });
    this.serviceLoads.append(serviceLoads.time, serviceLoads.service, columnsOf(serviceLoads));
    this.edgeLoads.append(edgeLoads.time, edgeLoads.edge, columnsOf(edgeLoads));
    this.series.time.append(series.time);
    this.series.rate.append(series.rate);
    this.series.errors.append(series.errors);
    this.series.p50.append(series.p50);
    this.series.p99.append(series.p99);
  }

  #workload(name: string): number {
    let row = this.#workloadRows.get(name);
    if (row === undefined) {
      row = this.workloads.push(name) - 1;
      this.#workloadRows.set(name, row);
    }
    return row;
  }

  #appendMark(mark: Mark): void {
    const { kind, label, from } = mark;
    const known = this.marks.findIndex((one) => one.kind === kind && one.label === label && one.from === from);
    if (known === -1) this.marks.push(mark);
    else this.marks[known] = mark;
  }
}

function columnsOf({ rate, errors, p50, p99 }: Frame['serviceLoads'] | Frame['edgeLoads']) {
  return [rate, errors, p50, p99];
}
