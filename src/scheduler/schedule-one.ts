// Hot dialect: one pod from the queue to its node, top to bottom: pop, snapshot, filter, score, assume, reserve, permit, bind, done (schedule_one.go).
import type { PodSource } from './framework/interface.ts';
import { assert } from '../lib/assert.ts';
import type { Calendar } from '../engine/calendar.ts';
import { all, type Script, type Signal } from '../engine/script.ts';
import type { CycleCost } from '../model/settings/scheduler.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Registry } from '../model/registry.ts';
import { Bindings, Phase } from './bindings.ts';
import type { SchedulerCache } from './cache/cache.ts';
import type { Decision } from './decision.ts';
import { blame } from './framework/guard/blame.ts';
import type { ScoreObserver } from './framework/installed.ts';
import { schedulePod } from './schedule-pod.ts';
import { PodInfo } from './framework/pod-info.ts';
import { Place } from './framework/queued-pods.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, failed, type Status, unschedulable } from './framework/status.ts';
import type { SchedulingQueue } from './queue/queue.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The longest wait at Permit. */
const LONGEST_PERMIT_US = 15 * 60e6;

/** What hears of it: counts, events, status patches, observers. */
export interface ScheduleOneOwner {
  /** Somebody who wants to see this pod's scores. */
  observer(pod: PodInfo): ScoreObserver | undefined;
  /** The decision about the observed pod has been made. */
  observed(): void;
  /** A node was chosen; the pod is assumed there. */
  assumed(pod: PodInfo, node: NodeRow, profile: number): void;
  /** No node will do. True when the pod's status is being patched: `patched` is called when the API server has answered. */
  unschedulable(pod: PodInfo, profile: number): boolean;
  bound(pod: PodRow, node: NodeRow): void;
  /**
   * The pod lost its node: to the plugin of that number, -1 for an error. Reservations have been undone. `inCycle`: before its
   * binding cycle began; then as `unschedulable`.
   */
  lost(pod: PodRow, status: Status, plugin: number, inCycle: boolean): boolean;
}

/**
 * One scheduling cycle at a time. A decision is made on the cluster as it is when the cycle begins and takes effect when the
 * cycle ends; meanwhile the pod is in flight, and the next one waits. Binding cycles run beside the scheduling cycles.
 */
export class ScheduleOne {
  readonly #engine: Calendar;
  readonly #state: Registry;
  readonly #seen: Pick<PodSource, 'owner'>;
  readonly #cache: SchedulerCache;
  readonly #queue: SchedulingQueue;
  readonly #profiles: readonly Framework[];
  readonly #decision: Decision;
  readonly #cost: CycleCost;
  readonly #owner: ScheduleOneOwner;
  readonly #bindings = new Bindings();
  readonly #begin: number;
  readonly #decided: number;
  readonly #permitTimeout: number;
  readonly #pod = new PodInfo();
  readonly #bindingPod = new PodInfo();
  /** Whether an event of the cycle is booked. */
  #busy = false;
  /** Whether the status of a pod that failed is being patched: the next cycle waits for the answer. */
  #held = false;

