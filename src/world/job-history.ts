// Every Job that existed: when it began and ended, how, and how many of its pods did. The rows of batch.csv, and figures of Jobs.
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ApiServer } from '../api/server.ts';
import type { Row } from '../metrics/catalogue.ts';
import { Change } from '../model/change-log.ts';
import type { ObjectRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

export interface JobRun {
  readonly namespace: string;
  readonly name: string;
  /** The CronJob that made it, '' for none. */
  readonly cronJob: string;
  readonly createdUs: number;
  /** -1 for what has not happened. */
  startedUs: number;
  finishedUs: number;
  deletedUs: number;
  /** Complete or Failed, and why; '' while it goes on. */
  outcome: string;
  reason: string;
  succeeded: number;
  failed: number;
  completions: number | null;
}

/** Follows what is committed: a Job that is deleted stays in it. */
export class JobHistory {
  readonly #state: ClusterState;
  readonly #clock: { readonly now: number };
  readonly #runs = new Map<ObjectRow, JobRun>();

  constructor(api: ApiServer) {
    this.#state = api.state;
    this.#clock = api.engine;
    api.objectCommits.push((row, what) => {
      if (api.state.objects.kind[row] === 'Job') this.#changed(row, what);
    });
  }

  /** In the order of their creation. */
  get runs(): Iterable<JobRun> {
    return this.#runs.values();
  }

  *rows(): Generator<Row<'batch'>> {
    for (const run of this.runs) {
      const { namespace, name, cronJob, outcome, reason, completions, succeeded, failed } = run;
      yield {
        namespace,
        job: name,
        cronjob: cronJob,
        created_seconds: run.createdUs / 1e6,
        started_seconds: happened(run.startedUs),
        finished_seconds: happened(run.finishedUs),
        deleted_seconds: happened(run.deletedUs),
        outcome,
        reason,
        completions,
        succeeded,
        failed,
      };
    }
  }

  #changed(row: ObjectRow, what: number): void {
    const { objects } = this.#state;
    const { now } = this.#clock;
    const run = this.#runs.get(row) ?? this.#begin(row);
    if ((what & (Change.Removed | Change.Deleting)) !== 0 && run.deletedUs < 0) run.deletedUs = now;
    const { spec, status } = objects.get(row) as unknown as Job;
    run.completions = spec?.completions ?? null;
    run.succeeded = status?.succeeded ?? 0;
    run.failed = status?.failed ?? 0;
    if (run.startedUs < 0 && status?.startTime !== undefined) run.startedUs = now;
    const end = status?.conditions?.find(({ type, status: is }) => is === 'True' && /^(Complete|Failed)$/.test(type));
    if (end === undefined || run.finishedUs >= 0) return;
    run.finishedUs = now;
    run.outcome = end.type;
    run.reason = end.reason ?? '';
  }

  #begin(row: ObjectRow): JobRun {
    const { objects } = this.#state;
    const owner = objects.owner[row];
    const run: JobRun = {
      namespace: objects.namespace[row],
      name: objects.name[row],
      cronJob: owner >= 0 && objects.kind[owner] === 'CronJob' ? objects.name[owner] : '',
      createdUs: objects.createdAt[row],
      startedUs: -1,
      finishedUs: -1,
      deletedUs: -1,
      outcome: '',
      reason: '',
      succeeded: 0,
      failed: 0,
      completions: null,
    };
    this.#runs.set(row, run);
    return run;
  }
}

function happened(us: number): number | null {
  return us < 0 ? null : us / 1e6;
}
