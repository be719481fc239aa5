// What an object uses of what a ResourceQuota may count (pkg/quota/v1/evaluator).
import type { PersistentVolumeClaim, PodSpec, Service } from 'kubernetes-types/core/v1.js';
import { parseQuantity, type Quantity } from '../../parse/quantity.ts';
import { limitedQuantities, requestedQuantities } from '../../resources.ts';
import { isExtended, isHugePages } from '../validate/resources.ts';

/** Amounts by the names that quotas have for them. */
export type Usage = ReadonlyMap<string, Quantity>;

const ONE = parseQuantity('1');
const ZERO = parseQuantity('0');
const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';
const OF_CLASS = '.storageclass.storage.k8s.io/';
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'] as const;
/** Kinds that could be counted before any kind could. */
const OLD_NAMES = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);
const POD_NAMES = new Set([
  'count/pods',
  'pods',
  ...COMPUTE.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
]);
const SERVICE_NAMES = new Set(['count/services', 'services', 'services.nodeports', 'services.loadbalancers']);
const CLAIM_NAMES = ['persistentvolumeclaims', 'requests.storage'];

/** `counts`: a pod that has ended, or should have, counts as an object only. */
export function podUsage(spec: PodSpec, counts: boolean): Usage {
  const usage = new Map([['count/pods', ONE]]);
  if (!counts) return usage;
  return new Map([...usage, ...computeUsage(requestedQuantities(spec), limitedQuantities(spec))]);
}

/** What a pod or a container of it with these requests and limits uses. */
export function computeUsage(requests: Usage, limits: Usage): Usage {
  const usage = new Map([['pods', ONE]]);
  for (const name of COMPUTE) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request !== undefined) usage.set(name, request).set(`requests.${name}`, request);
    if (limit !== undefined) usage.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (isHugePages(name)) usage.set(name, request);
    if (isHugePages(name) || isExtended(name)) usage.set(`requests.${name}`, request);
  }
  return usage;
}

export function serviceUsage({ spec = {} }: Pick<Service, 'spec'>): Usage {
  const { type, ports = [], allocateLoadBalancerNodePorts } = spec;
  const balanced = type === 'LoadBalancer';
  const counted =
    balanced && allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort) : ports;
  return new Map([
    ['count/services', ONE],
    ['services', ONE],
    ['services.loadbalancers', balanced ? ONE : ZERO],
    ['services.nodeports', balanced || type === 'NodePort' ? parseQuantity(counted.length) : ZERO],
  ]);
}

/** Storage is counted in whole bytes, and once more for its class. */
export function claimUsage({ metadata, spec }: Pick<PersistentVolumeClaim, 'metadata' | 'spec'>): Usage {
  const usage = new Map([['count/persistentvolumeclaims', ONE]]);
  const storageClass = metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? '';
  const charge = (name: string, amount: Quantity): void => {
    usage.set(name, amount);
    if (storageClass !== '') usage.set(`${storageClass}${OF_CLASS}${name}`, amount);
  };
  charge('persistentvolumeclaims', ONE);
  const storage = spec?.resources?.requests?.storage;
  if (storage !== undefined) charge('requests.storage', inWholeBytes(parseQuantity(storage)));
  return usage;
}

function inWholeBytes(amount: Quantity): Quantity {
  return amount.isWhole() ? amount : parseQuantity(String(amount.value()));
}

/** Of any other kind there are only so many: `deployments.apps`. */
export function objectUsage(resource: string): Usage {
  const usage = new Map([[`count/${resource}`, ONE]]);
  return OLD_NAMES.has(resource) ? usage.set(resource, ONE) : usage;
}

/** Whether an object of this resource may use what has this name in a quota. */
export function isUsedBy(resource: string, name: string): boolean {
  switch (resource) {
    case 'pods':
      return POD_NAMES.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtendedRequest(name);
    case 'services':
      return SERVICE_NAMES.has(name);
    case 'persistentvolumeclaims':
      return (
        name === 'count/persistentvolumeclaims' ||
        CLAIM_NAMES.some((one) => name === one || name.endsWith(`${OF_CLASS}${one}`))
      );
    default:
      return name === `count/${resource}` || (name === resource && OLD_NAMES.has(resource));
  }
}

/** Whether anything can use it, so that its use is known: 0 where there is nothing. */
export function isCountable(name: string): boolean {
  return (
    name.startsWith('count/') ||
    ['pods', 'services', 'persistentvolumeclaims', ...OLD_NAMES].some((one) => isUsedBy(one, name))
  );
}

function isExtendedRequest(name: string): boolean {
  return name.startsWith('requests.') && name.includes('/') && !name.includes('kubernetes.io/');
}

export function sum(a: Usage, b: Usage): Usage {
  const total = new Map(a);
  for (const [name, amount] of b) total.set(name, total.get(name)?.add(amount) ?? amount);
  return total;
}

/** Those of these names only. */
export function masked(usage: Usage, names: { has(name: string): boolean }): Usage {
  return new Map([...usage].filter(([name]) => names.has(name)));
}
