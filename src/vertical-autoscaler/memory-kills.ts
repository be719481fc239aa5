// The last time that each container of a pod was killed for its memory, as the pod's status has it: what a recommender has read, for the updater too.
import type { PodView } from '../api/pod-view.ts';
import type { PodRow } from '../model/rows.ts';

interface Kill {
  readonly livedUs: number;
  readonly finishedUs: number;
}

interface Killed {
  readonly epoch: number;
  readonly byContainer: Map<string, Kill>;
}

export class MemoryKills {
  readonly #pods = new Map<PodRow, Killed>();

  /** False for one that is known. */
  add(pod: PodRow, epoch: number, container: string, kill: Kill): boolean {
    let killed = this.#pods.get(pod);
    if (killed?.epoch !== epoch) {
      killed = { epoch, byContainer: new Map() };
      this.#pods.set(pod, killed);
    }
    if (killed.byContainer.get(container)?.finishedUs === kill.finishedUs) return false;
    killed.byContainer.set(container, kill);
    return true;
  }

  of(pod: PodRow, epoch: number): readonly Kill[] {
    const killed = this.#pods.get(pod);
    return killed?.epoch === epoch ? [...killed.byContainer.values()] : [];
  }

  /** Forgets pods that are gone. */
  forgetGone({ alive, epoch }: PodView): void {
    for (const [pod, killed] of this.#pods) if (alive[pod] !== 1 || epoch[pod] !== killed.epoch) this.#pods.delete(pod);
  }
}
