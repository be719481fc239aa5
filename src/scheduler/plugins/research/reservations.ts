// When and where each pod that waits will start if everybody runs as long as they say: conservative backfilling's plan.
import type { PodClass, SchedulingShape } from '../../../model/pod-class.ts';
import type { NodeRow } from '../../../model/rows.ts';
import type { Departures } from './departures.ts';
import type { WaitingPod } from './waiting-pods.ts';

interface Reservation {
  readonly pod: WaitingPod;
  readonly node: NodeRow;
  readonly fromUs: number;
  readonly untilUs: number;
}

export class Reservations {
  #all: Reservation[] = [];
  readonly #departures: Departures;
  readonly #lengthUs: (podClass: PodClass) => number;

  constructor(departures: Departures, lengthUs: (podClass: PodClass) => number) {
    this.#departures = departures;
    this.#lengthUs = lengthUs;
  }

  /** One after the other in the order given, each as early as those before it allow; a pod for which nobody can say when has none. */
  plan(waiting: readonly WaitingPod[], nowUs: number): void {
    this.#all = [];
    for (const pod of waiting) {
      const lengthUs = this.#lengthUs(pod.podClass);
      let best: Reservation | undefined;
      for (const node of pod.nodes) {
        const fromUs = this.#earliest(pod.podClass.shape, lengthUs, node, nowUs);
        if (fromUs < (best?.fromUs ?? Infinity)) best = { pod, node, fromUs, untilUs: fromUs + lengthUs };
      }
      if (best !== undefined) this.#all.push(best);
    }
  }

  /** Whether a pod may start on the node now without being in the way of the reservations of those for whom `counts` says true. */
  leavesRoom(
    { shape }: PodClass,
    lengthUs: number,
    node: NodeRow,
    nowUs: number,
    counts: (pod: WaitingPod) => boolean,
  ): boolean {
    const others = this.#all.filter((one) => one.node === node && counts(one.pod));
    return others.length === 0 || this.#fits(shape, node, nowUs, nowUs, nowUs + lengthUs, others);
  }

  #earliest(shape: SchedulingShape, lengthUs: number, node: NodeRow, nowUs: number): number {
    const others = this.#all.filter((one) => one.node === node);
    const times = new Set([nowUs, ...this.#departures.endsOn(node, nowUs), ...others.map(({ untilUs }) => untilUs)]);
    for (const fromUs of [...times].sort((a, b) => a - b)) {
      if (fromUs < Infinity && this.#fits(shape, node, nowUs, fromUs, fromUs + lengthUs, others)) return fromUs;
    }
    return Infinity;
  }

  /** What is taken rises only where a reservation begins: it is enough to look there, and at the start. */
  #fits(
    shape: SchedulingShape,
    node: NodeRow,
    nowUs: number,
    fromUs: number,
    untilUs: number,
    others: readonly Reservation[],
  ): boolean {
    const begins = others.map((one) => one.fromUs).filter((atUs) => atUs > fromUs && atUs < untilUs);
    return [fromUs, ...begins].every((atUs) => {
      const beside = others.filter((one) => one.fromUs <= atUs && atUs < one.untilUs);
      return this.#departures.fits([shape, ...beside.map(({ pod }) => pod.podClass.shape)], node, nowUs, atUs);
    });
  }
}
