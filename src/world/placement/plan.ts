// How many nodes of a pool it takes so that every pod has a node: by the scheduler of the scenario, for one number after the other.
import type { Job } from '../../scenario/scenario.ts';
import { buildWorld } from '../build.ts';
import type { Families } from '../families.ts';
import { type PendingPods, pendingPods } from '../pending.ts';

/** How often it is looked whether all pods have a node, and how long nothing must have changed before that counts as the end, µs. */
const LOOK_US = 1e6;
const QUIET_US = 30e6;

/** The pods that are left without a node once the scheduler has nothing more to do, within the run. */
export function leftPending(job: Job, families: Families): readonly PendingPods[] {
  const { engine, state, ...world } = buildWorld(job.loaded, job.seed, { families, check: false });
  const { durationUs } = job.loaded.scenario;
  let changedUs = 0;
  let seen = '';
  let pending: readonly PendingPods[] = [];
  while (engine.now < durationUs) {
    engine.run(Math.min(durationUs, engine.now + LOOK_US));
    pending = pendingPods({ engine, state, ...world });
    const now = `${state.pods.count} ${pending.reduce((sum, { pods }) => sum + pods, 0)}`;
    if (now !== seen) changedUs = engine.now;
    seen = now;
    if (engine.now - changedUs >= QUIET_US) break;
  }
  return pending;
}

export interface Fewest {
  /** Undefined: no number up to the limit will do. */
  readonly nodes: number | undefined;
  /** What is left over with one node fewer, or with the most. */
  readonly pending: readonly PendingPods[];
}

/** The fewest nodes, from `least` to `most`, with which nothing is left pending; more nodes never leave more. `from` is where the search begins. */
export function fewestNodes(
  leaves: (nodes: number) => readonly PendingPods[],
  from: number,
  least: number,
  most: number,
): Fewest {
  let low = least - 1;
  let pending: readonly PendingPods[] = [];
  let high = Math.min(Math.max(1, least, from), most);
  for (;;) {
    const left = leaves(high);
    if (left.length === 0) break;
    low = high;
    pending = left;
    if (high === most) return { nodes: undefined, pending };
    high = Math.min(most, high * 2);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const left = leaves(middle);
    if (left.length === 0) high = middle;
    else {
      low = middle;
      pending = left;
    }
  }
  return { nodes: high, pending };
}
