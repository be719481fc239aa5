// RemovePodsViolatingTopologySpreadConstraint: pods leave domains that have more of them than a constraint allows (pkg/framework/plugins/removepodsviolatingtopologyspreadconstraint).
import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1.js';
import { compileLabelSelector } from '../../model/parse/label-selector.ts';
import type { StrategyArgs } from '../../model/settings/descheduler.ts';
import { covers, type Evictor } from '../evictor.ts';
import { fitsElsewhere, matchesNode, toleratesTaints } from '../node-fit.ts';
import type { Look, SeenNode, SeenPod } from '../seen.ts';
import { selection } from './selection.ts';
import { evictEach, type Strategy } from './strategy.ts';

type Args = StrategyArgs['RemovePodsViolatingTopologySpreadConstraint'];

/** A constraint and a pod that has it: nodes that do not suit the pod are no domains of its constraint. */
interface Constraint {
  readonly constraint: TopologySpreadConstraint;
  readonly pod: SeenPod;
}

interface Domain {
  readonly value: string;
  pods: SeenPod[];
}

export const topologySpread: Strategy<Args> = function* (args, look, evictor) {
  const isAsked = selection(args, evictor);
  const leaving = new Set<SeenPod>();
  for (const namespace of new Set(look.pods.map(({ podClass }) => podClass.namespace))) {
    if (!covers(args.namespaces, namespace)) continue;
    const pods = look.pods.filter(({ podClass }) => podClass.namespace === namespace);
    for (const one of constraintsOf(pods, args)) {
      const domains = domainsOf(one, pods, look);
      const sizes = domains.map((domain) => domain.pods.length);
      if (Math.max(...sizes) - Math.min(...sizes) <= one.constraint.maxSkew) continue;
      balance(one.constraint, domains, look, evictor, args, leaving);
    }
  }
  yield* evictEach(
    'RemovePodsViolatingTopologySpreadConstraint',
    [...leaving].filter((pod) => isAsked(pod)),
    evictor,
  );
};

/** Those of all pods, each once. */
function constraintsOf(pods: readonly SeenPod[], { constraints }: Args): Constraint[] {
  const found = new Map<string, Constraint>();
  for (const pod of pods) {
    const { shape } = pod.podClass;
    for (const constraint of shape.spread) {
      if (!constraints.includes(constraint.whenUnsatisfiable)) continue;
      const key = JSON.stringify([constraint, shape.nodeSelector, shape.affinity?.nodeAffinity, shape.tolerations]);
      if (!found.has(key)) found.set(key, { constraint, pod });
    }
  }
  return [...found.values()];
}

function domainsOf({ constraint, pod }: Constraint, pods: readonly SeenPod[], look: Look): Domain[] {
  const { topologyKey, labelSelector, nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint;
  const isDomain = (node: SeenNode): boolean =>
    (nodeAffinityPolicy !== 'Honor' || matchesNode(pod, node)) &&
    (nodeTaintsPolicy !== 'Honor' || toleratesTaints(pod, node));
  const values = new Map<string, string>();
  for (const node of look.nodes) {
    const value = node.labels[topologyKey];
    if (value !== undefined && isDomain(node)) values.set(node.name, value);
  }
  const domains = new Map([...values.values()].map((value): [string, Domain] => [value, { value, pods: [] }]));
  const keys = (constraint as { readonly matchLabelKeys?: readonly string[] }).matchLabelKeys ?? [];
  const selector = compileLabelSelector(labelSelector);
  for (const other of pods) {
    const { labels } = other.podClass;
    if (other.terminating || !selector.matches(labels)) continue;
    if (keys.some((key) => labels[key] !== pod.podClass.labels[key])) continue;
    domains.get(values.get(other.node) ?? '')?.pods.push(other);
  }
  return [...domains.values()];
}

/** Moves pods, on paper, from the largest domain to the smallest one until they differ by no more than the skew, or reach the mean. */
function balance(
  { maxSkew, topologyKey }: TopologySpreadConstraint,
  domains: readonly Domain[],
  look: Look,
  evictor: Evictor,
  { topologyBalanceNodeFit }: Args,
  leaving: Set<SeenPod>,
): void {
  const mean = domains.reduce((sum, { pods }) => sum + pods.length, 0) / domains.length;
  for (const domain of domains) domain.pods = lastToStay(domain.pods, evictor);
  const sorted = domains.toSorted((a, b) => a.pods.length - b.pods.length);
  const belowMean = new Set(sorted.filter(({ pods }) => pods.length < mean).map(({ value }) => value));
  const takers = look.nodes.filter(({ labels }) => belowMean.has(labels[topologyKey] ?? ''));
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    if (sorted[high].pods.length <= mean) high -= 1;
    const [small, large] = [sorted[low].pods, sorted[high].pods];
    const skew = large.length - small.length;
    if (skew <= maxSkew) {
      low += 1;
      continue;
    }
    const count = Math.min(
      Math.ceil(large.length - mean),
      Math.ceil(mean - small.length),
      Math.ceil((skew - maxSkew) / 2),
    );
    if (count <= 0) {
      low += 1;
      continue;
    }
    const moved = large.splice(large.length - count);
    for (const pod of moved) if (!topologyBalanceNodeFit || fitsElsewhere(look, pod, takers)) leaving.add(pod);
    small.push(...moved);
  }
}

/** Pods that cannot go first, then those that want particular nodes, then those of high priority: the last ones leave. */
function lastToStay(pods: readonly SeenPod[], evictor: Evictor): SeenPod[] {
  const rank = (pod: SeenPod): number => {
    if (!evictor.mayGo(pod)) return 0;
    const { nodeSelector, affinity } = pod.podClass.spec;
    return nodeSelector !== undefined || affinity?.nodeAffinity !== undefined ? 1 : 2;
  };
  return pods.toSorted((a, b) => rank(a) - rank(b) || b.podClass.priority - a.podClass.priority);
}
