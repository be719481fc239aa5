// What processes use beside their requests, by the containers of a class of pods: as their images' behaviours say.
import type { ContainerCurve } from '../compute/standing-usage.ts';
import { meteredContainers } from '../metrics-apis/metered-containers.ts';
import { cpuMilli } from '../model/parse/quantity.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { MemoryUsage } from '../model/ports/processors.ts';
import { amountAt, goesByProgress, limited, overTime, type Usage, type UsageCurve } from '../model/settings/usage.ts';
import type { ClusterState } from '../model/state.ts';
import { behaviorOf } from '../scenario/behaviors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { PodRow } from '../model/rows.ts';

/** A container: its row among those of its pod, and what it uses. */
interface UsedContainer {
  readonly offset: number;
  readonly usage: Usage;
}

export class UsageOfPods implements MemoryUsage {
  readonly #state: ClusterState;
  readonly #scenario: Scenario;
  readonly #now: () => number;
  readonly #held: (pod: PodRow, container: number) => number;
  readonly #cpu = new Map<PodClass, readonly ContainerCurve[]>();
  readonly #byImage = new Map<string, Usage>();
  /** By class of pods. */
  readonly #containers: (readonly UsedContainer[] | undefined)[] = [];

  /** `held`: how many requests a container holds. */
  constructor(
    state: ClusterState,
    scenario: Scenario,
    now: () => number,
    held: (pod: PodRow, container: number) => number,
  ) {
    this.#held = held;
    this.#state = state;
    this.#scenario = scenario;
    this.#now = now;
  }

  /** What a container holds because it leaks. */
  leakedBytes: (pod: PodRow, container: number) => number = () => 0;

  /** How far the process of a container is with its work, where its CPU goes by that. */
  progress: NonNullable<NodeAgents['progress']> = () => undefined;

  /** Whether any process uses CPU beside its requests. */
  get usesCpu(): boolean {
    const { behaviors, defaultBehavior } = this.#scenario;
    return [...behaviors, defaultBehavior].some(({ usage }) => usage.cpu.some(({ amount }) => amount > 0));
  }

  /** Whether any request holds memory. */
  get ofRequests(): boolean {
    const { behaviors, defaultBehavior } = this.#scenario;
    return [...behaviors, defaultBehavior].some(({ usage }) => usage.memoryPerRequestBytes > 0);
  }

  /** Up to the limit of the container, over the time since now. */
  cpuOf(pod: PodRow): readonly ContainerCurve[] {
    const curves = this.#curvesOf(pod);
    if (!curves.some(({ cpu }) => goesByProgress(cpu))) return curves;
    return curves.map(({ container, cpu }) => {
      if (!goesByProgress(cpu)) return { container, cpu };
      const { share, untilUs } = this.progress(pod, container) ?? { share: 0, untilUs: () => 0 };
      return { container, cpu: overTime(cpu, share, untilUs) };
    });
  }

  #curvesOf(pod: PodRow): readonly ContainerCurve[] {
    const podClass = this.#classOf(pod);
    let known = this.#cpu.get(podClass);
    if (known === undefined) {
      known = meteredContainers(podClass).flatMap(({ container, image, cpuLimit }) => {
        const { cpu } = this.#usageOf(image);
        return cpu.every(({ amount }) => amount === 0) ? [] : [{ container, cpu: limitedTo(cpu, cpuLimit) }];
      });
      this.#cpu.set(podClass, known);
    }
    return known;
  }

  containerBytes(pod: PodRow, _epoch: number, container: number): number {
    const { pods, containers } = this.#state;
    const { offset, usage } = this.#containersOf(pod)[container];
    const startedUs = containers.startedAt[pods.firstContainer[pod] + offset];
    const { memoryBytes, memoryPerRequestBytes } = usage;
    const held = memoryPerRequestBytes === 0 ? 0 : this.#held(pod, container);
    const leaked = this.leakedBytes(pod, container);
    return amountAt(memoryBytes, this.#now() - startedUs) + held * memoryPerRequestBytes + leaked;
  }

  /** All its containers together. */
  podBytes(pod: PodRow): number {
    return meteredContainers(this.#classOf(pod)).reduce(
      (sum, { container }) => sum + this.containerBytes(pod, 0, container),
      0,
    );
  }

  #containersOf(pod: PodRow): readonly UsedContainer[] {
    const podClass = this.#state.pods.podClass[pod];
    let known = this.#containers[podClass];
    if (known === undefined) {
      while (this.#containers.length < podClass) this.#containers.push(undefined);
      known = meteredContainers(this.#classOf(pod)).map(({ offset, image }) => ({
        offset,
        usage: this.#usageOf(image),
      }));
      this.#containers[podClass] = known;
    }
    return known;
  }

  #usageOf(image: string): Usage {
    let known = this.#byImage.get(image);
    if (known === undefined) this.#byImage.set(image, (known = behaviorOf(this.#scenario, image).usage));
    return known;
  }

  #classOf(pod: PodRow): PodClass {
    return this.#state.classes.get(this.#state.pods.podClass[pod]);
  }
}

function limitedTo(curve: UsageCurve, limit: string | undefined): UsageCurve {
  if (limit === undefined) return curve;
  const most = cpuMilli(limit) / 1000;
  if (!goesByProgress(curve)) return limited(curve, most);
  // Along the progress as along a time.
  const along = curve.map(({ share = 0, amount }) => ({ atUs: share, amount }));
  return limited(along, most).map(({ atUs: share, amount }) => ({ atUs: 0, share, amount }));
}
