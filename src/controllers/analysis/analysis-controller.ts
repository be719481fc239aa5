// Argo's controller of AnalysisRuns: measures their metrics when they are due, and says how they end.
import { type Controller, controller, type Work } from '../kit/controller.ts';
import { NamedObjects } from '../../api/named-objects.ts';
import { Refused } from '../../api/refused.ts';
import { Change } from '../../model/change-log.ts';
import type { Monitoring } from '../../model/ports/monitoring.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { isFinished } from '../kit/job-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { canonicalJson } from '../../model/interner.ts';
import { lookAtRun } from './analysis-run-sync.ts';
import { ApiAnalysisPort } from './api-analysis-port.ts';
import { expiresUs } from './run-time-to-live.ts';
import type { RunObject } from './run-objects.ts';
import { watchMetrics } from './watched-metrics.ts';

const WORKERS = 30;
/** Argo's client sends 40 requests a second, twice the usual rate. */
const RATE_FACTOR = 2;

export const analysisRuns = (monitoring: Monitoring): Controller =>
  controller({
    name: 'analysis-controller',
    queue: 'analysis',
    workers: WORKERS,
    rateFactor: RATE_FACTOR,
    create: (work) => new AnalysisSyncs(work, monitoring),
    watches({ api, views, queue }, syncs) {
      syncs.view.subscribe((row) => queue.add(row));
      views.jobs.subscribe((row) => {
        const owner = views.jobs.ownerOf(row);
        const job = views.jobs.get(row);
        if (syncs.view.get(owner) === undefined) return;
        if (job === undefined || isFinished(job)) queue.add(owner);
      });
      // What is measured must be kept before the first look.
      for (const kind of ['AnalysisTemplate', 'ClusterAnalysisTemplate']) {
        api.watchObjects<RunObject>(kind).subscribe((_row, object, what) => {
          if (object !== undefined && (what & Change.Removed) === 0)
            watchMetrics(monitoring, (object as RunObject).spec);
        });
      }
    },
  });

class AnalysisSyncs {
  readonly view;
  readonly #work: Work;
  readonly #monitoring: Monitoring;
  /** As the watch brings them or as this controller wrote them. */
  readonly #runs: NamedObjects<RunObject>;

  constructor(work: Work, monitoring: Monitoring) {
    this.#work = work;
    this.#monitoring = monitoring;
    this.view = work.api.watchObjects<RunObject>('AnalysisRun');
    this.#runs = new NamedObjects(this.view);
  }

  *sync(row: ObjectRow): Steps {
    const run = this.#runs.get(row);
    if (run === undefined || run.metadata.deletionTimestamp !== undefined) return;
    const { client, engine, queue } = this.#work;
    const expires = expiresUs(run);
    if (expires !== undefined) {
      if (expires > engine.now) return queue.addAfter(row, expires - engine.now);
      const result = yield* client.delete(row).wait();
      if (result < 0 && result !== Refused.NotFound) throw new SyncFailed('the AnalysisRun could not be deleted');
      return;
    }
    watchMetrics(this.#monitoring, run.spec);
    const port = new ApiAnalysisPort(this.#work, row, this.#monitoring);
    const { status, nextUs } = yield* lookAtRun(port, run);
    // A timer rings when its time has passed, not at the same instant.
    if (nextUs !== undefined) queue.addAfter(row, Math.max(0, nextUs - engine.now) + 1);
    if (canonicalJson(status) === canonicalJson(run.status ?? {})) return;
    // Argo sends a patch, which no newer version refuses.
    const { resourceVersion: _old, ...metadata } = run.metadata;
    const result = yield* client.updateStatus(row, { ...run, metadata, status }).wait();
    if (result === Refused.NotFound) return;
    if (result < 0) throw new SyncFailed(`the status of AnalysisRun ${run.metadata.name} was refused (${result})`);
    const answer = client.answered(row) as RunObject | undefined;
    if (answer !== undefined) this.#runs.take(row, answer);
  }
}
