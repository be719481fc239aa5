// Hot dialect: the scheduling cycle: one pod at a time, for as long as the model says that a decision takes.
import type { Engine } from '../engine/engine.ts';
import type { ClusterState } from '../model/state.ts';
import { blame } from './framework/guard/blame.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Decision } from './decision.ts';
import { PodInfo } from './framework/pod-info.ts';
import type { SchedulingQueue } from './queue/queue.ts';
import { Place } from './framework/queued-pods.ts';
import type { ScoreWitness } from './framework/installed.ts';
import type { Framework } from './framework/runtime/framework.ts';
import type { CycleCost } from '../model/settings/scheduler.ts';

/** What the scheduler does with a decision. */
export interface CycleOwner {
  /** A witness of this pod's scores, for who observes it. */
  witness(pod: PodInfo): ScoreWitness | undefined;
  /** The decision about a pod with a witness has been made. */
  decided(pod: PodInfo, framework: Framework): void;
  /** A node was chosen; the pod is assumed there. */
  placed(pod: PodInfo, node: number, profile: number): void;
  /** No node will do. */
  rejected(pod: PodInfo, profile: number): void;
}

/**
 * The decision is made on the cluster as it is when the cycle begins and takes effect when the cycle ends. Meanwhile the
 * pod is in flight, and the next one waits.
 */
export class Cycle {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #cache: SchedulerCache;
  readonly #queue: SchedulingQueue;
  readonly #profiles: readonly Framework[];
  readonly #decision: Decision;
  readonly #cost: CycleCost;
  readonly #owner: CycleOwner;
  readonly #begin: number;
  readonly #end: number;
  readonly #pod = new PodInfo();
  /** Whether an event of the cycle is booked. */
  #busy = false;

  constructor(
    engine: Engine,
    state: ClusterState,
    cache: SchedulerCache,
    queue: SchedulingQueue,
    profiles: readonly Framework[],
    decision: Decision,
    cost: CycleCost,
    owner: CycleOwner,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#cache = cache;
    this.#queue = queue;
    this.#profiles = profiles;
    this.#decision = decision;
    this.#cost = cost;
    this.#owner = owner;
    this.#begin = engine.kind('scheduler.cycle', () => {
      this.#busy = false;
      this.#next();
    });
    this.#end = engine.kind('scheduler.decision', (pod, epoch) => {
      this.#busy = false;
      this.#finish(pod, epoch);
      this.#next();
    });
  }

  /** A pod can be popped: the next cycle begins after what else happens at this instant, unless one is under way. */
  wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#engine.after(0, this.#begin, 0, 0);
  }

  #next(): void {
    if (this.#busy) return;
    const row = this.#queue.pop();
    if (row < 0) return;
    const pod = this.#pod.point(this.#state.pods, this.#state.classes, row);
    const decision = this.#decision;
    const framework = this.#profiles[this.#queue.pods.profile[row]];
    try {
      const witness = this.#owner.witness(pod);
      decision.decide(framework, pod, witness);
      if (witness !== undefined) this.#owner.decided(pod, framework);
    } catch (error) {
      throw blame(error, framework, decision, pod, this.#state);
    }
    const { fixedUs, perNodeFilteredUs, perNodeScoredUs } = this.#cost;
    const filtered = decision.filtered + (decision.postFilter.dryRuns ?? 0);
    const us = fixedUs + perNodeFilteredUs * filtered + perNodeScoredUs * decision.scored;
    this.#busy = true;
    this.#engine.after(us, this.#end, row, pod.epoch);
  }

  #finish(row: number, epoch: number): void {
    const { pods } = this.#queue;
    // The pod was deleted, or bound by somebody else, while it was being decided about.
    if (pods.epoch[row] !== epoch || pods.place[row] !== Place.InFlight) return;
    const pod = this.#pod.point(this.#state.pods, this.#state.classes, row);
    const profile = pods.profile[row];
    const { node } = this.#decision;
    if (node < 0) {
      this.#owner.rejected(pod, profile);
      return;
    }
    this.#cache.add(row, epoch, pod.podClass, node, true, false);
    this.#owner.placed(pod, node, profile);
  }
}
