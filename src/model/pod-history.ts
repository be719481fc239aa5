// What is kept of pods that are gone: one row each, for pods.csv and start-up figures.
import type { Labels } from './interner.ts';
import type { ClassRow, IdentityRow, NodeRow, ObjectRow } from './rows.ts';

export class PodHistory {
  readonly owner: ObjectRow[] = [];
  readonly identity: IdentityRow[] = [];
  readonly podClass: ClassRow[] = [];
  readonly node: NodeRow[] = [];
  readonly state: number[] = [];
  readonly restarts: number[] = [];
  readonly reason: number[] = [];
  readonly createdAt: number[] = [];
  readonly scheduledAt: number[] = [];
  readonly runningAt: number[] = [];
  readonly deletedAt: number[] = [];
  readonly removedAt: number[] = [];
  /** Annotations that came with the binding, of the pods that have any. */
  readonly boundWith = new Map<number, Labels>();

  get length(): number {
    return this.owner.length;
  }
}
