// Graceful node shutdown: a kubelet that hears of the shutdown of its machine ends its pods, the least important first, before it lets the machine go (kubelet's nodeshutdown).
import type { Engine } from '../engine/engine.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ShutdownGroup } from '../model/settings/kubelet.ts';
import type { ClusterState } from '../model/state.ts';
import type { Rejection } from './node-admission.ts';
import type { NodePods } from './node-pods.ts';
import type { NodeStatuses } from './node-status.ts';
import type { PodEndings } from './pod-endings.ts';
import type { PodEvents } from './pod-events.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';

/** From the end of the last pod until the machine is off: systemd stops what is left. */
const HALT_US = 1e6;
const MESSAGE = 'Pod was terminated in response to imminent node shutdown.';

const NOT_ADMITTED: Rejection = { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' };

interface ShutdownParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly admitted: NodePods;
  readonly endings: PodEndings;
  readonly nodeStatuses: NodeStatuses;
  readonly events: PodEvents;
  /** From the lowest priority to the highest; none: kubelets let their machines go at once. */
  readonly groups: readonly ShutdownGroup[];
  /** Of a static pod; undefined for others. */
  readonly ownPriority: (pod: PodRow) => number | undefined;
  /** The machine is off. */
  readonly off: (node: NodeRow) => void;
}

/** A shutdown under way. */
interface Shutdown {
  /** Whom to tell when the machine is off. */
  readonly listeners: (() => void)[];
  /** Pods of each group that has any. */
  readonly left: { readonly graceUs: number; readonly pods: readonly PodRow[] }[];
  /** Pods of the current group that have not ended, and which step the shutdown has come to. */
  readonly open: Set<PodRow>;
  step: number;
}

export class NodeShutdowns {
  readonly #parts: ShutdownParts;
  readonly #running = new Map<NodeRow, Shutdown>();
  readonly #onTime: number;
  readonly #onOff: number;

  constructor(parts: ShutdownParts) {
    this.#parts = parts;
    const { engine } = parts;
    this.#onTime = engine.kind('kubelet.shutdown', (node, step) => {
      const shutdown = this.#running.get(node as NodeRow);
      if (shutdown?.step === step) this.#next(node as NodeRow, shutdown);
    });
    this.#onOff = engine.kind('kubelet.halt', (node, step) => {
      const shutdown = this.#running.get(node as NodeRow);
      if (shutdown?.step !== step) return;
      this.#parts.off(node as NodeRow);
      for (const listener of shutdown.listeners) listener();
    });
  }

  /** Why the node takes no pods; undefined when it does. */
  refusal(node: NodeRow): Rejection | undefined {
    return this.#running.size > 0 && this.#running.has(node) ? NOT_ADMITTED : undefined;
  }

  /** The machine of the node shuts down; `then` is called when it is off. */
  begin(node: NodeRow, then: () => void): void {
    const { state, runtimes, events, nodeStatuses, groups, off } = this.#parts;
    const running = this.#running.get(node);
    if (running !== undefined) {
      running.listeners.push(then);
      return;
    }
    if (state.machines.nodeUp[node] === 0) {
      then();
      return;
    }
    if (groups.length === 0 || runtimes.overdue.stopped(node)) {
      off(node);
      then();
      return;
    }
    events.node('Normal', 'NodeShutdown', 'Shutdown manager detected shutdown event', node);
    const shutdown = { listeners: [then], left: this.#grouped(node), open: new Set<PodRow>(), step: 0 };
    this.#running.set(node, shutdown);
    nodeStatuses.tellShutdown(node);
    this.#next(node, shutdown);
  }

  /** The machine has stopped, by this or by something else. */
  forget(node: NodeRow): void {
    this.#running.delete(node);
  }

  #next(node: NodeRow, shutdown: Shutdown): void {
    const { engine, endings, admitted } = this.#parts;
    shutdown.step += 1;
    const { step } = shutdown;
    shutdown.open.clear();
    const group = shutdown.left.shift();
    if (group === undefined) {
      engine.after(HALT_US, this.#onOff, node, step);
      return;
    }
    engine.after(group.graceUs, this.#onTime, node, step);
    for (const pod of group.pods) shutdown.open.add(pod);
    for (const pod of group.pods) {
      const own = admitted.classes.of(pod).runtime.terminationGraceUs;
      endings.whenReleased(pod, () => {
        if (shutdown.step !== step || !shutdown.open.delete(pod) || shutdown.open.size > 0) return;
        engine.after(0, this.#onTime, node, step);
      });
      endings.end(pod, { reason: 'Terminated', message: MESSAGE, graceUs: Math.min(own, group.graceUs) });
    }
  }

  /** Pods that run, each in the group of its priority or the next lower one. */
  #grouped(node: NodeRow): Shutdown['left'] {
    const { runtimes, admitted, groups } = this.#parts;
    const pods: PodRow[][] = groups.map(() => []);
    for (let pod = admitted.first(node); pod >= 0; pod = admitted.next(pod)) {
      const work = runtimes.work[pod];
      if (work !== Work.Sync && work !== Work.Terminating) continue;
      const priority = this.#parts.ownPriority(pod) ?? admitted.classes.of(pod).priority;
      const index = groups.findLastIndex((group) => group.priority <= priority);
      pods[Math.max(0, index)].push(pod);
    }
    return groups.flatMap(({ graceUs }, index) =>
      pods[index].length === 0 ? [] : [{ graceUs, pods: pods[index].toReversed() }],
    );
  }
}
