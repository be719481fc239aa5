// Quotas of CPU and memory demand that every container says how much it needs (pkg/quota/v1/evaluator/core, Constraints).
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { quantitiesOf } from '../../resources.ts';
import { computeUsage } from './quota-usage.ts';

const DEMANDED = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** What the containers of a pod do not say although a quota tracks these names; undefined when nothing is missing. */
export function missingAmounts(spec: PodSpec, tracked: Iterable<string>): string | undefined {
  const demanded = [...tracked].filter((name) => DEMANDED.has(name)).sort();
  if (demanded.length === 0) return undefined;
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name, resources }) => ({
    name,
    usage: computeUsage(quantitiesOf(resources?.requests), quantitiesOf(resources?.limits)),
  }));
  const missing = demanded.flatMap((resource) => {
    const names = containers.filter(({ usage }) => !usage.has(resource)).map(({ name }) => name);
    return names.length === 0 ? [] : [`${resource} for: ${[...new Set(names)].sort().join(',')}`];
  });
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`;
}
