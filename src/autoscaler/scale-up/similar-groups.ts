// Whether two groups have nodes so much alike that they may grow by turns.
import type { Labels } from '../../model/interner.ts';
import { HOSTNAME_LABEL, REGION_LABEL, ZONE_LABEL } from '../../model/state.ts';
import { requested } from '../cluster/pod-facts.ts';
import type { Template } from './binpacking.ts';

const MOST_MEMORY_DIFFERENCE = 0.015;
const MOST_ALLOCATABLE_DIFFERENCE = 0.05;
const MOST_FREE_DIFFERENCE = 0.05;

/** Labels that differ between the zones of one kind of machine. */
const IGNORED = new Set([
  HOSTNAME_LABEL,
  ZONE_LABEL,
  REGION_LABEL,
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/fluentd-ds-ready',
  'kops.k8s.io/instancegroup',
]);

type Amounts = Readonly<Record<string, number>>;

export function areSimilar(a: Template, b: Template): boolean {
  return (
    sameNames(a.node.capacity, b.node.capacity) &&
    Object.entries(a.node.capacity).every(([name, amount]) => {
      const other = b.node.capacity[name] ?? 0;
      return name === 'memory' ? isWithin(amount, other, MOST_MEMORY_DIFFERENCE) : amount === other;
    }) &&
    areWithin(a.node.allocatable, b.node.allocatable, MOST_ALLOCATABLE_DIFFERENCE) &&
    areWithin(free(a), free(b), MOST_FREE_DIFFERENCE) &&
    sameLabels(a.node.labels, b.node.labels)
  );
}

/** What the pods that come with a node leave. */
function free({ node, pods }: Template): Amounts {
  return Object.fromEntries(
    ['cpu', 'memory'].map((name) => {
      const taken = pods.reduce((sum, pod) => sum + requested(pod, name), 0);
      return [name, (node.allocatable[name] ?? 0) - taken];
    }),
  );
}

function areWithin(a: Amounts, b: Amounts, ratio: number): boolean {
  return sameNames(a, b) && Object.entries(a).every(([name, amount]) => isWithin(amount, b[name] ?? 0, ratio));
}

function isWithin(a: number, b: number, ratio: number): boolean {
  const larger = Math.max(a, b);
  return larger - Math.min(a, b) <= larger * ratio;
}

function sameNames(a: object, b: object): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name));
}

function sameLabels(a: Labels, b: Labels): boolean {
  const compared = (labels: Labels): string[] =>
    Object.entries(labels)
      .filter(([name]) => !IGNORED.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort();
  return compared(a).join() === compared(b).join();
}
