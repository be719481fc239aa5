// Hot dialect: stands between proxies in pods and the processors: a worker works on one burst at a time, and others wait for it.
import type { PodClass } from '../../model/pod-class.ts';
import type { ComputeName } from '../../model/settings/traffic.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { GatewayProcess } from './gateway-process.ts';

const NONE = -1;

/** What of proxies the workers need. */
export interface ProxyPods {
  of(pod: PodRow): GatewayProcess | undefined;
  /** A process starts in a container of a pod. */
  started(pod: PodRow): void;
  ended(pod: PodRow): void;
  /** The request comes to a worker; what it costs there beside its own work, µs (a TLS handshake). */
  enter(process: GatewayProcess, row: number): number;
}

/** Of all other pods the work goes on to the processors as it comes. */
export class ProxyWorkers implements Processors {
  readonly #processors: Processors;
  readonly #unscaled: Processors;
  readonly #pods: ProxyPods;

  /** `unscaled`: the same without regard to what requests are. */
  constructor(processors: Processors, unscaled: Processors, pods: ProxyPods) {
    this.#processors = processors;
    this.#unscaled = unscaled;
    this.#pods = pods;
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.#pods.ended(pod);
    this.#processors.open(pod, epoch, node, container, compute, processors);
    this.#pods.started(pod);
  }

  begin(pod: PodRow, row: number, workUs: number, cpuUs: number): void {
    const process = this.#pods.of(pod);
    if (process === undefined) {
      this.#processors.begin(pod, row, workUs, cpuUs);
      return;
    }
    const extraUs = process.workerOf(row) === undefined ? this.#pods.enter(process, row) : 0;
    const burst = { row, workUs: workUs + extraUs, cpuUs: cpuUs < 0 ? cpuUs : cpuUs + extraUs };
    const worker = process.workerOf(row)!;
    if (worker.running !== NONE) {
      worker.ready.push(burst);
      return;
    }
    worker.running = row;
    this.#processors.begin(pod, row, burst.workUs, burst.cpuUs);
  }

  /** Beside all workers. */
  beginBeside(pod: PodRow, item: number, workUs: number): void {
    this.#unscaled.begin(pod, item, workUs, -1);
  }

  /** The burst of a request is done: its worker takes up the next one. */
  burstEnded(process: GatewayProcess, row: number): void {
    const worker = process.workerOf(row);
    if (worker === undefined) return;
    const next = worker.ready.shift();
    worker.running = next === undefined ? NONE : next.row;
    if (next !== undefined) this.#processors.begin(process.pod, next.row, next.workUs, next.cpuUs);
  }

  suspend(row: number): void {
    this.#processors.suspend(row);
  }

  resume(row: number): void {
    this.#processors.resume(row);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.#processors.resize(pod, podClass);
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    return this.#processors.undisturbedUs(pod, workUs);
  }

  throttledUs(pod: PodRow): number {
    return this.#processors.throttledUs(pod);
  }

  stop(pod: PodRow): void {
    this.#pods.ended(pod);
    this.#processors.stop(pod);
  }

  beside(done: (work: number) => void): Processors {
    return this.#processors.beside(done);
  }
}
