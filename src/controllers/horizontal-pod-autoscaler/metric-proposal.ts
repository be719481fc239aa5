// What one metric of a HorizontalPodAutoscaler proposes: a number of replicas, its name in reasons, and what the status says of it.
import type {
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2.js';
import { canonicalNumber } from '../../model/parse/quantity-decimal.ts';
import { parseQuantity } from '../../model/parse/quantity.ts';
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import { InputError } from '../../lib/errors.ts';
import { selectorText } from './selector-text.ts';
import { explained, MetricError, type MetricsApis } from './metrics-apis.ts';
import {
  type Calculation,
  type PerPod,
  replicasByAverage,
  replicasByClasses,
  replicasByShare,
  replicasByUtilization,
  replicasByValue,
} from './replica-count.ts';

export interface MetricProposal {
  readonly replicas: number;
  /** As the reason of a rescale names it. */
  readonly name: string;
  readonly status: MetricStatus;
}

/** Why a metric proposes nothing. */
export interface MetricFailure {
  /** Of the event and of the condition ScalingActive. */
  readonly reason: string;
  readonly message: string;
  /** The message as the controller's own error has it. */
  readonly error: string;
}

export interface Asked extends Calculation {
  readonly namespace: string;
  readonly apis: MetricsApis;
}

type Source<K extends keyof MetricSpec> = NonNullable<MetricSpec[K]>;

export function proposalOf(spec: MetricSpec, at: Asked): MetricProposal | MetricFailure {
  const { object, pods, resource, containerResource, external } = spec;
  if (object !== undefined)
    return attempt('FailedGetObjectMetric', 'failed to get object metric value', () => byObject(object, at));
  if (pods !== undefined)
    return attempt('FailedGetPodsMetric', 'failed to get pods metric value', () => byPods(pods, at));
  if (resource !== undefined) {
    const error = `failed to get ${resource.name} resource metric value`;
    return attempt('FailedGetResourceMetric', error, () => byResource(resource, at));
  }
  if (containerResource !== undefined) {
    const error = `failed to get ${containerResource.container} container metric value`;
    return attempt('FailedGetContainerResourceMetric', error, () => byContainer(containerResource, at));
  }
  if (external !== undefined) {
    const error = `failed to get ${external.metric.name} external metric value`;
    return attempt('FailedGetExternalMetric', error, () => byExternal(external, at));
  }
  const message = `unknown metric source type "${spec.type}"`;
  return { reason: 'InvalidMetricSourceType', message, error: message };
}

function attempt(reason: string, error: string, propose: () => MetricProposal): MetricProposal | MetricFailure {
  try {
    return propose();
  } catch (failure) {
    if (!(failure instanceof MetricError)) throw failure;
    return { reason, message: failure.message, error: `${error}: ${failure.message}` };
  }
}

function byObject({ target, metric, describedObject }: Source<'object'>, at: Asked): MetricProposal {
  const { kind, name } = describedObject;
  const selector = selectorOf(metric);
  // Kubernetes puts its words in this order.
  const read = (): bigint =>
    explained(
      `unable to get metric ${metric.name}: ${kind} on ${at.namespace} ${name}`,
      () => at.apis.object(at.namespace, describedObject, metric, selector),
      '/',
    );
  const status = (current: MetricValueStatus): MetricStatus => ({
    type: 'Object',
    object: { describedObject, metric, current },
  });
  if (target.type === 'Value' && target.value !== undefined) {
    const value = read();
    const replicas = replicasByValue(at, value, milli(target.value));
    return { replicas, name: `${kind} metric ${metric.name}`, status: status({ value: quantity(value) }) };
  }
  if (target.type === 'AverageValue' && target.averageValue !== undefined) {
    const { averageValue } = target;
    const { replicas, average } = explained(`failed to get ${metric.name} object metric`, () =>
      replicasByShare(at, read(), milli(averageValue)),
    );
    return {
      replicas,
      name: `external metric ${metric.name}(${selectorText(metric.selector)})`,
      status: status({ averageValue: quantity(average) }),
    };
  }
  throw new MetricError('invalid object metric source: neither a value target nor an average value target was set');
}

function byPods({ target, metric }: Source<'pods'>, at: Asked): MetricProposal {
  const selector = selectorOf(metric);
  const samples = explained(`unable to get metric ${metric.name}`, () => at.apis.pods(metric, selector));
  const { replicas, average } = replicasByAverage(at, samples, '', milli(target.averageValue ?? '0'));
  const status = { type: 'Pods', pods: { metric, current: { averageValue: quantity(average) } } };
  return { replicas, name: `pods metric ${metric.name}`, status };
}

function byResource({ name, target }: Source<'resource'>, at: Asked): MetricProposal {
  const { replicas, current, words } = byUsage(name, undefined, target, at);
  return { replicas, name: `${name} resource${words}`, status: { type: 'Resource', resource: { name, current } } };
}

function byContainer({ name, container, target }: Source<'containerResource'>, at: Asked): MetricProposal {
  const { replicas, current, words } = byUsage(name, container, target, at);
  return {
    replicas,
    name: words === '' ? `${name} resource` : `${name} container resource${words}`,
    status: { type: 'ContainerResource', containerResource: { name, container, current } },
  };
}

interface ByUsage {
  readonly replicas: number;
  readonly current: MetricValueStatus;
  readonly words: string;
}

function byUsage(resource: string, container: string | undefined, target: MetricTarget, at: Asked): ByUsage {
  const { averageValue, averageUtilization } = target;
  const calculate = (what: string, of: (samples: ReturnType<MetricsApis['resource']>) => PerPod): PerPod =>
    explained(`failed to get ${resource} ${what}`, () =>
      of(explained(`unable to get metrics for resource ${resource}`, () => at.apis.resource(resource, container))),
    );
  if (averageValue !== undefined) {
    const { replicas, average } = calculate('usage', (samples) =>
      replicasByAverage(at, samples, resource, milli(averageValue)),
    );
    return { replicas, current: { averageValue: quantity(average, resource) }, words: '' };
  }
  if (averageUtilization === undefined) {
    throw new MetricError(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  }
  const classes = at.apis.usage?.(resource, container, at.rules, at.nowUs);
  const { replicas, average, utilization } =
    (classes && replicasByClasses(at, classes, averageUtilization)) ??
    calculate('utilization', (samples) => replicasByUtilization(at, samples, resource, container, averageUtilization));
  const current = { averageUtilization: utilization, averageValue: quantity(average, resource) };
  return { replicas, current, words: ' utilization (percentage of request)' };
}

function byExternal({ target, metric }: Source<'external'>, at: Asked): MetricProposal {
  const { name, selector } = metric;
  const words = selectorText(selector);
  const read = (): bigint => {
    const series = selectorOf(metric);
    return explained(`unable to get external metric ${at.namespace}/${name}/${words}`, () => {
      let total = 0n;
      for (const value of at.apis.external(at.namespace, metric, series)) total += value;
      return total;
    });
  };
  const called = `external metric ${name}(${words})`;
  const status = (current: MetricValueStatus): MetricStatus => ({ type: 'External', external: { metric, current } });
  const { value, averageValue } = target;
  if (averageValue !== undefined) {
    const { replicas, average } = explained(`failed to get ${name} external metric`, () =>
      replicasByShare(at, read(), milli(averageValue)),
    );
    return { replicas, name: called, status: status({ averageValue: quantity(average) }) };
  }
  if (value !== undefined) {
    return explained(`failed to get external metric ${name}`, () => {
      const total = read();
      return {
        replicas: replicasByValue(at, total, milli(value)),
        name: called,
        status: status({ value: quantity(total) }),
      };
    });
  }
  throw new MetricError('invalid external metric source: neither a value target nor an average value target was set');
}

/** Of a metric without a selector, all series. */
function selectorOf({ selector = {} }: MetricIdentifier): LabelSelector {
  try {
    return compileLabelSelector(selector);
  } catch (error) {
    if (error instanceof InputError) throw new MetricError(error.message);
    throw error;
  }
}

function milli(text: string | number): bigint {
  return parseQuantity(text).milliValue();
}

/** Thousandths, as Kubernetes prints them. */
function quantity(thousandths: bigint, resource = ''): string {
  return canonicalNumber({ coefficient: thousandths, exponent: -3 }, resource === 'memory' ? 'BinarySI' : 'DecimalSI');
}
