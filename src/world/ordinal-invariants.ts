// What must hold of StatefulSets: never two pods of an ordinal; and when all is quiet, statuses that are true and as many pods as wanted.
import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import { Change } from '../model/change-log.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ClusterState } from '../model/state.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';

const RUNS = PodPhase.Running | PodBit.Ready;

/** Follows the commits: the pod of each ordinal of each StatefulSet, those that are being deleted included. */
export class OrdinalInvariants {
  readonly #state: ClusterState;
  readonly #pods = new Map<string, PodRow>();
  /** By pod: the ordinal that it is noted for. */
  readonly #noted = new Map<PodRow, string>();

  constructor(state: ClusterState) {
    this.#state = state;
  }

  /** The violation in words; undefined for none. */
  podCommitted(pod: PodRow, what: number): string | undefined {
    if ((what & (Change.Created | Change.Owner | Change.Removed)) === 0) return undefined;
    this.#forget(pod);
    const { pods, objects } = this.#state;
    const owner = pods.owner[pod];
    if ((what & Change.Removed) !== 0 || owner < 0 || objects.kind[owner] !== 'StatefulSet') return undefined;
    const name = this.#state.podName(pod);
    const ordinal = Number(/-(\d+)$/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(ordinal)) return undefined;
    const key = `${owner}/${ordinal}`;
    const other = this.#pods.get(key);
    if (other !== undefined) {
      return `StatefulSet ${objects.name[owner]} has two pods of ordinal ${ordinal}: ${this.#state.podName(other)} and ${name}`;
    }
    this.#pods.set(key, pod);
    this.#noted.set(pod, key);
    return undefined;
  }

  #forget(pod: PodRow): void {
    const key = this.#noted.get(pod);
    if (key === undefined) return;
    this.#noted.delete(pod);
    this.#pods.delete(key);
  }
}

/** What is wrong with a StatefulSet in a quiet cluster; undefined for nothing. */
export function statefulSetViolation(state: ClusterState): string | undefined {
  const { pods, objects } = state;
  const there = new Map<ObjectRow, number>();
  const ready = new Map<ObjectRow, number>();
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    const owner = pods.owner[pod];
    if (pods.alive[pod] === 0 || owner < 0) continue;
    there.set(owner, (there.get(owner) ?? 0) + 1);
    const runs = (pods.state[pod] & (PodBit.PhaseMask | PodBit.Ready)) === RUNS;
    if (runs) ready.set(owner, (ready.get(owner) ?? 0) + 1);
  }
  for (const row of objects.ofKind('StatefulSet')) {
    const violation = violationOf(objects.get(row) as unknown as StatefulSet, there.get(row) ?? 0, ready.get(row) ?? 0);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function violationOf({ metadata, spec, status }: StatefulSet, there: number, ready: number): string | undefined {
  const name = `StatefulSet ${metadata?.name}`;
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = status ?? {};
  if (replicas !== there) return `${name} says ${replicas} replicas in a quiet cluster, ${there} are there`;
  if (readyReplicas !== ready) return `${name} says ${readyReplicas} ready in a quiet cluster, ${ready} are`;
  // A pod that does not become available holds the others up.
  const desired = spec?.replicas ?? 1;
  if (availableReplicas < there || there === desired) return undefined;
  return `${name} wants ${desired} replicas in a quiet cluster, has ${there}, and all of them are available`;
}
