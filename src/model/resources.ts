// What a pod asks for: effective requests and limits, the requests that scoring counts, the QoS class. Rules of component-helpers 0.36.
import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { parseQuantity, type Quantity } from './parse/quantity.ts';

/** A pod spec of 1.36: with resources of the whole pod, which the 1.30 types lack. */
export type PodSpecWithResources = PodSpec & { readonly resources?: ResourceRequirements };

/** By resource name: cpu in thousandths of a core, everything else in bytes or whole pieces, rounded up. A name that nobody mentions is absent. */
export type ResourceAmounts = Readonly<Record<string, number>>;

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

type QuantityTexts = Readonly<Record<string, string | number>>;
type Quantities = Map<string, Quantity>;
type Field = 'requests' | 'limits';

/** What the scheduler assumes of a container that says nothing (`DefaultMilliCPURequest`, `DefaultMemoryRequest`). */
export const SCORING_DEFAULTS: QuantityTexts = { cpu: '100m', memory: '200Mi' };

/** Effective requests: the larger of what runs together and what any init container needs, pod-level requests instead, overhead on top. */
export function podRequests(spec: PodSpecWithResources): ResourceAmounts {
  return amounts(requestedQuantities(spec));
}

/** Effective requests where every container counts at least as much as `defaults` say for a resource that it does not mention. */
export function podRequestsWithDefaults(spec: PodSpecWithResources, defaults: QuantityTexts): ResourceAmounts {
  return amounts(requestedQuantities(spec, defaults));
}

/** The requests that scoring and a node's NonZeroRequested count. With pod-level requests, only what the whole pod lacks is filled in. */
export function podRequestsNonZero(spec: PodSpecWithResources): ResourceAmounts {
  if (!hasPodLevelRequests(spec)) return podRequestsWithDefaults(spec, SCORING_DEFAULTS);
  const requested = requestedQuantities(spec);
  const missing = Object.entries(SCORING_DEFAULTS).filter(([name]) => !requested.has(name));
  return podRequestsWithDefaults(spec, Object.fromEntries(missing));
}

/** Effective limits; overhead is added only to resources that are limited to more than nothing. */
export function podLimits(spec: PodSpecWithResources): ResourceAmounts {
  return amounts(limitedQuantities(spec));
}

/** Effective limits as quantities. */
export function limitedQuantities(spec: PodSpecWithResources): ReadonlyMap<string, Quantity> {
  const limits = aggregateContainers(spec, 'limits', {});
  replaceByPodLevel(limits, spec.resources?.limits);
  for (const [name, quantity] of quantitiesOf(spec.overhead)) {
    const limit = limits.get(name);
    if (limit !== undefined && !limit.isZero()) limits.set(name, limit.add(quantity));
  }
  return limits;
}

/** The QoS class: by the pod's own resources where it has any section for them, else by its containers' cpu and memory. */
export function qosClass(spec: PodSpecWithResources): QosClass {
  const requests: Quantities = new Map();
  const limits: Quantities = new Map();
  let guaranteed = true;
  if (spec.resources != null) {
    add(requests, qosQuantities(spec.resources.requests));
    add(limits, qosQuantities(spec.resources.limits));
    // Without limits nothing equals the requests, so only a partial list matters here.
    guaranteed = limits.size === QOS_RESOURCES.length;
  } else {
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
      add(requests, qosQuantities(container.resources?.requests));
      const limited = qosQuantities(container.resources?.limits);
      add(limits, limited);
      guaranteed &&= limited.size === QOS_RESOURCES.length;
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = [...requests].every(([name, request]) => limits.get(name)?.compare(request) === 0);
  return guaranteed && equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}

const QOS_RESOURCES = ['cpu', 'memory'];

// Zero counts as not set.
function qosQuantities(list: QuantityTexts | undefined): Quantities {
  return new Map(
    [...quantitiesOf(list)].filter(([name, quantity]) => QOS_RESOURCES.includes(name) && quantity.sign() > 0),
  );
}

/** Effective requests as quantities. */
export function requestedQuantities(spec: PodSpecWithResources, defaults: QuantityTexts = {}): Quantities {
  const requests = aggregateContainers(spec, 'requests', defaults);
  replaceByPodLevel(requests, spec.resources?.requests);
  add(requests, quantitiesOf(spec.overhead));
  return requests;
}

// Sidecars (restartable init containers) run beside everything that starts after them.
function aggregateContainers(spec: PodSpec, field: Field, defaults: QuantityTexts): Quantities {
  const total: Quantities = new Map();
  const sidecars: Quantities = new Map();
  const initPeak: Quantities = new Map();
  for (const container of spec.containers) add(total, containerQuantities(container, field, defaults));
  for (const container of spec.initContainers ?? []) {
    const own = containerQuantities(container, field, defaults);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(initPeak, sidecars);
    } else {
      add(own, sidecars);
      raise(initPeak, own);
    }
  }
  raise(total, initPeak);
  return total;
}

function containerQuantities(container: Container, field: Field, defaults: QuantityTexts): Quantities {
  return quantitiesOf({ ...defaults, ...container.resources?.[field] });
}

/** Whether the pod itself requests something, which then counts instead of what its containers request. */
export function hasPodLevelRequests(spec: PodSpecWithResources): boolean {
  return Object.keys(spec.resources?.requests ?? {}).some(isPodLevelResource);
}

function replaceByPodLevel(quantities: Quantities, list: QuantityTexts | undefined): void {
  for (const [name, quantity] of quantitiesOf(list)) {
    if (isPodLevelResource(name)) quantities.set(name, quantity);
  }
}

function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

export function quantitiesOf(list: QuantityTexts | null | undefined): Quantities {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

function add(sums: Quantities, more: Quantities): void {
  for (const [name, quantity] of more) {
    const sum = sums.get(name);
    sums.set(name, sum === undefined ? quantity : sum.add(quantity));
  }
}

function raise(maxima: Quantities, others: Quantities): void {
  for (const [name, quantity] of others) {
    const maximum = maxima.get(name);
    if (maximum === undefined || maximum.compare(quantity) < 0) maxima.set(name, quantity);
  }
}

function amounts(quantities: ReadonlyMap<string, Quantity>): ResourceAmounts {
  const result: Record<string, number> = {};
  for (const [name, quantity] of quantities) {
    result[name] = Number(name === 'cpu' ? quantity.milliValue() : quantity.value());
  }
  return result;
}
