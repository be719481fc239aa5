// LowNodeUtilization and HighNodeUtilization: pods leave nodes that are too full, or too empty (pkg/framework/plugins/nodeutilization).
import type { StrategyArgs, Thresholds } from '../../model/settings/descheduler.ts';
import { toleratesTaints } from '../node-fit.ts';
import { covers, type Evictor } from '../evictor.ts';
import { byPriority, type Look, requestedOn, requestOf, type SeenNode, type Steps } from '../seen.ts';
import type { Strategy } from './strategy.ts';

const BASIC = ['cpu', 'memory', 'pods'] as const;

/** What is requested of a node, and what may be. */
interface Usage {
  readonly node: SeenNode;
  readonly requested: Map<string, number>;
  readonly bound: ReadonlyMap<string, number>;
}

interface Moves {
  readonly strategy: string;
  readonly from: readonly Usage[];
  readonly to: readonly Usage[];
  readonly mostPerNode: number;
  readonly excluded: readonly string[];
  /** Whether the node is to give up more. */
  readonly goesOn: (usage: Usage) => boolean;
}

/** Nodes above a target in one resource give pods to those that are below a threshold in all. By requests, as a per cent of allocatable. */
export const lowNodeUtilization: Strategy<StrategyArgs['LowNodeUtilization']> = function* (args, look, evictor) {
  const names = resourcesOf(args.thresholds);
  const [low, high] = args.useDeviationThresholds ? aroundMean(args, look) : [args.thresholds, args.targetThresholds];
  const usages = look.nodes.map((node) => usageOf(look, node, names, high));
  const under = usages.filter(({ node }) => !node.unschedulable && isBelow(look, node, low));
  const over = usages.filter(({ node }) => !isBelow(look, node, high) && !under.some((one) => one.node === node));
  if (
    under.length === 0 ||
    under.length <= args.numberOfNodes ||
    under.length === look.nodes.length ||
    over.length === 0
  )
    return;
  yield* move(look, evictor, {
    strategy: 'LowNodeUtilization',
    from: over.toSorted((a, b) => sumOf(b) - sumOf(a)),
    to: under,
    mostPerNode: args.evictionLimits?.node ?? Infinity,
    excluded: args.evictableNamespaces?.exclude ?? [],
    goesOn: ({ requested, bound }) => [...requested].some(([name, amount]) => amount > (bound.get(name) ?? Infinity)),
  });
};

/** Nodes below a threshold in all resources give their pods to the others, so that they can go: for the autoscaler to remove, or with a scheduler that packs. */
export const highNodeUtilization: Strategy<StrategyArgs['HighNodeUtilization']> = function* (args, look, evictor) {
  const names = resourcesOf(args.thresholds);
  const usages = look.nodes.map((node) => usageOf(look, node, names, {}));
  const under = usages.filter(({ node }) => isBelow(look, node, args.thresholds));
  const others = usages.filter((one) => !under.includes(one) && !one.node.unschedulable);
  if (
    under.length === 0 ||
    under.length <= args.numberOfNodes ||
    under.length === look.nodes.length ||
    others.length === 0
  )
    return;
  yield* move(look, evictor, {
    strategy: 'HighNodeUtilization',
    from: under.toSorted((a, b) => sumOf(a) - sumOf(b)),
    to: others,
    mostPerNode: Infinity,
    excluded: args.evictableNamespaces?.exclude ?? [],
    goesOn: () => true,
  });
};

/** As many as there is room for on the nodes that take them, those of low priority first. */
function* move(look: Look, evictor: Evictor, moves: Moves): Steps {
  const room = new Map<string, number>();
  for (const { requested, bound } of moves.to)
    for (const [name, amount] of requested) room.set(name, (room.get(name) ?? 0) + (bound.get(name) ?? 0) - amount);
  const isRoom = (): boolean => [...room.values()].every((amount) => amount > 0);
  for (const usage of moves.from) {
    const pods = look
      .podsOn(usage.node.name)
      .filter((pod) => evictor.mayGo(pod))
      .toSorted(byPriority);
    let left = moves.mostPerNode;
    for (const pod of pods) {
      if (left <= 0 || !moves.goesOn(usage) || !isRoom()) break;
      if (!moves.to.some(({ node }) => toleratesTaints(pod, node))) continue;
      if (!covers({ exclude: moves.excluded }, pod.podClass.namespace) || !evictor.fits(pod)) continue;
      const evicted = yield* evictor.evict(pod, moves.strategy);
      if (evicted === 'total') return;
      if (evicted === 'node') break;
      if (evicted === 'refused') continue;
      left -= 1;
      for (const name of room.keys()) {
        const request = requestOf(pod, name);
        room.set(name, (room.get(name) ?? 0) - request);
        usage.requested.set(name, (usage.requested.get(name) ?? 0) - request);
      }
    }
  }
}

/** Of requests also those that have no threshold: they bound how much is moved. */
function resourcesOf(thresholds: Thresholds): string[] {
  return [...new Set([...Object.keys(thresholds), ...BASIC])];
}

/** `most` are per cents; a resource without one may be used up. */
function usageOf(look: Look, node: SeenNode, names: readonly string[], most: Thresholds): Usage {
  return {
    node,
    requested: new Map(names.map((name) => [name, requestedOn(look, node.name, name)])),
    bound: new Map(
      names.map((name) => [name, Math.trunc(((most[name] ?? 100) * (node.allocatable[name] ?? 0)) / 100)]),
    ),
  };
}

/** In per cent of what it has. */
function percentOf(look: Look, node: SeenNode, name: string): number {
  const capacity = node.allocatable[name] ?? 0;
  return capacity === 0 ? 0 : (100 * requestedOn(look, node.name, name)) / capacity;
}

function isBelow(look: Look, node: SeenNode, thresholds: Thresholds): boolean {
  return Object.entries(thresholds).every(([name, most]) => percentOf(look, node, name) <= most);
}

/** Thresholds as deviations from the mean of the nodes, within 0 and 100. */
function aroundMean(
  { thresholds, targetThresholds }: StrategyArgs['LowNodeUtilization'],
  look: Look,
): [Thresholds, Thresholds] {
  const mean = (name: string): number =>
    look.nodes.reduce((sum, node) => sum + percentOf(look, node, name), 0) / look.nodes.length;
  const shifted = (by: Thresholds, sign: 1 | -1): Thresholds =>
    Object.fromEntries(
      Object.entries(by).map(([name, deviation]) => [name, Math.min(100, Math.max(0, mean(name) + sign * deviation))]),
    );
  return [shifted(thresholds, -1), shifted(targetThresholds, 1)];
}

/** Millicores, bytes and pods together, as the descheduler orders nodes. */
function sumOf({ requested }: Usage): number {
  return [...requested.values()].reduce((sum, amount) => sum + amount, 0);
}
