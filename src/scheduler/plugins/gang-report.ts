// What `wavetank explain` says of a gang: what it wants, where there is room for its pods, and who holds the rest.
import type { PodClass } from '../../model/pod-class.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import type { GangReport } from '../framework/interface.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { PodGroup } from './pod-groups.ts';
import { capacityColumn } from './resource-columns.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Pods named of a node that has no room. */
const MOST_HOLDERS = 3;

/** `members`: rows of the group's pods. `nodes`: those that only resources keep from having such a pod. */
export function gangReport(
  cache: SchedulerCache,
  { key, minMember }: PodGroup,
  members: ReadonlySet<PodRow>,
  pod: PodInfo,
  nodes: Iterable<NodeRow>,
): GangReport {
  const { state } = cache;
  const { pods, classes, identities } = state;
  const nameOf = (row: PodRow): string => `${identities.namespace(pods.identity[row])}/${state.podName(row)}`;
  const wanted = requestsOf(cache, pod.podClass);
  const room: Record<string, number> = {};
  const held: Record<string, readonly string[]> = {};
  for (const node of nodes) {
    const name = state.nodeName(node);
    const fits = Math.floor(
      Math.min(...[...wanted].map(([resource, amount]) => freeOf(cache, resource, node) / amount)),
    );
    if (fits > 0) {
      room[name] = fits;
      continue;
    }
    const scarce = [...wanted].filter(([resource, amount]) => freeOf(cache, resource, node) < amount);
    const share = (row: PodRow): number => {
      const requests = requestsOf(cache, classes.get(cache.podClass[row]));
      return Math.max(...scarce.map(([resource]) => (requests.get(resource) ?? 0) / capacityOf(cache, resource, node)));
    };
    const here = podsOn(cache, node);
    const holders = here
      .filter((row) => !members.has(row) && share(row) > 0)
      .sort((a, b) => share(b) - share(a))
      .slice(0, MOST_HOLDERS);
    // Full of the group's own pods: those are reported already.
    if (holders.length === 0 && here.some((row) => members.has(row))) continue;
    held[name] = holders.map(nameOf);
  }
  const placed = [...members].filter((row) => cache.nodeOf(row, pods.epoch[row]) >= 0);
  return {
    group: key,
    minMember,
    members: members.size,
    placed: Object.fromEntries(placed.map((row) => [nameOf(row), state.nodeName(cache.podNode[row])])),
    requests: Object.fromEntries([...wanted].map(([name, amount]) => [name, name === 'cpu' ? amount / 1000 : amount])),
    room,
    held,
  };
}

function podsOn({ firstPod, nextPod }: SchedulerCache, node: NodeRow): PodRow[] {
  const rows: PodRow[] = [];
  for (let row = firstPod[node]; row >= 0; row = nextPod[row]) rows.push(row);
  return rows;
}

/** In milli for cpu, else in bytes or whole units; what is not requested is left out. */
function requestsOf(cache: SchedulerCache, { shape }: PodClass): Map<string, number> {
  const plain: [string, number][] = [
    ['cpu', shape.cpuMilli],
    ['memory', shape.memoryBytes],
    ['ephemeral-storage', shape.ephemeralBytes],
    ['pods', 1],
  ];
  const extended = cache.extendedOf(shape).map(({ column, amount }): [string, number] => [column.name, amount]);
  return new Map([...plain, ...extended].filter(([, amount]) => amount > 0));
}

function capacityOf(cache: SchedulerCache, name: string, node: NodeRow): number {
  return name === 'pods' ? cache.maxPods[node] : capacityColumn(cache, name)[node];
}

/** What of a resource no pod on the node has requested, in the units of `requestsOf`. */
export function freeOf(cache: SchedulerCache, name: string, node: NodeRow): number {
  switch (name) {
    case 'cpu':
      return cache.cpuMilli[node] - cache.usedCpuMilli[node];
    case 'memory':
      return cache.memoryBytes[node] - cache.usedMemoryBytes[node];
    case 'ephemeral-storage':
      return cache.ephemeralBytes[node] - cache.usedEphemeralBytes[node];
    case 'pods':
      return cache.maxPods[node] - cache.podCount[node];
    default: {
      const column = cache.extendedColumn(name);
      return column.allocatable[node] - column.used[node];
    }
  }
}
