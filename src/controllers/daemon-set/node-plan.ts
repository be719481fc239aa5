// What a DaemonSet wants of one node: a new pod, and which of those that are there to go.
import type { PodRow } from '../../model/rows.ts';
import { Fit } from './eligible-nodes.ts';

/** A pod of a DaemonSet as its controller sees it. */
export interface DaemonPod {
  readonly pod: PodRow;
  /** Of the current revision of the template. */
  readonly isNew: boolean;
  readonly deleting: boolean;
  /** How it ended, if it has. */
  readonly ended: 'Failed' | 'Succeeded' | undefined;
  readonly ready: boolean;
  /** Ready for long enough; if it is ready and not for long enough, when it will be, µs. */
  readonly available: boolean;
  readonly availableAtUs: number;
  /** It has a node, beyond being meant for one. */
  readonly assigned: boolean;
  /** metadata.creationTimestamp, in whole seconds. */
  readonly createdSeconds: number;
  name(): string;
}

export interface NodePlan {
  readonly creates: boolean;
  readonly deletes: readonly DaemonPod[];
  /** Pods that have ended: the succeeded ones are deleted, the failed ones when their back-off is over. */
  readonly ended: readonly DaemonPod[];
}

const NONE: readonly DaemonPod[] = [];
const NOTHING: NodePlan = { creates: false, deletes: NONE, ended: NONE };
const CREATES: NodePlan = { creates: true, deletes: NONE, ended: NONE };

/** `pods` are those of a node, without ended ones that are being deleted; `fit` the node's verdict (`Fit`). */
export function planNode(pods: readonly DaemonPod[], fit: number, surges: boolean): NodePlan {
  if (pods.length === 0) return (fit & Fit.Run) === 0 ? NOTHING : CREATES;
  const staying = pods.filter(({ deleting }) => !deleting);
  if ((fit & Fit.Continue) === 0) return { creates: false, deletes: staying, ended: NONE };
  const running = staying.filter(({ ended }) => ended === undefined);
  const ended = running.length === staying.length ? NONE : staying.filter((one) => one.ended !== undefined);
  if (running.length > 1) {
    running.sort(oldestFirst);
    return { creates: false, deletes: surges ? beyondSurge(running) : running.slice(1), ended };
  }
  // Beside one that surges no deleted pod needs to be waited for.
  return { creates: surges && running.length === 0 && (fit & Fit.Run) !== 0, deletes: NONE, ended };
}

/** A node that is gone: pods that were never bound wait for it for nothing, and nobody else deletes them. */
export function planLostNode(pods: readonly DaemonPod[]): NodePlan {
  return { creates: false, deletes: pods.filter(({ assigned, deleting }) => !assigned && !deleting), ended: NONE };
}

/** One old and one new pod may stay, as long as the old one is ready and the new one not available. */
function beyondSurge(running: readonly DaemonPod[]): DaemonPod[] {
  const newPod = running.find(({ isNew }) => isNew);
  const oldPod = running.find(({ isNew }) => !isNew);
  const surplus = running.filter((one) => one !== newPod && one !== oldPod);
  if (newPod !== undefined && oldPod !== undefined && (!oldPod.ready || newPod.available)) surplus.push(oldPod);
  return surplus;
}

/** Those that have a node before those that wait for it, then by age, then by name. */
export function oldestFirst(a: DaemonPod, b: DaemonPod): number {
  if (a.assigned !== b.assigned) return a.assigned ? -1 : 1;
  if (a.createdSeconds !== b.createdSeconds) return a.createdSeconds - b.createdSeconds;
  return a.name() < b.name() ? -1 : 1;
}
