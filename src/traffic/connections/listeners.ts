// Which process listens at a port of a pod, as connections find it.
import type { Machines } from '../../model/machines.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ServerProcess } from './server-process.ts';

/** Of the containers of a pod that serve, those beside the main one are few. */
const MOST_CONTAINERS = 64;

export class Listeners {
  readonly #machines: Machines;
  /** The number of the container that serves at a port of a pod, among those that serve; 0: the main one. */
  readonly #numberAt: (pod: PodRow, port: number) => number;
  readonly #processes = new Map<number, ServerProcess>();

  constructor(machines: Machines, numberAt: (pod: PodRow, port: number) => number) {
    this.#machines = machines;
    this.#numberAt = numberAt;
  }

  started(process: ServerProcess): void {
    this.#processes.set(keyOf(process.pod, process.number), process);
  }

  of(pod: PodRow, number: number): ServerProcess | undefined {
    return this.#processes.get(keyOf(pod, number));
  }

  /** Undefined where nothing listens. */
  find(pod: PodRow, epoch: number, port: number): ServerProcess | undefined {
    const number = this.#numberAt(pod, port);
    const process = this.of(pod, number);
    if (process === undefined || process.epoch !== epoch || process.hasEnded || process.isLeaving) return undefined;
    if (number === 0 && !this.#machines.accepts(pod, epoch, port)) return undefined;
    return process;
  }

  onNode(node: NodeRow): readonly ServerProcess[] {
    return [...this.#processes.values()].filter((one) => one.node === node && !one.hasEnded);
  }
}

function keyOf(pod: PodRow, number: number): number {
  return MOST_CONTAINERS * pod + number;
}
