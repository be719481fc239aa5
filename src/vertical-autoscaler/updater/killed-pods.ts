// What the updater knows of kills for memory: it reads the status of a pod anew when one of its containers was restarted.
import type { PodView } from '../../api/pod-view.ts';
import type { PodRow } from '../../model/rows.ts';
import type { MemoryKill } from '../memory-kills.ts';

interface Known {
  readonly epoch: number;
  readonly restarts: number;
  readonly kills: readonly MemoryKill[];
}

const NONE: readonly MemoryKill[] = [];

export class KilledPods {
  readonly #view: PodView;
  readonly #pods = new Map<PodRow, Known>();

  constructor(view: PodView) {
    this.#view = view;
  }

  /** `read` reads the pod's status. */
  of(pod: PodRow, read: () => readonly MemoryKill[]): readonly MemoryKill[] {
    const restarts = this.#view.restarts[pod];
    if (restarts === 0) return NONE;
    const epoch = this.#view.epoch[pod];
    let known = this.#pods.get(pod);
    if (known?.epoch !== epoch || known.restarts !== restarts) {
      known = { epoch, restarts, kills: read() };
      this.#pods.set(pod, known);
    }
    return known.kills;
  }

  /** Forgets pods that are gone. */
  forgetGone(): void {
    const { alive, epoch } = this.#view;
    for (const [pod, known] of this.#pods) if (alive[pod] !== 1 || epoch[pod] !== known.epoch) this.#pods.delete(pod);
  }
}
