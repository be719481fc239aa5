// RemoveDuplicates: pods of one owner with the same images are spread evenly over the nodes that they may use (pkg/framework/plugins/removeduplicates).
import type { StrategyArgs } from '../../model/settings/descheduler.ts';
import { matchesNode, toleratesTaints } from '../node-fit.ts';
import type { SeenNode, SeenPod } from '../seen.ts';
import { selection } from './selection.ts';
import type { Strategy } from './strategy.ts';

interface Duplicates {
  /** Of all nodes together, the first of each included. */
  pods: number;
  /** By node: all but the first. */
  readonly byNode: Map<string, SeenPod[]>;
}

export const removeDuplicates: Strategy<StrategyArgs['RemoveDuplicates']> = function* (args, look, evictor) {
  const isAsked = selection(args, evictor);
  const owners = new Map<string, Duplicates>();
  for (const { name } of look.nodes) {
    const first = new Set<string>();
    for (const pod of look.podsOn(name)) {
      const { owner } = pod;
      if (owner === undefined || args.excludeOwnerKinds.includes(owner.kind) || !isAsked(pod) || !evictor.fits(pod))
        continue;
      const images = pod.podClass.runtime.containers.map(({ image = '' }) => image).sort();
      const key = JSON.stringify([pod.podClass.namespace, owner.kind, owner.name, images]);
      const known = owners.get(key) ?? { pods: 0, byNode: new Map<string, SeenPod[]>() };
      owners.set(key, known);
      known.pods += 1;
      if (!first.has(key)) first.add(key);
      else known.byNode.set(name, [...(known.byNode.get(name) ?? []), pod]);
    }
  }
  for (const { pods, byNode } of owners.values()) {
    const targets = targetsOf([...byNode.values()].flat(), look.nodes);
    if (targets < 2) continue;
    const most = Math.ceil(pods / targets);
    for (const duplicates of byNode.values()) {
      // The first pod is not among them.
      if (duplicates.length + 1 <= most) continue;
      for (const pod of duplicates.slice(most - 1)) {
        const evicted = yield* evictor.evict(pod, 'RemoveDuplicates');
        if (evicted === 'total') return;
        if (evicted === 'node') break;
      }
    }
  }
};

/** Nodes that the pods may use: all together, of those that have more than one. */
function targetsOf(pods: readonly SeenPod[], nodes: readonly SeenNode[]): number {
  const targets = new Set<string>();
  for (const pod of new Map(pods.map((one) => [one.podClass.shape, one])).values()) {
    const own = nodes.filter((node) => toleratesTaints(pod, node) && matchesNode(pod, node));
    if (own.length > 1) for (const { name } of own) targets.add(name);
  }
  return targets.size;
}
