// What must hold of CronJobs: one that lets no two Jobs run at a time never makes a second one.
import type { CronJobSpec, CronJobStatus } from 'kubernetes-types/batch/v1.js';
import type { ObjectRow } from '../model/rows.ts';

interface Scheduled {
  readonly metadata: { readonly name: string };
  readonly spec?: Pick<CronJobSpec, 'concurrencyPolicy'>;
  readonly status?: CronJobStatus;
}

export class CronJobInvariants {
  /** By CronJob: how many Jobs were active before. */
  readonly #active = new Map<ObjectRow, number>();

  /** What is wrong with the status that was written; undefined for nothing. */
  committed(row: ObjectRow, { metadata, spec, status }: Scheduled): string | undefined {
    const before = this.#active.get(row) ?? 0;
    const active = status?.active?.length ?? 0;
    this.#active.set(row, active);
    // Those of a time at which it allowed several may run on.
    if ((spec?.concurrencyPolicy ?? 'Allow') === 'Allow' || active <= Math.max(1, before)) return undefined;
    return `CronJob ${metadata.name} has ${active} active Jobs, and its policy is ${spec?.concurrencyPolicy}`;
  }

  removed(row: ObjectRow): void {
    this.#active.delete(row);
  }

  /** The cluster is made of a snapshot, in which others may be active. */
  restored(): void {
    this.#active.clear();
  }
}
