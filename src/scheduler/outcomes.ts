// What is said and written of each attempt: counts, events, nominations, the status of a pod that has no node.
import type { PodSource } from './framework/interface.ts';
import type { ApiClient } from '../api/client.ts';
import { recordPodEvent } from '../api/requests/events.ts';
import { patchPodStatus } from '../api/requests/pod-status.ts';
import type { ApiConnection } from '../api/server.ts';
import type { AttemptRecorder } from './attempt-recorder.ts';
import type { Decision } from './decision.ts';
import { fitError } from './framework/fit-error.ts';
import { PodInfo } from './framework/pod-info.ts';
import type { Framework } from './framework/runtime/framework.ts';
import type { Status } from './framework/status.ts';
import type { ReasonLists } from './framework/verdicts.ts';
import type { Preemptor } from './preemption/preemptor.ts';
import type { SchedulingQueue } from './queue/queue.ts';
import type { ScheduleOneOwner } from './schedule-one.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

/** The longest message of an event. */
const LONGEST_NOTE = 1024;
/** The reason in the status of a pod that is pending. */
const UNSCHEDULABLE = 'Unschedulable';

/** What outcomes act on. */
interface Means {
  readonly api: ApiConnection;
  /** Writes bindings and statuses. */
  readonly client: ApiClient;
  readonly events: ApiClient;
  readonly decision: Decision;
  readonly reasons: ReasonLists;
  readonly preemptor: Preemptor;
  readonly recorder: AttemptRecorder;
  readonly profiles: readonly Framework[];
  readonly queue: SchedulingQueue;
  /** Pods as the watch has brought them. */
  readonly seen: Pick<PodSource, 'owner'>;
  /** By pod: the node that its status names, as the scheduler has seen it. */
  readonly nominated: () => ReadonlyMap<PodRow, NodeRow>;
  /** An assumed pod leaves the cache: whoever waits for room hears of it. */
  readonly podLeft: (pod: PodRow) => void;
  /** The API server has answered to a status patch that holds the scheduling cycle. */
  readonly patched: () => void;
}

export class Outcomes implements ScheduleOneOwner {
  /** Attempts by result since the start: attempts = scheduled + unschedulable + errors + those whose pod went away. */
  readonly counts = { attempts: 0, scheduled: 0, unschedulable: 0, errors: 0 };
  readonly #means: Means;
  readonly #patchReply: number;
  /** By namespace: the interned message of the event Scheduled. */
  readonly #assigned = new Map<string, number>();
  /** By pod: epoch and message of its last FailedScheduling; the status is written when it changes. */
  readonly #messages = new Map<number, { readonly epoch: number; readonly message: string }>();

  constructor(means: Means) {
    this.#means = means;
    this.#patchReply = means.api.reply(() => means.patched());
  }

  /** What was last said of a pod that found no node; undefined for any other. */
  messageOf(row: PodRow): string | undefined {
    const last = this.#messages.get(row);
    return last?.epoch === this.#means.api.registry.pods.epoch[row] ? last?.message : undefined;
  }

  /** The pod is gone. */
  forget(row: PodRow): void {
    this.#messages.delete(row);
  }

  observer(pod: PodInfo) {
    return this.#means.recorder.begin(pod);
  }

  observed(): void {
    this.#means.recorder.decided();
  }

  assumed(pod: PodInfo, _node: NodeRow, profile: number): void {
    this.counts.attempts += 1;
    this.#attemptEnded(pod, profile, null);
  }

  unschedulable(pod: PodInfo, profile: number): boolean {
    const { decision, preemptor, profiles, queue, reasons } = this.#means;
    this.counts.attempts += 1;
    this.counts.unschedulable += 1;
    const message = fitError(decision, profiles[profile], reasons);
    this.#attemptEnded(pod, profile, message);
    const { node, victims } = decision.postFilter;
    if (node !== undefined && victims !== undefined) preemptor.start(pod, node, victims);
    queue.fail(pod.row, decision.rejectedBy, 0);
    if (node !== undefined) this.#nominate(pod, node);
    return this.#tell(pod, message, node, true);
  }

