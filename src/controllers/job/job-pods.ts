// A Job's pods as one sync of its controller sees them.
import type { PodView } from '../../api/pod-view.ts';
import type { JobPod } from '../../model/job-pod.ts';
import { isActive, isTerminal, PodBit, PodPhase } from '../../model/pods.ts';
import type { Registry } from '../../model/registry.ts';
import type { IdentityRow, PodRow } from '../../model/rows.ts';
import type { FailedPod } from './pod-failure-policy.ts';

const CONDITIONS: Readonly<Record<string, number>> = {
  PodScheduled: PodBit.Scheduled,
  PodReadyToStartContainers: PodBit.HasIp,
  Initialized: PodBit.Initialized,
  ContainersReady: PodBit.ContainersReady,
  Ready: PodBit.Ready,
};

export class PodOfJob implements FailedPod {
  readonly row: PodRow;
  readonly epoch: number;
  readonly identity: IdentityRow;
  readonly state: number;
  readonly ofJob: JobPod;
  readonly #registry: Registry;
  readonly #view: PodView;
  #uid = '';

  /** `adopted` just now: with the finalizer, which the view does not show yet. */
  constructor(registry: Registry, view: PodView, row: PodRow, adopted = false) {
    this.#registry = registry;
    this.#view = view;
    this.row = row;
    this.epoch = view.epoch[row];
    this.identity = registry.pods.identity[row];
    this.state = adopted ? view.state[row] | PodBit.Tracked : view.state[row];
    this.ofJob = registry.pods.ofJobs.get(row) ?? { index: -1 };
  }

  get uid(): string {
    if (this.#uid === '') this.#uid = this.#registry.identities.uid(this.identity);
    return this.#uid;
  }

  get key(): string {
    const { identities } = this.#registry;
    return `${identities.namespace(this.identity)}/${identities.name(this.identity)}`;
  }

  get active(): boolean {
    return isActive(this.state);
  }

  get ready(): boolean {
    return (this.state & PodBit.Ready) !== 0;
  }

  get succeeded(): boolean {
    return (this.state & PodBit.PhaseMask) === PodPhase.Succeeded;
  }

  get failed(): boolean {
    return (this.state & PodBit.PhaseMask) === PodPhase.Failed;
  }

  get deleting(): boolean {
    return (this.state & PodBit.Deleting) !== 0;
  }

  /** Being deleted and not ended. */
  get terminating(): boolean {
    return this.deleting && !isTerminal(this.state);
  }

  /** It has the finalizer. */
  get tracked(): boolean {
    return (this.state & PodBit.Tracked) !== 0;
  }

  get scheduled(): boolean {
    return this.#view.node[this.row] >= 0;
  }

  get phase(): number {
    return this.state & PodBit.PhaseMask;
  }

  get restarts(): number {
    return this.#view.restarts[this.row];
  }

  get readyUs(): number {
    return wholeSecond(this.#view.readyAt[this.row]);
  }

  get createdUs(): number {
    return wholeSecond(this.#registry.pods.createdAt[this.row]);
  }

  get containers(): FailedPod['containers'] {
    return this.ofJob.end?.containers ?? [];
  }

  condition(type: string): 'True' | 'False' | undefined {
    if (type === 'DisruptionTarget') return (this.state & PodBit.Disrupted) === 0 ? undefined : 'True';
    const bit = CONDITIONS[type];
    if (bit === undefined) return undefined;
    return (this.state & bit) === 0 ? 'False' : 'True';
  }

  /** When its containers ended; for want of that when it ceased to be ready, else when its deletion began. API times: whole seconds. */
  get finishedUs(): number {
    const { end } = this.ofJob;
    if (isTerminal(this.state) && end?.finishedUs !== undefined) return wholeSecond(end.finishedUs);
    const unreadyUs = Math.max(this.#view.readyAt[this.row], this.#view.startedAt(this.row));
    if (!this.ready && unreadyUs >= 0) return wholeSecond(unreadyUs);
    const deletedUs = this.#view.deletedAt(this.row);
    return deletedUs < 0 ? this.createdUs : wholeSecond(deletedUs);
  }
}

function wholeSecond(us: number): number {
  return Math.floor(us / 1e6) * 1e6;
}

/** Which of the active pods go first (controller.ActivePods): negative when `a` does. */
export function compareActive(a: PodOfJob, b: PodOfJob): number {
  if (a.scheduled !== b.scheduled) return a.scheduled ? 1 : -1;
  if (a.phase !== b.phase) return a.phase - b.phase;
  if (a.ready !== b.ready) return a.ready ? 1 : -1;
  if (a.ready && a.readyUs !== b.readyUs) return b.readyUs - a.readyUs;
  if (a.restarts !== b.restarts) return b.restarts - a.restarts;
  return b.createdUs - a.createdUs;
}

/** It works on an index of the Job. */
export function isIndex({ ofJob: { index } }: PodOfJob, completions: number): boolean {
  return index >= 0 && index < completions;
}
