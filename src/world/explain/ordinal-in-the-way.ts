// Which pod of a StatefulSet the others wait for: with OrderedReady those above it, and an update those below it.
import { ordinalOf } from '../../controllers/stateful-set/ordinals.ts';
import { hasEnded, isHealthy } from '../../controllers/stateful-set/pod-states.ts';
import type { OrdinalPod } from '../../controllers/stateful-set/stateful-set-port.ts';
import { revisionLabel } from '../../controllers/stateful-set/stateful-set-revisions.ts';
import {
  desiredReplicas,
  isInRange,
  isOrdered,
  maxUnavailable,
  minReadyUs,
  partition,
  startOrdinal,
  type StatefulSet,
} from '../../controllers/kit/stateful-set-objects.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { PodBit, podPhaseNames } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { showDuration } from '../expectations.ts';
import type { ObjectInTheWay } from './objects-in-the-way.ts';
import { troubleOf } from './pod-troubles.ts';

/** Names that a sentence has at most. */
const MOST_NAMES = 5;

/** `row` is -1 for one that does not exist. */
type Ordinal = OrdinalPod & { readonly row: PodRow };

interface Numbered {
  readonly set: StatefulSet;
  /** From the first ordinal on. */
  readonly replicas: readonly Ordinal[];
  /** Whose ordinals are out of range, the highest first. */
  readonly condemned: readonly Ordinal[];
  readonly isDown: (pod: Ordinal) => boolean;
}

/** `gate`: the feature gate MaxUnavailableStatefulSet. */
export function* ordinalInTheWay(
  world: World,
  workload: KubeObject,
  pods: readonly PodRow[],
  gate: boolean,
): Generator<ObjectInTheWay> {
  if (workload.kind !== 'StatefulSet' || workload.metadata.deletionTimestamp !== undefined) return;
  const numbered = numberedPods(world, workload as StatefulSet, pods);
  const { set } = numbered;
  const blocking = isOrdered(set) ? blockingOrder(numbered) : blockingUpdate(numbered, gate);
  if (blocking === undefined) return;
  const waits = isOrdered(set) ? whatWaits(numbered, blocking) : [updateOf(numbered, outdated(numbered), '')];
  if (waits.length === 0) return;
  const { namespace = 'default', name } = set.metadata;
  const because = isOrdered(set) ? ' (podManagementPolicy OrderedReady)' : '';
  yield {
    object: `Pod/${namespace}/${name}-${blocking.ordinal}`,
    says: `${whyOf(world, set, blocking)}; until it ${until(set, blocking)}, ${waits.join(', ')}${because}`,
  };
}

function numberedPods({ state, engine }: World, set: StatefulSet, rows: readonly PodRow[]): Numbered {
  const known = new Map<number, Ordinal>();
  for (const row of rows) {
    const bits = state.pods.state[row];
    const ordinal = ordinalOf(set.metadata.name, state.podName(row));
    known.set(ordinal, {
      row,
      ordinal,
      revision: revisionLabel(state.classes.get(state.pods.podClass[row]).labels),
      exists: true,
      phase: podPhaseNames[(bits & PodBit.PhaseMask) as 0 | 1 | 2 | 3],
      ready: (bits & PodBit.Ready) !== 0,
      readySinceUs: Math.floor(state.pods.readyAt[row] / 1e6) * 1e6,
      deleting: (bits & PodBit.Deleting) !== 0,
    });
  }
  const start = startOrdinal(set);
  const missing = (ordinal: number): Ordinal => ({
    row: -1,
    ordinal,
    revision: set.status?.updateRevision ?? '',
    exists: false,
    phase: 'Pending',
    ready: false,
    readySinceUs: 0,
    deleting: false,
  });
  const replicas = Array.from(
    { length: desiredReplicas(set) },
    (_, index) => known.get(start + index) ?? missing(start + index),
  );
  const condemned = [...known.values()]
    .filter(({ ordinal }) => ordinal >= 0 && !isInRange(set, ordinal))
    .sort((a, b) => b.ordinal - a.ordinal);
  return { set, replicas, condemned, isDown: (pod) => !isHealthy(pod, minReadyUs(set), engine.now) };
}