  /** The pod leaves the cache and is tried again. */
  lost(row: PodRow, status: Status, plugin: number, inCycle: boolean): boolean {
    const { api, decision, podLeft, profiles, queue, recorder, seen } = this.#means;
    const { registry: state, engine } = api;
    if (plugin < 0) this.counts.errors += 1;
    else this.counts.unschedulable += 1;
    const { cache } = decision;
    // Bound by somebody else, as the watch has reported: nothing to do.
    if (cache.nodeOf(row, state.pods.epoch[row]) < 0 || !cache.isAssumed(row)) {
      queue.delete(row);
      return false;
    }
    podLeft(row);
    const profile = queue.pods.profile[row];
    queue.fail(row, plugin < 0 ? 0 : 1 << plugin, 0);
    const pod = new PodInfo().point(state.pods, state.classes.get(queue.pods.podClass[row]), row, seen.owner[row]);
    const message = status.reasons.join(', ');
    const held = this.#tell(pod, message, this.#means.nominated().has(row) ? -1 : undefined, inCycle);
    const name = plugin < 0 ? null : profiles[profile].installed[plugin].name;
    recorder.lost(pod, { timeUs: engine.now, plugin: name, message });
    return held;
  }

  bound(row: PodRow, node: NodeRow): void {
    const { api, events, queue } = this.#means;
    this.counts.scheduled += 1;
    this.#messages.delete(row);
    const { requests, registry: state } = api;
    const { namespace } = state.classes.get(queue.pods.podClass[row]);
    let message = this.#assigned.get(namespace);
    if (message === undefined) {
      const text = `Successfully assigned ${namespace}/%s to %n`;
      message = state.events.messages.id({ source: events.name, type: 'Normal', reason: 'Scheduled', message: text });
      this.#assigned.set(namespace, message);
    }
    // One event a pod: the spam filter of this source and object never meets its limit here.
    api.submit(events.bucket, recordPodEvent(requests, message, state.pods.identity[row], node));
  }

  #attemptEnded(pod: PodInfo, profile: number, message: string | null): void {
    const { api, profiles, queue, recorder } = this.#means;
    recorder.ended(profiles[profile], pod, {
      timeUs: api.engine.now,
      attempt: queue.pods.attempts[pod.row],
      message,
    });
  }

  #nominate({ row, epoch, podClass }: PodInfo, node: NodeRow): void {
    const { nominations } = this.#means.decision;
    if (node >= 0) nominations.add({ pod: row, podClass, epoch, node, priority: podClass.priority });
    else nominations.remove(row);
  }

  /**
   * Event FailedScheduling; the condition PodScheduled and the nominated node when one of them is new. True when that is on its
   * way and `patched` will be called.
   */
  #tell(pod: PodInfo, message: string, nominated: NodeRow | undefined, awaited: boolean): boolean {
    const { api, client, events } = this.#means;
    const { row, epoch } = pod;
    const { requests, registry: state } = api;
    const note = message.length > LONGEST_NOTE ? `${message.slice(0, LONGEST_NOTE - 4)} ...` : message;
    events.podEvent('Warning', 'FailedScheduling', note, state.pods.identity[row]);
    const last = this.#messages.get(row);
    const moved = nominated !== undefined && nominated !== (this.#means.nominated().get(row) ?? -1);
    if (last?.epoch === epoch && last.message === message && !moved) return false;
    this.#messages.set(row, { epoch, message });
    const nominatedNode = moved ? nominated : undefined;
    const patch = { pod: row, epoch, reason: UNSCHEDULABLE, nominatedNode };
    api.submit(client.bucket, patchPodStatus(requests, patch), awaited ? this.#patchReply : -1);
    return awaited;
  }
}
