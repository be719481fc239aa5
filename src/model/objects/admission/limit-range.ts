// LimitRanger: what a LimitRange gives containers that say nothing, and what it refuses (plugin/pkg/admission/limitranger).
import type { Container, LimitRangeItem, LimitRangeSpec, PodSpec } from 'kubernetes-types/core/v1.js';
import { aggregateContainers } from '../default/pod-resources.ts';
import { LimitConstraints } from './limit-constraints.ts';

export interface LimitRange {
  readonly spec?: { readonly limits?: LimitRangeSpec['limits'] | null };
}

type Amounts = Readonly<Record<string, string>>;

const LISTS = [
  ['containers', 'container'],
  ['initContainers', 'init container'],
] as const;

function itemsOf({ spec }: LimitRange, type: string): readonly LimitRangeItem[] {
  return (spec?.limits ?? []).filter((item) => item.type === type);
}

/** The spec with the defaults of its containers, and what has been set, as the annotation of the pod says it. */
export function withLimitDefaults(
  spec: PodSpec,
  range: LimitRange,
): { readonly spec: PodSpec; readonly set: readonly string[] } {
  const limits: Amounts = Object.assign({}, ...itemsOf(range, 'Container').map((item) => item.default));
  const requests: Amounts = Object.assign({}, ...itemsOf(range, 'Container').map((item) => item.defaultRequest));
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return { spec, set: [] };
  const set: string[] = [];
  const filled: PodSpec = { ...spec };
  for (const [list, word] of LISTS) {
    const containers = spec[list] as readonly Container[] | undefined;
    if (containers === undefined) continue;
    filled[list] = containers.map((container) => {
      const { resources = {}, name } = container;
      for (const [part, amounts] of [
        ['request', missing(resources.requests, requests)],
        ['limit', missing(resources.limits, limits)],
      ] as const) {
        if (amounts.length > 0) set.push(`${amounts.join(', ')} ${part} for ${word} ${name}`);
      }
      return {
        ...container,
        resources: {
          ...resources,
          limits: { ...limits, ...resources.limits },
          requests: { ...requests, ...resources.requests },
        },
      };
    });
  }
  return { spec: filled, set };
}

function missing(given: Amounts | undefined, defaults: Amounts): string[] {
  return Object.keys(defaults)
    .filter((name) => given?.[name] === undefined)
    .sort();
}

/** Why a pod, with its defaults, is refused; empty when it is admitted. */
export function podLimitProblems(spec: PodSpec, { spec: { limits } = {} }: LimitRange): readonly string[] {
  const problems: string[] = [];
  for (const item of limits ?? []) {
    if (item.type === 'Container') {
      for (const { resources } of [...(spec.containers ?? []), ...(spec.initContainers ?? [])]) {
        problems.push(...new LimitConstraints(item).problems(resources?.requests ?? {}, resources?.limits ?? {}));
      }
    } else if (item.type === 'Pod') {
      problems.push(...new LimitConstraints(item).problems(summed(spec, 'requests'), summed(spec, 'limits')));
    }
  }
  return problems;
}

function summed(spec: PodSpec, part: 'requests' | 'limits'): Amounts {
  return Object.fromEntries([...aggregateContainers(spec, part)].map(([name, amount]) => [name, amount.canonical()]));
}

/** Why a claim that asks for so much is refused. */
export function claimLimitProblems(requests: Amounts, range: LimitRange): readonly string[] {
  return itemsOf(range, 'PersistentVolumeClaim').flatMap((item) => new LimitConstraints(item).claimProblems(requests));
}
