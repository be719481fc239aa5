// What is kept of pods that are gone: one row each, for pods.csv and start-up figures.

export class PodHistory {
  readonly owner: number[] = [];
  readonly ordinal: number[] = [];
  readonly podClass: number[] = [];
  readonly node: number[] = [];
  readonly state: number[] = [];
  readonly restarts: number[] = [];
  readonly reason: number[] = [];
  readonly createdAt: number[] = [];
  readonly scheduledAt: number[] = [];
  readonly runningAt: number[] = [];
  readonly deletedAt: number[] = [];
  readonly removedAt: number[] = [];

  get length(): number {
    return this.owner.length;
  }
}
