// What an operator hears of the processes of databases: those that work renew a lease.
import type { PodRow } from '../rows.ts';

export interface DatabaseLiveness {
  /** Its process runs, on a node that reaches the API servers. */
  answers(pod: PodRow): boolean;
  /** Calls when that has changed. */
  subscribe(listener: (pod: PodRow) => void): void;
}
