// The targets of a HorizontalPodAutoscaler as they are printed: `cpu: 40%/50%` (formatHPAMetrics).
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from 'kubernetes-types/autoscaling/v2.js';
import { NONE, shortened } from './texts.ts';

const MOST = 2;
const UNKNOWN = '<unknown>';

export function metricTargets(specs: readonly MetricSpec[], statuses: readonly MetricStatus[]): string {
  return shortened(
    specs.map((spec, index) => metricTarget(spec, statuses[index])),
    MOST,
    NONE,
    ', ',
  );
}

function metricTarget(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return valueOrAverage(spec.external?.target, status?.external?.current);
    case 'Object':
      return valueOrAverage(spec.object?.target, status?.object?.current);
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? UNKNOWN}/${spec.pods?.target.averageValue ?? ''}`;
    case 'Resource':
      return ofResource(spec.resource?.name, spec.resource?.target, status?.resource?.current);
    case 'ContainerResource':
      return ofResource(
        spec.containerResource?.name,
        spec.containerResource?.target,
        status?.containerResource?.current,
      );
    default:
      return '<unknown type>';
  }
}

function valueOrAverage(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;
  return `${current === undefined ? UNKNOWN : (current.value ?? '0')}/${target?.value ?? ''}`;
}

function ofResource(name = '', target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${name}: ${current?.averageValue ?? UNKNOWN}/${target.averageValue}`;
  const used = current?.averageUtilization === undefined ? UNKNOWN : `${current.averageUtilization}%`;
  return `${name}: ${used}/${target?.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
}
