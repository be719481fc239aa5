// Hot dialect: pods that have ended and are still there: how many, and which are the oldest.
import type { PodView } from '../../api/pod-view.ts';
import { grown } from '../../model/columns.ts';
import { isTerminal, type PodTable } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';

export class EndedPods {
  count = 0;
  readonly #view: PodView;
  /** By pod: 1 for those that are counted. */
  #counted = new Uint8Array(0);

  constructor(view: PodView) {
    this.#view = view;
  }

  /** Call it after each change of the view. */
  changed(pod: PodRow): void {
    const view = this.#view;
    if (pod >= this.#counted.length) this.#counted = grown(this.#counted, view.alive.length);
    const ended = view.alive[pod] === 1 && isTerminal(view.state[pod]) ? 1 : 0;
    this.count += ended - this.#counted[pod];
    this.#counted[pod] = ended;
  }

  /** Those that were created first; of one time those of the lower row. */
  oldest(count: number, { createdAt }: Pick<PodTable, 'createdAt'>): PodRow[] {
    const pods: PodRow[] = [];
    for (let pod = 0 as PodRow; pod < this.#counted.length; pod = (pod + 1) as PodRow)
      if (this.#counted[pod] === 1) pods.push(pod);
    return pods.sort((a, b) => createdAt[a] - createdAt[b]).slice(0, count);
  }
}
