// Validation of the metrics of a HorizontalPodAutoscaler (pkg/apis/autoscaling/validation).
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import { parseQuantity } from '../../parse/quantity.ts';
import type { Errors } from './errors.ts';
import { dnsLabelProblems, pathSegmentProblems } from './names.ts';
import { validateReference, type ObjectReference } from './pod-autoscaler-reference.ts';
import { validateContainerResourceName } from './resources.ts';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
const TARGET_TYPES = new Set(['Utilization', 'Value', 'AverageValue']);

interface Target {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly type: string;
  readonly value?: string;
}

interface Named {
  readonly metric: { readonly name: string; readonly selector?: LabelSelector };
  readonly target: Target;
}

interface ObjectMetric extends Named {
  readonly describedObject: ObjectReference;
}

interface ResourceMetric {
  readonly container?: string;
  readonly name: string;
  readonly target: Target;
}

export interface Metric {
  readonly type: string;
  readonly containerResource?: ResourceMetric;
  readonly external?: Named;
  readonly object?: ObjectMetric;
  readonly pods?: Named;
  readonly resource?: ResourceMetric;
}

export function validateMetrics(
  metrics: readonly Metric[],
  old: readonly Metric[],
  minReplicas: number | undefined,
  errors: Errors,
): void {
  for (const [index, metric] of metrics.entries()) {
    validateMetric(metric, old[index]?.object, `spec.metrics[${index}]`, errors);
  }
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const message = 'must specify at least one Object or External metric to support scaling to zero replicas';
    errors.forbidden('spec.metrics', message);
  }
}

function validateMetric(metric: Metric, old: ObjectMetric | undefined, path: string, errors: Errors): void {
  const { type } = metric;
  const isKnown = TYPES.includes(type);
  if (type === '') errors.required(`${path}.type`, 'must specify a metric source type');
  if (!isKnown) errors.notSupported(`${path}.type`, type, TYPES);
  const given = SOURCES.filter((source) => metric[source] !== undefined);
  if (given.length > 0) validateSource(metric, given[0], old, path, errors);
  const wanted = `${type.slice(0, 1).toLowerCase()}${type.slice(1)}`;
  if (!isKnown) errors.notSupported(`${path}.type`, type, TYPES);
  else if (!given.some((source) => source === wanted)) {
    errors.required(`${path}.${wanted}`, 'must populate information for the given metric source');
  }
  if (given.length === 1) return;
  for (const source of given) {
    if (source === wanted) continue;
    errors.forbidden(`${path}.${source}`, 'must populate the given metric source only');
  }
}

/** Of several sources the first one is looked into. */
function validateSource(
  { object, external, pods, resource, containerResource }: Metric,
  source: (typeof SOURCES)[number],
  old: ObjectMetric | undefined,
  path: string,
  errors: Errors,
): void {
  const at = `${path}.${source}`;
  if (object !== undefined) {
    validateReference(object.describedObject, old?.describedObject, true, `${at}.describedObject`, errors);
    validateNamed(object, at, errors);
    const { value, averageValue } = object.target;
    if (value === undefined && averageValue === undefined) {
      errors.required(`${at}.target.averageValue`, 'must set either a target value or averageValue');
    }
  } else if (external !== undefined) {
    validateNamed(external, at, errors);
    validateExternalTarget(external.target, `${at}.target`, errors);
  } else if (pods !== undefined) {
    validateNamed(pods, at, errors);
    if (pods.target.averageValue === undefined) {
      errors.required(`${at}.target.averageValue`, 'must specify a positive target averageValue');
    }
  } else if (resource !== undefined) {
    if (resource.name === '') errors.required(`${at}.name`, 'must specify a resource name');
    validateResourceTarget(resource.target, `${at}.target`, errors);
  } else if (containerResource !== undefined) {
    const { container = '', name, target } = containerResource;
    if (name === '') errors.required(`${at}.name`, 'must specify a resource name');
    else validateContainerResourceName(name, `${at}.name`, errors);
    if (container === '') errors.required(`${at}.container`, 'must specify a container');
    else errors.invalidEach(`${at}.container`, container, dnsLabelProblems(container));
    validateResourceTarget(target, `${at}.target`, errors);
  }
}

function validateNamed({ metric: { name }, target }: Named, path: string, errors: Errors): void {
  if (name === '') errors.required(`${path}.metric.name`, 'must specify a metric name');
  else errors.invalidEach(`${path}.metric.name`, name, pathSegmentProblems(name));
  validateTarget(target, `${path}.target`, errors);
}

function validateExternalTarget({ value, averageValue }: Target, path: string, errors: Errors): void {
  if (value === undefined && averageValue === undefined) {
    errors.required(`${path}.averageValue`, 'must set either a target value for metric or a per-pod target');
  }
  if (value !== undefined && averageValue !== undefined) {
    errors.forbidden(`${path}.value`, 'may not set both a target value for metric and a per-pod target');
  }
}

function validateResourceTarget(target: Target, path: string, errors: Errors): void {
  validateTarget(target, path, errors);
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    errors.required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization');
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    errors.forbidden(`${path}.averageValue`, 'may not set both a target raw value and a target utilization');
  }
}

function validateTarget(target: Target, path: string, errors: Errors): void {
  const { type, averageUtilization } = target;
  if (type === '') errors.required(`${path}.type`, 'must specify a metric target type');
  if (!TARGET_TYPES.has(type)) {
    errors.invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue');
  }
  for (const field of ['value', 'averageValue'] as const) {
    const quantity = target[field];
    if (quantity !== undefined && parseQuantity(quantity).sign() <= 0) {
      errors.invalid(`${path}.${field}`, quantity, 'must be positive');
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0');
  }
}
