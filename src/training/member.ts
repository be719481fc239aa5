// A member of a gang: one process, in one container of one pod.
import type { NodeRow, PodRow } from '../model/rows.ts';

export interface Member {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly container: number;
  readonly node: NodeRow;
  /** Which of the members it is, as long as the gang lives: its index in an Indexed Job, else nobody else's number. */
  readonly rank: number;
  /** Its machine has stopped, which the others notice only by waiting in vain. */
  silent: boolean;
}
