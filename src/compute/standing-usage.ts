// CPU that processes use whatever requests they have: nothing happens while they use it, it is worked out when somebody asks.
import { type UsageCurve, usedUntil } from '../model/settings/usage.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** Of a container, by its index. */
export interface ContainerCurve {
  readonly container: number;
  readonly cpu: UsageCurve;
}

interface Running {
  readonly epoch: number;
  readonly node: NodeRow;
  /** Of its present process, or its last. */
  curves: readonly ContainerCurve[];
  /** Since when the current process runs, µs; -1: none does. */
  startedUs: number;
  /** What earlier processes of the pod used, by curve. */
  readonly beforeUs: number[];
}

export class StandingUsage {
  readonly #curvesOf: (pod: PodRow) => readonly ContainerCurve[];
  readonly #pods = new Map<PodRow, Running>();
  /** By node: what pods used whose rows others have now; and what all have used, as of `#summedUs`. */
  readonly #gone = new Map<NodeRow, number>();
  #sums = new Map<NodeRow, number>();
  #summedUs = -1;

  /** `curvesOf` gives what the containers of a pod use; of most pods it is nothing. */
  constructor(curvesOf: (pod: PodRow) => readonly ContainerCurve[]) {
    this.#curvesOf = curvesOf;
  }

  begin(pod: PodRow, epoch: number, node: NodeRow, nowUs: number): void {
    this.end(pod, nowUs);
    const known = this.#pods.get(pod);
    if (known?.epoch === epoch) {
      known.startedUs = nowUs;
      known.curves = renewed(known.curves, this.#curvesOf(pod));
      return;
    }
    if (known !== undefined) {
      const usedUs = known.beforeUs.reduce((sum, us) => sum + us, 0);
      this.#gone.set(known.node, (this.#gone.get(known.node) ?? 0) + usedUs);
      this.#pods.delete(pod);
      this.#summedUs = -1;
    }
    const curves = this.#curvesOf(pod);
    if (curves.length === 0) return;
    this.#pods.set(pod, { epoch, node, curves, startedUs: nowUs, beforeUs: curves.map(() => 0) });
  }

  end(pod: PodRow, nowUs: number): void {
    const one = this.#pods.get(pod);
    if (one === undefined || one.startedUs < 0) return;
    for (const [index, { cpu }] of one.curves.entries()) one.beforeUs[index] += usedUntil(cpu, nowUs - one.startedUs);
    one.startedUs = -1;
  }

  podUs(pod: PodRow, epoch: number, nowUs: number): number {
    const one = this.#pods.get(pod);
    return one?.epoch === epoch ? usedUs(one, nowUs) : 0;
  }

  containerUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const one = this.#pods.get(pod);
    const index = one?.epoch === epoch ? one.curves.findIndex((curve) => curve.container === container) : -1;
    return one === undefined || index < 0 ? 0 : one.beforeUs[index] + presentUs(one, index, nowUs);
  }

  /** By the current process of the container. */
  processUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const one = this.#pods.get(pod);
    const index = one?.epoch === epoch ? one.curves.findIndex((curve) => curve.container === container) : -1;
    return one === undefined || index < 0 ? 0 : presentUs(one, index, nowUs);
  }

  nodeUs(node: NodeRow, nowUs: number): number {
    if (nowUs !== this.#summedUs) {
      this.#sums = new Map(this.#gone);
      for (const one of this.#pods.values())
        this.#sums.set(one.node, (this.#sums.get(one.node) ?? 0) + usedUs(one, nowUs));
      this.#summedUs = nowUs;
    }
    return this.#sums.get(node) ?? 0;
  }
}

/** What the containers use from now on, unless they are others: what each has used is kept in their order. */
export function renewed(before: readonly ContainerCurve[], now: readonly ContainerCurve[]): readonly ContainerCurve[] {
  const same = before.length === now.length && before.every(({ container }, at) => container === now[at].container);
  return same ? now : before;
}

function usedUs(one: Running, nowUs: number): number {
  let sum = 0;
  for (const index of one.curves.keys()) sum += one.beforeUs[index] + presentUs(one, index, nowUs);
  return sum;
}

function presentUs({ curves, startedUs }: Running, index: number, nowUs: number): number {
  return startedUs < 0 ? 0 : usedUntil(curves[index].cpu, nowUs - startedUs);
}
