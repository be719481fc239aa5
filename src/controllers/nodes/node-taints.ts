// The taints that the node lifecycle controller puts on nodes and takes off again.
import type { Taint } from 'kubernetes-types/core/v1.js';
import type { ApiClient } from '../../api/client.ts';
import type { ApiConnection } from '../../api/server.ts';
import { Refused } from '../../api/refused.ts';
import { sleep } from '../../engine/script.ts';
import { NodePressure, NodeReady } from '../../model/nodes.ts';
import type { Steps } from '../kit/sync.ts';
import type { NodeRow } from '../../model/rows.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const MEMORY_PRESSURE = 'node.kubernetes.io/memory-pressure';
const DISK_PRESSURE = 'node.kubernetes.io/disk-pressure';

const OWN_KEYS: ReadonlySet<string> = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, MEMORY_PRESSURE, DISK_PRESSURE]);

export const notReadyNoExecute: Taint = { key: NOT_READY, effect: 'NoExecute' };
export const unreachableNoExecute: Taint = { key: UNREACHABLE, effect: 'NoExecute' };

/** client-go's retry on conflict: five tries, 10 ms apart. */
const TRIES = 5;
const RETRY_US = 10_000;

export function hasTaint(taints: readonly Taint[], taint: Taint): boolean {
  return taints.some((one) => one.key === taint.key && one.effect === taint.effect);
}

/** The NoSchedule taints that a node's conditions and spec ask for. */
export function wantedNoSchedule(ready: number, unschedulable: boolean, pressure = 0): Taint[] {
  const wanted: Taint[] = [];
  if (ready === NodeReady.False) wanted.push({ key: NOT_READY, effect: 'NoSchedule' });
  if (ready === NodeReady.Unknown) wanted.push({ key: UNREACHABLE, effect: 'NoSchedule' });
  if (unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  if ((pressure & NodePressure.Memory) !== 0) wanted.push({ key: MEMORY_PRESSURE, effect: 'NoSchedule' });
  if ((pressure & NodePressure.Disk) !== 0) wanted.push({ key: DISK_PRESSURE, effect: 'NoSchedule' });
  return wanted;
}

/** Those of a node's taints that this controller owns and that are only about scheduling. */
export function ownNoSchedule(taints: readonly Taint[]): Taint[] {
  return taints.filter((one) => one.effect === 'NoSchedule' && OWN_KEYS.has(one.key));
}

/** Adds some taints, then removes others, each with a GET and a PATCH; false when that failed. */
export function* swapTaints(
  api: ApiConnection,
  client: ApiClient,
  node: NodeRow,
  add: readonly Taint[],
  remove: readonly Taint[],
): Steps<boolean> {
  const added = yield* change(api, client, node, add, (taints) => [
    ...taints.filter((one) => !hasTaint(add, one)),
    ...add,
  ]);
  if (!added) return false;
  return yield* change(api, client, node, remove, (taints) => taints.filter((one) => !hasTaint(remove, one)));
}

function* change(
  api: ApiConnection,
  client: ApiClient,
  node: NodeRow,
  touched: readonly Taint[],
  next: (taints: readonly Taint[]) => readonly Taint[],
): Steps<boolean> {
  if (touched.length === 0) return true;
  const { taintSets } = api.registry;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) yield* sleep(RETRY_US);
    // The answer is the node as it is now.
    yield* client.read(node).wait();
    const now = client.answeredNode(node);
    if (now === undefined) return false;
    const taints = taintSets.id(next(taintSets.get(now.taints)));
    if (taints === now.taints) return true;
    const result = yield* client.updateNodeSpec({ node, version: now.version, taints }).wait();
    if (result !== Refused.Conflict) return result >= 0;
  }
  return false;
}
