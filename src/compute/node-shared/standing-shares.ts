// CPU that processes use beside their requests where pods compete: it is wanted like work, and what is not granted is not used.
import type { Engine } from '../../engine/engine.ts';
import { type UsageCurve, usedUntil } from '../../model/settings/usage.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { type ContainerCurve, renewed } from '../standing-usage.ts';
import type { Cgroup } from './cgroup.ts';
import type { CpuCgroups } from './cpu-cgroups.ts';

/** Where a curve rises or falls, its mean over so long stands for it. */
const STEP_US = 1e6;

interface Part {
  readonly cgroup: Cgroup;
  readonly container: number;
  curve: UsageCurve;
  /** What earlier processes used. */
  beforeUs: number;
}

interface Running {
  readonly epoch: number;
  readonly node: NodeRow;
  readonly parts: readonly Part[];
  startedUs: number;
  runs: boolean;
  token: number;
}

export class StandingShares {
  readonly #engine: Engine;
  readonly #cgroups: CpuCgroups;
  readonly #curvesOf: (pod: PodRow) => readonly ContainerCurve[];
  readonly #pods = new Map<PodRow, Running>();
  /** By node: what pods used whose rows others have now. */
  readonly #gone = new Map<NodeRow, number>();
  readonly #onStep: number;

  constructor(engine: Engine, cgroups: CpuCgroups, curvesOf: (pod: PodRow) => readonly ContainerCurve[]) {
    this.#engine = engine;
    this.#cgroups = cgroups;
    this.#curvesOf = curvesOf;
    this.#onStep = engine.kind('compute.usage', (pod, token) => {
      const one = this.#pods.get(pod as PodRow);
      if (one?.token === token && one.runs) this.#step(pod as PodRow, one);
    });
  }

  begin(pod: PodRow, epoch: number, node: NodeRow): void {
    this.end(pod);
    const { now } = this.#engine;
    let one = this.#pods.get(pod);
    if (one?.epoch !== epoch) {
      if (one !== undefined) this.#gone.set(one.node, (this.#gone.get(one.node) ?? 0) + usedUs(one, now));
      this.#pods.delete(pod);
      const curves = this.#curvesOf(pod);
      if (curves.length === 0) return;
      const parts = curves.map(({ container, cpu }) => {
        return {
          cgroup: this.#cgroups.open(pod, epoch, node, container, undefined),
          container,
          curve: cpu,
          beforeUs: 0,
        };
      });
      one = { epoch, node, parts, startedUs: now, runs: true, token: one === undefined ? 0 : one.token + 1 };
      this.#pods.set(pod, one);
    } else {
      const before = one.parts.map(({ container, curve: cpu }) => ({ container, cpu }));
      const curves = renewed(before, this.#curvesOf(pod));
      for (const [at, part] of one.parts.entries()) {
        part.curve = curves[at].cpu;
        this.#cgroups.open(pod, epoch, node, part.container, undefined);
        part.beforeUs = part.cgroup.standingUs(now);
      }
      one.startedUs = now;
      one.runs = true;
    }
    this.#step(pod, one);
  }

  end(pod: PodRow): void {
    const one = this.#pods.get(pod);
    if (one?.runs !== true) return;
    one.runs = false;
    one.token += 1;
    for (const part of one.parts) {
      this.#cgroups.use(part.cgroup, 0);
      part.beforeUs = part.cgroup.standingUs(this.#engine.now);
      this.#cgroups.close(part.cgroup);
    }
  }

  podUs(pod: PodRow, epoch: number, nowUs: number): number {
    const one = this.#pods.get(pod);
    return one?.epoch === epoch ? usedUs(one, nowUs) : 0;
  }

  containerUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    return this.#part(pod, epoch, container)?.cgroup.standingUs(nowUs) ?? 0;
  }

  processUs(pod: PodRow, epoch: number, container: number, nowUs: number): number {
    const part = this.#part(pod, epoch, container);
    return part === undefined ? 0 : part.cgroup.standingUs(nowUs) - part.beforeUs;
  }

  nodeUs(node: NodeRow, nowUs: number): number {
    let us = this.#gone.get(node) ?? 0;
    for (const one of this.#pods.values()) if (one.node === node) us += usedUs(one, nowUs);
    return us;
  }

  #part(pod: PodRow, epoch: number, container: number): Part | undefined {
    const one = this.#pods.get(pod);
    return one?.epoch === epoch ? one.parts.find((part) => part.container === container) : undefined;
  }

  /** Every container wants from now on what its curve says, until the next of them changes. */
  #step(pod: PodRow, one: Running): void {
    const sinceUs = this.#engine.now - one.startedUs;
    const untilUs = Math.min(...one.parts.map(({ curve }) => nextChangeUs(curve, sinceUs)));
    const overUs = untilUs === Infinity ? STEP_US : untilUs - sinceUs;
    for (const { cgroup, curve } of one.parts) {
      this.#cgroups.use(cgroup, (usedUntil(curve, sinceUs + overUs) - usedUntil(curve, sinceUs)) / overUs);
    }
    if (untilUs < Infinity) this.#engine.after(overUs, this.#onStep, pod, one.token);
  }
}

/** When a curve is next another one than now, µs since the start. */
function nextChangeUs(curve: UsageCurve, sinceUs: number): number {
  const next = curve.findIndex(({ atUs }) => atUs > sinceUs);
  if (next < 0) return Infinity;
  const before = curve[Math.max(0, next - 1)];
  const changes = next > 0 && before.amount !== curve[next].amount;
  return Math.min(curve[next].atUs, changes ? sinceUs + STEP_US : Infinity);
}

function usedUs({ parts }: Running, nowUs: number): number {
  return parts.reduce((sum, { cgroup }) => sum + cgroup.standingUs(nowUs), 0);
}
