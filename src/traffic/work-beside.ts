// CPU time that processes of pods spend beside requests: on TLS handshakes, or as brokers on messages. It is work of the same processes as that of requests.
import type { PodClass } from '../model/pod-class.ts';
import type { Processors } from '../model/ports/processors.ts';
import type { ComputeName } from '../model/settings/traffic.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import { encrypts } from './connections/encrypts.ts';
import type { TrafficSettings } from './settings.ts';

/** Whether any process has such work: only then do requests pay for it. */
export function worksBeside(
  settings: Pick<TrafficSettings, 'connections' | 'behaviors' | 'traffic' | 'messageQueues'>,
): boolean {
  return encrypts(settings) || (settings.messageQueues ?? []).some(({ broker }) => broker?.work !== undefined);
}

interface Work {
  readonly pod: PodRow;
  readonly done: () => void;
}

/** Processors for requests, whose items are even below, and for other work, whose items are odd. Of one container of each pod. */
export class WorkBeside implements Processors {
  readonly #processors: Processors;
  readonly #requestDone: (item: number) => void;
  /** By number. */
  readonly #works: (Work | undefined)[] = [];
  readonly #free: number[] = [];

  /** `make` is given what to call with each item that is done, unless whoever made the processors knows: then `done` is to be called. */
  constructor(make: (done: (item: number) => void) => Processors, requestDone: (item: number) => void) {
    this.#requestDone = requestDone;
    this.#processors = make((item) => this.done(item));
  }

  open(pod: PodRow, epoch: number, node: NodeRow, container: number, compute: ComputeName, processors: number): void {
    this.#forget(pod);
    this.#processors.open(pod, epoch, node, container, compute, processors);
  }

  begin(pod: PodRow, item: number, workUs: number, cpuUs: number): void {
    this.#processors.begin(pod, 2 * item, workUs, cpuUs);
  }

  suspend(item: number): void {
    this.#processors.suspend(2 * item);
  }

  resume(item: number): void {
    this.#processors.resume(2 * item);
  }

  resize(pod: PodRow, podClass: PodClass): void {
    this.#processors.resize(pod, podClass);
  }

  stop(pod: PodRow): void {
    this.#forget(pod);
    this.#processors.stop(pod);
  }

  undisturbedUs(pod: PodRow, workUs: number): number {
    return this.#processors.undisturbedUs(pod, workUs);
  }

  throttledUs(pod: PodRow): number {
    return this.#processors.throttledUs(pod);
  }

  beside(done: (item: number) => void): Processors {
    return this.#processors.beside(done);
  }

  /** So much CPU time of the process; it is lost with it. */
  beginBeside(pod: PodRow, cpuUs: number, done: () => void): void {
    const number = this.#free.pop() ?? this.#works.length;
    this.#works[number] = { pod, done };
    this.#processors.begin(pod, 2 * number + 1, cpuUs, -1);
  }

  /** An item has had its work. */
  done(item: number): void {
    if (item % 2 === 0) {
      this.#requestDone(item / 2);
      return;
    }
    const number = (item - 1) / 2;
    const work = this.#works[number];
    this.#works[number] = undefined;
    this.#free.push(number);
    work?.done();
  }

  #forget(pod: PodRow): void {
    for (const [number, work] of this.#works.entries()) {
      if (work?.pod !== pod) continue;
      this.#works[number] = undefined;
      this.#free.push(number);
    }
  }
}
