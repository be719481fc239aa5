// What each VerticalPodAutoscaler recommends, beside what its pods request and use, at the end of each interval: the rows of recommendations.csv.
import { mean } from 'd3-array';
import type { Row } from '../metrics/catalogue.ts';
import { isActive } from '../model/pods.ts';
import { parseQuantity } from '../model/parse/quantity.ts';
import type { ResourceMetrics } from '../model/ports/metrics-apis.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import {
  selectorOfTarget,
  VERTICAL_POD_AUTOSCALER,
  type VerticalPodAutoscaler,
  type VpaContainerRecommendation,
} from '../model/vertical-pod-autoscaler.ts';
import { ThinnedRows } from './thinned-rows.ts';

const RESOURCES = ['cpu', 'memory'] as const;
type ResourceName = (typeof RESOURCES)[number];

export class RecommendationRows {
  readonly #state: ClusterState;
  readonly #metrics: ResourceMetrics;
  readonly #rows = new ThinnedRows<Row<'recommendations'>>();

  constructor(state: ClusterState, metrics: ResourceMetrics) {
    this.#state = state;
    this.#metrics = metrics;
  }

  /** The interval ends now. */
  sample(time_seconds: number, last: boolean): void {
    this.#rows.sample(last, () => this.#rowsAt(time_seconds));
  }

  rows(): Generator<Row<'recommendations'>> {
    return this.#rows.rows();
  }

  *#rowsAt(time_seconds: number): Generator<Row<'recommendations'>> {
    const { objects } = this.#state;
    for (const row of objects.ofKind(VERTICAL_POD_AUTOSCALER)) {
      const autoscaler: VerticalPodAutoscaler | undefined = objects.get(row);
      if (autoscaler === undefined) continue;
      const pods = this.#podsOf(row, autoscaler);
      const recommended = autoscaler.status?.recommendation?.containerRecommendations ?? [];
      for (const container of this.#containersOf(pods, recommended)) {
        for (const resource of RESOURCES) {
          yield {
            time_seconds,
            namespace: objects.namespace[row],
            name: objects.name[row],
            container,
            resource,
            pods: pods.length,
            ...amounts(
              recommended.find(({ containerName }) => containerName === container),
              resource,
            ),
            requested: mean(pods, (pod) => this.#requested(pod, container, resource)) ?? null,
            used: mean(pods, (pod) => this.#used(pod, container, resource)) ?? null,
          };
        }
      }
    }
  }

  #podsOf(row: ObjectRow, autoscaler: VerticalPodAutoscaler): PodRow[] {
    const { objects, pods, classes } = this.#state;
    const namespace = objects.namespace[row];
    const selector = selectorOfTarget(objects, (_, target) => objects.get(target), namespace, autoscaler);
    const found: PodRow[] = [];
    if (selector === undefined) return found;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0 || !isActive(pods.state[pod])) continue;
      const podClass = classes.get(pods.podClass[pod]);
      if (podClass.namespace === namespace && selector.matches(podClass.labels)) found.push(pod);
    }
    return found;
  }

  /** Those of its pods, and those of which it has a recommendation from before. */
  #containersOf(pods: readonly PodRow[], recommended: readonly VpaContainerRecommendation[]): ReadonlySet<string> {
    const { classes } = this.#state;
    const own = pods.slice(0, 1).flatMap((pod) => classes.get(this.#state.pods.podClass[pod]).runtime.containers);
    return new Set([...own.map(({ name }) => name), ...recommended.map(({ containerName }) => containerName)]);
  }

  #requested(pod: PodRow, container: string, resource: ResourceName): number {
    const { pods, classes } = this.#state;
    const { containers } = classes.get(pods.podClass[pod]).runtime;
    const text = containers.find(({ name }) => name === container)?.resources?.requests?.[resource];
    return text === undefined ? 0 : parseQuantity(text).approximate();
  }

  /** As metrics-server knows it: undefined for a pod of which it knows nothing yet. */
  #used(pod: PodRow, container: string, resource: ResourceName): number | undefined {
    const sample = this.#metrics.read(pod, this.#state.pods.epoch[pod], resource, container);
    // Thousandths of cores and of bytes.
    return typeof sample === 'object' ? Number(sample.value) / 1000 : undefined;
  }
}

function amounts(
  recommended: VpaContainerRecommendation | undefined,
  resource: ResourceName,
): Pick<Row<'recommendations'>, 'lower_bound' | 'target' | 'upper_bound'> {
  if (recommended === undefined) return { lower_bound: null, target: null, upper_bound: null };
  const { lowerBound, target, upperBound } = recommended;
  const [lower_bound, amount, upper_bound] = [lowerBound, target, upperBound].map((list) =>
    parseQuantity(list[resource] ?? '0').approximate(),
  );
  return { lower_bound, target: amount, upper_bound };
}
