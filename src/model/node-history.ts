// What kubelets did that no object tells: when each pod was evicted, each container killed for its memory, each image pulled or deleted.

export const nodeDeeds = ['evictions', 'oomKills', 'imagePulls', 'failedPulls', 'imagesDeleted'] as const;
export type NodeDeed = (typeof nodeDeeds)[number];

export class NodeHistory {
  readonly #times: Record<NodeDeed, number[]> = {
    evictions: [],
    oomKills: [],
    imagePulls: [],
    failedPulls: [],
    imagesDeleted: [],
  };

  add(deed: NodeDeed, nowUs: number): void {
    this.#times[deed].push(nowUs);
  }

  /** How many there were between two times, both included, µs. */
  count(deed: NodeDeed, fromUs: number, toUs: number): number {
    return this.#times[deed].filter((time) => time >= fromUs && time <= toUs).length;
  }
}
