// What each HorizontalPodAutoscaler measured and wanted at the end of each interval: the rows of autoscalers.csv.
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type {
  HorizontalPodAutoscalerStatus,
  MetricSpec,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2.js';
import { type AutoscalerObject, autoscalerSpec } from '../controllers/horizontal-pod-autoscaler/autoscaler-object.ts';
import type { Row } from '../metrics/catalogue.ts';
import { parseQuantity } from '../model/parse/quantity.ts';
import type { ClusterState } from '../model/state.ts';
import { ThinnedRows } from './thinned-rows.ts';

interface Replicated {
  readonly status?: { readonly readyReplicas?: number };
}

export class AutoscalerRows {
  readonly #rows = new ThinnedRows<Row<'autoscalers'>>();

  /** The interval ends now. */
  sample(state: ClusterState, time_seconds: number, last: boolean): void {
    this.#rows.sample(last, () => rowsOf(state, time_seconds));
  }

  rows(): Generator<Row<'autoscalers'>> {
    return this.#rows.rows();
  }
}

function* rowsOf({ objects }: ClusterState, time_seconds: number): Generator<Row<'autoscalers'>> {
  for (const row of objects.ofKind('HorizontalPodAutoscaler')) {
    const object = objects.get(row) as AutoscalerObject | undefined;
    const spec = object === undefined ? undefined : autoscalerSpec(object);
    if (object === undefined || spec === undefined) continue;
    const namespace = objects.namespace[row];
    const { kind, name } = spec.scaleTargetRef;
    const target: Replicated | undefined = objects.get(objects.find(kind, namespace, name));
    const { status } = object;
    const common = {
      time_seconds,
      namespace,
      name: objects.name[row],
      target: `${kind}/${name}`,
      min: spec.minReplicas ?? 1,
      max: spec.maxReplicas,
      desired: status?.desiredReplicas ?? 0,
      current: status?.currentReplicas ?? 0,
      ready: target?.status?.readyReplicas ?? 0,
    };
    for (const [at, metric] of (spec.metrics ?? []).entries()) yield { ...common, ...measured(metric, status, at) };
  }
}

type Measured = Pick<Row<'autoscalers'>, 'metric' | 'value' | 'target_value'>;

/** What a metric is called, what it was when it was looked at last, and what it should be; percentages are ratios. */
export function measured(
  spec: MetricSpec,
  status: Partial<HorizontalPodAutoscalerStatus> | undefined,
  at: number,
): Measured {
  const { resource, containerResource, pods, object, external } = spec;
  const source = resource ?? containerResource ?? pods ?? object ?? external;
  const seen = status?.currentMetrics?.[at];
  const current = (seen?.resource ?? seen?.containerResource ?? seen?.pods ?? seen?.object ?? seen?.external)?.current;
  const { target = { type: '' } } = source ?? {};
  return {
    metric: nameOf(spec),
    value: current === undefined ? null : amountOf(current, target),
    target_value: amountOf(target, target),
  };
}

function nameOf({ type, resource, containerResource, pods, object, external }: MetricSpec): string {
  if (resource !== undefined) return resource.name;
  if (containerResource !== undefined) return `${containerResource.container}/${containerResource.name}`;
  const metric = (pods ?? object ?? external)?.metric;
  return metric === undefined ? type : `${metric.name}${labelsText(metric.selector)}`;
}

/** Which series of the metric: `{queue=mail,tier In (a b)}`. */
function labelsText(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '';
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) =>
    values === undefined ? `${key} ${operator}` : `${key} ${operator} (${values.join(' ')})`,
  );
  return `{${[...labels, ...expressions].join(',')}}`;
}

/** The number that the target is about. */
function amountOf(of: MetricValueStatus, { averageUtilization, averageValue }: MetricTarget): number | null {
  if (averageUtilization !== undefined) {
    return of.averageUtilization === undefined ? null : of.averageUtilization / 100;
  }
  const text = averageValue === undefined ? of.value : of.averageValue;
  return text === undefined ? null : parseQuantity(text).approximate();
}
