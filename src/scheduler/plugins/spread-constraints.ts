// Topology spread constraints of a pod, compiled against the counters of the cache.
import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1.js';
import { compileLabelSelector, type LabelSelector } from '../../model/parse/label-selector.ts';
import type { PodClass } from '../../model/pod-class.ts';
import { HOSTNAME_LABEL } from '../../model/state.ts';
import type { Handle } from '../framework/interface.ts';
import type { DomainCounts, PodCounter } from '../cache/match-counts.ts';
import type { TopologyKey } from '../cache/topology.ts';
import { requiredNodes } from '../../model/parse/node-terms.ts';
import { hasUntolerated } from '../../model/parse/tolerations.ts';

export interface SpreadConstraint {
  readonly topology: TopologyKey;
  readonly isHostname: boolean;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** 1 when the pod matches its own selector. */
  readonly self: number;
  readonly selector: LabelSelector;
  readonly counter: PodCounter;
  /** Matching pods by domain over the nodes that the constraint's policies include. */
  readonly counts: DomainCounts;
}

export interface SpreadSource {
  readonly constraint: TopologySpreadConstraint;
  readonly selector: LabelSelector;
}

/** The selector of a constraint of the pod's own; the values of matchLabelKeys are part of it. */
export function ownSelector(constraint: TopologySpreadConstraint, podClass: PodClass): LabelSelector {
  const keys = (constraint.matchLabelKeys ?? []).filter((key) => Object.hasOwn(podClass.labels, key));
  const selector = constraint.labelSelector ?? undefined;
  if (keys.length === 0) return compileLabelSelector(selector);
  return compileLabelSelector({
    ...selector,
    matchExpressions: [
      ...(selector?.matchExpressions ?? []),
      ...keys.map((key) => ({ key, operator: 'In', values: [podClass.labels[key]] })),
    ],
  });
}

/**
 * Compiles constraints that are applied together. With `requireAll`, only nodes with all of their topology keys count
 * (the pod's own constraints); else any node with the constraint's key does (system defaults).
 */
export function compileSpread(
  handle: Handle,
  podClass: PodClass,
  sources: readonly SpreadSource[],
  requireAll: boolean,
): SpreadConstraint[] {
  const { cache, labelSets, taintSets } = handle;
  const { shape, namespace } = podClass;
  const affinity = requiredNodes({
    ...(shape.nodeSelector === undefined ? {} : { nodeSelector: shape.nodeSelector }),
    ...(shape.affinity === undefined ? {} : { affinity: shape.affinity }),
  });
  const keys = sources.map(({ constraint }) => constraint.topologyKey);
  return sources.map(({ constraint, selector }) => {
    const { topologyKey, maxSkew, minDomains = 1 } = constraint;
    const honorsAffinity = affinity !== undefined && (constraint.nodeAffinityPolicy ?? 'Honor') === 'Honor';
    const honorsTaints = constraint.nodeTaintsPolicy === 'Honor';
    const required = requireAll ? [...new Set(keys)].sort() : [];
    const key = JSON.stringify([honorsAffinity ? shape.id : -1, honorsTaints ? shape.id : -1, required]);
    const text = selector.canonical();
    // A selector without requirements counts no pod at all.
    const counter = cache.counts.counter(
      `${namespace}\n${selector.isNothing() ? '!' : text}`,
      false,
      (other) => !selector.isEmpty() && other.namespace === namespace && selector.matches(other.labels),
      selector.requiredLabel(),
    );
    const counts = cache.counts.domains(counter, topologyKey, {
      key,
      includes(node) {
        const labels = labelSets.get(cache.labels[node]);
        if (!required.every((one) => Object.hasOwn(labels, one))) return false;
        if (honorsAffinity && !affinity(handle.nodeName(node), labels)) return false;
        return !honorsTaints || !hasUntolerated(taintSets.get(cache.taints[node]), shape.tolerations);
      },
    });
    return {
      topology: cache.topology(topologyKey),
      isHostname: topologyKey === HOSTNAME_LABEL,
      maxSkew,
      minDomains,
      self: selector.matches(podClass.labels) ? 1 : 0,
      selector,
      counter,
      counts,
    };
  });
}
