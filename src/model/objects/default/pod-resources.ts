// Defaults of resources for a whole pod (`spec.resources`), which come from those of its containers.
import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.js';
import { parseQuantity, type Quantity } from '../../parse/quantity.ts';

type Amounts = Map<string, Quantity>;

/** Fills in pod-level huge page limits and requests where the pod states some resources of its own (KEP-2837). */
export function defaultPodResources(spec: PodSpec & { resources?: ResourceRequirements }): void {
  const { resources } = spec;
  if (resources === undefined) return;
  if (resources.limits !== undefined || resources.requests !== undefined) {
    for (const [name, amount] of aggregateContainers(spec, 'limits')) {
      if (!isHugePages(name) || resources.requests?.[name] !== undefined) continue;
      resources.limits ??= {};
      resources.limits[name] ??= amount.canonical();
    }
  }
  if (resources.limits === undefined) return;
  const requests = { ...resources.requests };
  for (const [name, amount] of aggregateContainers(spec, 'requests')) {
    if (name === 'cpu' || name === 'memory') requests[name] ??= amount.canonical();
  }
  for (const [name, limit] of Object.entries(resources.limits)) {
    if (isPodLevel(name)) requests[name] ??= limit;
  }
  if (Object.keys(requests).length > 0) resources.requests = requests;
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

function isPodLevel(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}

/** The sum over containers and sidecars, at least what each init container needs beside the sidecars before it. */
export function aggregateContainers(spec: PodSpec, part: 'limits' | 'requests'): Amounts {
  const total: Amounts = new Map();
  for (const container of spec.containers ?? []) add(total, container, part);
  const sidecars: Amounts = new Map();
  const init: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own: Amounts = new Map();
    add(own, container, part);
    if (container.restartPolicy === 'Always') {
      add(total, container, part);
      add(sidecars, container, part);
      own.clear();
    }
    for (const [name, amount] of sidecars) own.set(name, amount.add(own.get(name) ?? ZERO));
    for (const [name, amount] of own) raise(init, name, amount);
  }
  for (const [name, amount] of init) raise(total, name, amount);
  return total;
}

const ZERO = parseQuantity('0');

function add(amounts: Amounts, container: Container, part: 'limits' | 'requests'): void {
  for (const [name, text] of Object.entries(container.resources?.[part] ?? {})) {
    const quantity = parseQuantity(text);
    const before = amounts.get(name);
    amounts.set(name, before === undefined ? quantity : before.add(quantity));
  }
}

function raise(amounts: Amounts, name: string, least: Quantity): void {
  const before = amounts.get(name);
  if (before === undefined || before.compare(least) < 0) amounts.set(name, least);
}