/** The lowest that is not ready, whatever is to be done; else one above the range that is on its way out. */
function blockingOrder({ replicas, condemned, isDown }: Numbered): Ordinal | undefined {
  return replicas.find(isDown) ?? condemned.find(({ deleting }) => deleting);
}

/** The highest that has been updated and is not ready; with the gate the highest of as many as may be unavailable. */
function blockingUpdate(numbered: Numbered, gate: boolean): Ordinal | undefined {
  const { set, replicas, isDown } = numbered;
  if (outdated(numbered).length === 0) return undefined;
  if (gate) {
    const down = replicas.filter(isDown);
    return down.length < maxUnavailable(set) ? undefined : down.at(-1);
  }
  const downwards = replicas.slice(partition(set) ?? 0).reverse();
  const stop = downwards.find((pod) => isDown(pod) || pod.revision !== set.status?.updateRevision);
  return stop === undefined || (stop.revision !== set.status?.updateRevision && !stop.deleting) ? undefined : stop;
}

/** Pods of an old revision that the controller is to replace. */
function outdated({ set, replicas }: Numbered): readonly Ordinal[] {
  const { updateStrategy } = set.spec;
  if (updateStrategy?.type === 'OnDelete' || set.status?.updateRevision === undefined) return [];
  const { updateRevision } = set.status;
  return replicas.slice(partition(set) ?? 0).filter((pod) => pod.exists && pod.revision !== updateRevision);
}

function whatWaits(numbered: Numbered, blocking: Ordinal): string[] {
  const { set, replicas, condemned } = numbered;
  const notMade = replicas.filter(({ exists, ordinal }) => !exists && ordinal > blocking.ordinal);
  const notDeleted = condemned.filter((pod) => pod !== blocking);
  const old = outdated(numbered);
  const waits: string[] = [];
  if (notMade.length > 0) waits.push(`${named(set, notMade)} ${isOrAre(notMade)} not made`);
  if (notDeleted.length > 0) waits.push(`${named(set, notDeleted)} ${isOrAre(notDeleted)} not deleted`);
  if (old.length > 0) {
    // Kubernetes' "forced rollback": the controller replaces no pod while one is not ready, that one included.
    const itself = old.includes(blocking) && !blocking.deleting;
    const last = itself ? `; it has an old revision itself, and goes on only when it is deleted by hand` : '';
    waits.push(updateOf(numbered, old, last));
  }
  return waits;
}

function updateOf({ set }: Numbered, old: readonly Ordinal[], more: string): string {
  return `the update of ${named(set, old.toReversed())} waits${more}`;
}

function whyOf(world: World, set: StatefulSet, { row, exists, readySinceUs }: Ordinal): string {
  if (!exists) return 'does not exist';
  const why = troubleOf(world, row);
  if (why !== undefined) return why;
  if (world.state.pods.state[row] & PodBit.Ready)
    return `ready since ${showDuration(readySinceUs)}, available from ${showDuration(readySinceUs + minReadyUs(set))} (minReadySeconds)`;
  return 'has ended';
}

function until(set: StatefulSet, pod: Ordinal): string {
  if (!isInRange(set, pod.ordinal)) return 'is gone';
  const ready = minReadyUs(set) === 0 ? 'ready' : 'available';
  return !pod.exists || pod.deleting || hasEnded(pod) ? `has been made again and is ${ready}` : `is ${ready}`;
}

function named({ metadata: { name } }: StatefulSet, pods: readonly Ordinal[]): string {
  const names = pods.slice(0, MOST_NAMES).map(({ ordinal }) => `${name}-${ordinal}`);
  const more = pods.length - names.length;
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}

function isOrAre(pods: readonly Ordinal[]): string {
  return pods.length === 1 ? 'is' : 'are';
}