  constructor(
    engine: Calendar,
    cache: SchedulerCache,
    seen: Pick<PodSource, 'owner'>,
    queue: SchedulingQueue,
    profiles: readonly Framework[],
    decision: Decision,
    cost: CycleCost,
    owner: ScheduleOneOwner,
  ) {
    this.#engine = engine;
    this.#state = cache.state;
    this.#seen = seen;
    this.#cache = cache;
    this.#queue = queue;
    this.#profiles = profiles;
    this.#decision = decision;
    this.#cost = cost;
    this.#owner = owner;
    this.#begin = engine.kind('scheduler.cycle', () => {
      this.#busy = false;
      this.#scheduleOne();
    });
    this.#decided = engine.kind('scheduler.decision', (a, epoch) => {
      const pod = a as PodRow;
      this.#busy = false;
      this.#held = this.#schedulingCycle(pod, epoch);
      this.#scheduleOne();
    });
    this.#permitTimeout = engine.kind('scheduler.permit-timeout', (binding, use) => this.#permitTimedOut(binding, use));
  }

  /** Of a scheduler that does not lead: nothing is scheduled, and its picture of the cluster is kept. */
  standBy(): void {
    this.#held = true;
  }

  /** It leads from now on. */
  lead(): void {
    this.#held = false;
    this.wake();
  }

  /** A pod can be popped: the next cycle begins after what else happens at this instant, unless one is under way. */
  wake(): void {
    if (this.#busy || this.#held) return;
    this.#busy = true;
    this.#engine.after(0, this.#begin, 0, 0);
  }

  /** The API server has answered to the status patch of a failed attempt. */
  patched(): void {
    this.#held = false;
    this.#scheduleOne();
  }

  /** Pop; then the decision, on the cache as it is now, which is the snapshot. */
  #scheduleOne(): void {
    if (this.#busy || this.#held) return;
    const row = this.#queue.pop();
    if (row < 0) return;
    const pod = this.#point(this.#pod, row);
    const decision = this.#decision;
    const framework = this.#profiles[this.#queue.pods.profile[row]];
    try {
      const observer = this.#owner.observer(pod);
      schedulePod(decision, framework, pod, observer);
      if (observer !== undefined) this.#owner.observed();
    } catch (error) {
      throw blame(error, framework, decision, pod, this.#state);
    }
    const { fixedUs, perNodeFilteredUs, perNodeScoredUs } = this.#cost;
    const filtered = decision.filtered + (decision.postFilter.dryRuns ?? 0);
    const us = fixedUs + perNodeFilteredUs * filtered + perNodeScoredUs * decision.scored;
    this.#busy = true;
    this.#engine.after(us, this.#decided, row, pod.epoch);
  }

  /** The decision takes effect. True when the cycle goes on: a status patch is under way. */
  #schedulingCycle(row: PodRow, epoch: number): boolean {
    const { pods } = this.#queue;
    // The pod was deleted, or bound by somebody else, while it was being decided about.
    if (pods.epoch[row] !== epoch || pods.place[row] !== Place.InFlight) return false;
    const pod = this.#point(this.#pod, row);
    const profile = pods.profile[row];
    const { node, nominations } = this.#decision;
    if (node < 0) return this.#owner.unschedulable(pod, profile);
    // Assume.
    this.#cache.add(row, epoch, pod.podClass, node, true, false);
    if (nominations.size > 0) nominations.remove(row);
    this.#owner.assumed(pod, node, profile);
    const binding = this.#bindings.add(row, node, profile);
    const framework = this.#profiles[profile];
    // Reserve.
    for (const { name, number, plugin } of framework.reserve) {
      const status = plugin.reserve!(pod, node);
      if (status.code === Code.Success) continue;
      if (status.code === Code.Error) return this.#fail(binding, inPlugin('Reserve', name, status), -1, true);
      return this.#fail(binding, status, number, true);
    }
    // Permit.
    let waitUs = -1;
    for (const { number, plugin } of framework.permit) {
      const status = plugin.permit!(pod, node);
      if (status.code === Code.Success) continue;
      if (status.code !== Code.Wait) {
        return this.#fail(binding, status, status.code === Code.Error ? -1 : number, true);
      }
      const timeoutUs = Math.min(status.timeoutUs ?? LONGEST_PERMIT_US, LONGEST_PERMIT_US);
      if (waitUs >= 0 && timeoutUs >= waitUs) continue;
      waitUs = timeoutUs;
      this.#bindings.waitsFor[binding] = number;
    }
    if (waitUs < 0) {
      this.#bindingCycle(binding);
      return false;
    }
    this.#bindings.phase[binding] = Phase.Permit;
    this.#engine.after(waitUs, this.#permitTimeout, binding, this.#bindings.use[binding]);
    return false;
  }

  /** Ends a pod's wait at Permit: it is bound now. */
  allow(pod: PodRow): void {
    if (this.#waits(pod)) this.#bindingCycle(this.#bindings.of(pod));
  }

  /** Ends a pod's wait at Permit: `plugin` rejects it. */
  reject(pod: PodRow, plugin: string, reason: string): void {
    if (this.#waits(pod)) this.turnBack(pod, plugin, reason);
  }

  #waits(pod: PodRow): boolean {
    const binding = this.#bindings.of(pod);
    return binding >= 0 && this.#bindings.phase[binding] === Phase.Permit;
  }

  #permitTimedOut(binding: number, use: number): void {
    const { phase, profile, use: current, waitsFor } = this.#bindings;
    if (current[binding] !== use || phase[binding] !== Phase.Permit) return;
    const { name, number } = this.#profiles[profile[binding]].installed[waitsFor[binding]];
    this.#fail(binding, unschedulable(`timed out waiting on permit plugin ${name}`), number, false);
  }

  /** The pod needs no more events of the cluster; PreBind, and Bind as soon as all of its plugins are through. */
  #bindingCycle(binding: number): void {
    const bindings = this.#bindings;
    const row = bindings.row[binding];
    const { preBind } = this.#profiles[bindings.profile[binding]];
    this.#queue.done(row);
    bindings.phase[binding] = Phase.PreBind;
    if (preBind.length > 0) {
      const pod = this.#point(this.#bindingPod, row);
      let waits: PreBindWait[] | undefined;
      for (const { name, plugin } of preBind) {
        const signal = plugin.preBind!(pod, bindings.node[binding]);
        if (signal === undefined) continue;
        waits ??= [];
        waits.push({ name, signal });
      }
      if (waits !== undefined) {
        this.#engine.spawn('pre-bind', this.#afterPreBind(binding, waits));
        return;
      }
    }
    this.#bind(binding);
  }

  *#afterPreBind(binding: number, waits: readonly PreBindWait[]): Script {
    const before = this.#bindings.use[binding];
    const answers = yield* all(waits.map(({ signal }) => signal));
    const { phase, use } = this.#bindings;
    // It was called off.
    if (use[binding] !== before || phase[binding] === Phase.Free) return;
    const bad = answers.findIndex(({ code }) => code !== Code.Success);
    if (phase[binding] === Phase.Dead) this.#bindings.release(binding);
    else if (bad >= 0) this.#fail(binding, inPlugin('PreBind', waits[bad].name, answers[bad]), -1, false);
    else this.#bind(binding);
  }

  /** The first Bind plugin that takes the pod; `bound` ends it. */
  #bind(binding: number): void {
    const { node, phase, profile, row } = this.#bindings;
    const pod = this.#point(this.#bindingPod, row[binding]);
    phase[binding] = Phase.Bind;
    // One that binds writes what DefaultBinder would write.
    const answered = this.#decision.extenders?.bind(pod, node[binding]);
    if (answered !== undefined && answered.code !== Code.Success) {
      this.bound(binding, answered);
      return;
    }
    for (const { plugin } of this.#profiles[profile[binding]].bind) {
      if (plugin.bind!(pod, node[binding], binding)) return;
    }
    this.bound(binding, failed('no bind plugin took the pod'));
  }

  /** The Bind plugin's answer. Done. */
  bound(binding: number, status: Status): void {
    const bindings = this.#bindings;
    if (bindings.phase[binding] === Phase.Dead) {
      bindings.release(binding);
      return;
    }
    assert(bindings.phase[binding] === Phase.Bind, () => `binding ${binding} ended twice`);
    if (status.code !== Code.Success) {
      this.#fail(binding, status, -1, false);
      return;
    }
    const row = bindings.row[binding];
    const node = bindings.node[binding];
    const { postBind } = this.#profiles[bindings.profile[binding]];
    bindings.release(binding);
    bindings.forget(row);
    if (postBind.length > 0) {
      const pod = this.#point(this.#bindingPod, row);
      for (const { plugin } of postBind) plugin.postBind!(pod, node);
    }
    this.#owner.bound(row, node);
  }

  /** Rejects a pod that waits at Permit or for PreBind plugins. False for any other: its binding cannot be called off. */
  turnBack(pod: PodRow, plugin: string, reason: string): boolean {
    const { phase, profile } = this.#bindings;
    const binding = this.#bindings.of(pod);
    if (binding < 0 || (phase[binding] !== Phase.Permit && phase[binding] !== Phase.PreBind)) return false;
    const found = this.#profiles[profile[binding]].installed.find(({ name }) => name === plugin);
    this.#fail(binding, unschedulable(reason), found?.number ?? -1, false);
    return true;
  }

  /** The pod is gone while its row still speaks of it: reservations are undone, an answer on its way will be ignored. */
  gone(pod: PodRow): void {
    const bindings = this.#bindings;
    const binding = bindings.of(pod);
    if (binding < 0) return;
    this.#unreserve(binding);
    bindings.forget(pod);
    if (bindings.phase[binding] === Phase.Permit) bindings.release(binding);
    else bindings.phase[binding] = Phase.Dead;
  }

  #fail(binding: number, status: Status, plugin: number, inCycle: boolean): boolean {
    const row = this.#bindings.row[binding];
    this.#unreserve(binding);
    this.#bindings.release(binding);
    this.#bindings.forget(row);
    return this.#owner.lost(row, status, plugin, inCycle);
  }

  #unreserve(binding: number): void {
    const { node, profile, row } = this.#bindings;
    const { reserve } = this.#profiles[profile[binding]];
    if (reserve.length === 0) return;
    // An object of its own: a plugin may reject other pods meanwhile.
    const pod = this.#point(new PodInfo(), row[binding]);
    for (const { plugin } of reserve.toReversed()) plugin.unreserve!(pod, node[binding]);
  }

  #point(pod: PodInfo, row: PodRow): PodInfo {
    return pod.point(this.#state.pods, this.#classOf(row), row, this.#seen.owner[row]);
  }

  #classOf(row: PodRow): PodClass {
    return this.#state.classes.get(this.#queue.pods.podClass[row]);
  }
}

interface PreBindWait {
  readonly name: string;
  readonly signal: Signal<Status>;
}

/** An error as the framework passes it on; what rejects the pod stays as it is. */
function inPlugin(point: string, name: string, status: Status): Status {
  if (status.code !== Code.Error) return status;
  return failed(`running ${point} plugin "${name}": ${status.reasons.join(', ')}`);
}
