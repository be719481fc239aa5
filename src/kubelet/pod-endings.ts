// How kubelets end pods by themselves: refused ones, ones that take too long, ones that must make room for others.
import type { Engine } from '../engine/engine.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodeAdmission, Rejection } from './node-admission.ts';
import type { NodePods } from './node-pods.ts';
import type { PodEvents } from './pod-events.ts';
import { type Ending, type PodRuntimes, Work } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { Prober } from './prober.ts';
import type { Relist } from './relist.ts';
import type { StatusWriter } from './status-writer.ts';

export interface EndingParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly statuses: PodStatuses;
  readonly status: StatusWriter;
  readonly events: PodEvents;
  readonly admission: NodeAdmission;
  readonly admitted: NodePods;
  readonly prober: Prober;
  readonly relist: () => Relist;
  readonly begin: (pod: PodRow) => void;
  readonly trigger: (pod: PodRow) => void;
  /** Whether the pod is still meant to run on its node. */
  readonly isWanted: (pod: PodRow) => boolean;
}

export class PodEndings {
  readonly #parts: EndingParts;
  readonly #onDeadline: number;
  /** What waits for the end of a pod's containers. */
  readonly #whenReleased = new Map<PodRow, () => void>();
  /** By node whose kubelet waits: what it has heard meanwhile. */
  readonly #held = new Map<NodeRow, (() => void)[]>();

  constructor(parts: EndingParts) {
    this.#parts = parts;
    this.#onDeadline = parts.runtimes.podKind('kubelet.deadline', (pod) => this.#overdue(pod));
  }

  /** Calls `then` when the containers of the pod have ended. */
  whenReleased(pod: PodRow, then: () => void): void {
    const before = this.#whenReleased.get(pod);
    this.#whenReleased.set(pod, () => {
      before?.();
      then();
    });
  }

  /** Counted from status.startTime, which has whole seconds. */
  awaitDeadline(pod: PodRow, deadlineUs: number, startedUs: number = this.#parts.engine.now): void {
    const startedAt = Math.floor(startedUs / 1e6) * 1e6;
    const dueUs = Math.max(this.#parts.engine.now, this.#parts.relist().tickUs(pod, startedAt + deadlineUs));
    this.#parts.engine.at(dueUs, this.#onDeadline, pod, this.#parts.runtimes.step[pod]);
  }

  #overdue(pod: PodRow): void {
    if (this.#parts.runtimes.work[pod] !== Work.Sync || this.#parts.runtimes.endings.has(pod)) return;
    this.#parts.runtimes.endings.set(pod, {
      reason: 'DeadlineExceeded',
      message: 'Pod was active on the node longer than the specified deadline',
      graceUs: undefined,
      fails: true,
      disrupts: false,
    });
    this.#parts.trigger(pod);
  }

  /** A critical pod is admitted when pods that are not have made room for it. */
  reject(pod: PodRow, node: NodeRow, rejection: Rejection): void {
    const victims = this.#parts.admission.preempts(pod, node);
    if (victims === undefined) this.refuse(pod, rejection);
    else if ('reason' in victims) this.refuse(pod, victims);
    else {
      const waiting: (() => void)[] = [];
      this.#held.set(node, waiting);
      this.#preempt(pod, node, victims, 0, waiting);
    }
  }

  /** One after the other, each to its end; nothing else that the kubelet hears of is done meanwhile. */
  #preempt(
    pod: PodRow,
    node: NodeRow,
    victims: readonly PodRow[],
    index: number,
    waiting: readonly (() => void)[],
  ): void {
    // The machine has stopped meanwhile.
    if (this.#held.get(node) !== waiting) return;
    const { events, isWanted, runtimes, begin } = this.#parts;
    const victim = victims.at(index);
    if (victim === undefined) {
      this.#held.delete(node);
      if (isWanted(pod) && runtimes.work[pod] === Work.None) begin(pod);
      for (const work of waiting) work();
      return;
    }
    // Its containers may have ended by themselves while it waited for its turn.
    const runs = runtimes.work[victim] === Work.Sync || runtimes.work[victim] === Work.Terminating;
    events.pod('Warning', 'Preempting', 'Preempted in order to admit critical pod', victim);
    if (!runs) {
      this.#preempt(pod, node, victims, index + 1, waiting);
      return;
    }
    this.whenReleased(victim, () => this.#preempt(pod, node, victims, index + 1, waiting));
    this.end(victim, { reason: 'Preempting', message: 'Preempted in order to admit critical pod', graceUs: undefined });
  }

  /** Keeps what the kubelet of a node hears for later, while it waits for the end of a pod that makes room. */
  holds(node: NodeRow, work: () => void): boolean {
    if (this.#held.size === 0) return false;
    const waiting = this.#held.get(node);
    waiting?.push(work);
    return waiting !== undefined;
  }

  /** The machine of the node has stopped: nobody waits any more. */
  forget(node: NodeRow): void {
    this.#held.delete(node);
  }

  /** The kubelet ends a pod by itself; how its containers end says how the pod has. */
  end(pod: PodRow, how: Pick<Ending, 'reason' | 'message' | 'graceUs'>, disrupts = true): void {
    if (this.#parts.runtimes.work[pod] !== Work.Sync) return;
    this.#parts.runtimes.endings.set(pod, { ...how, fails: false, disrupts });
    this.#parts.runtimes.work[pod] = Work.Terminating;
    this.#parts.prober.cancel(pod);
    this.#parts.trigger(pod);
  }

  released(pod: PodRow): void {
    this.#parts.admitted.withdraw(pod, this.#parts.state.pods.node[pod]);
    if (this.#whenReleased.size === 0) return;
    const then = this.#whenReleased.get(pod);
    this.#whenReleased.delete(pod);
    then?.();
  }

  refuse(pod: PodRow, { reason, message }: Rejection): void {
    this.#parts.statuses.refuse(pod);
    this.#parts.runtimes.work[pod] = Work.Ended;
    this.#parts.runtimes.endings.set(pod, {
      reason,
      message: `Pod was rejected: ${message}`,
      graceUs: undefined,
      fails: true,
      disrupts: false,
    });
    this.#parts.events.pod('Warning', reason, message, pod);
    this.#parts.status.write(pod, this.#parts.state.pods.node[pod]);
  }
}
