// AnalysisRuns at the API server: made from templates, terminated, deleted.
import type { NamedObjects } from '../../api/named-objects.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import type { AnalysisTemplates } from './analysis-templates.ts';
import { ApiTerminable } from './api-terminable.ts';
import type { RolloutAnalysis } from './rollout-objects.ts';
import type { AnalysisPort } from './rollout-port.ts';

export class ApiAnalyses implements AnalysisPort {
  readonly #runs: ApiTerminable<AnalysisRun>;
  readonly #templates: AnalysisTemplates;

  /** `owner` is the row of the Rollout or Experiment. */
  constructor(work: Work, owner: ObjectRow, runs: NamedObjects<AnalysisRun>, templates: AnalysisTemplates) {
    this.#runs = new ApiTerminable(work, owner, runs, '.');
    this.#templates = templates;
  }

  *create(run: AnalysisRun, analysis: RolloutAnalysis): Steps<AnalysisRun> {
    const spec = this.#templates.specOf(run.metadata.namespace, analysis);
    if ('problem' in spec) throw new SyncFailed(spec.problem);
    const { labels, annotations } = analysis.analysisRunMetadata ?? {};
    return yield* this.#runs.create({
      ...run,
      metadata: {
        ...run.metadata,
        labels: { ...labels, ...run.metadata.labels },
        annotations: { ...annotations, ...run.metadata.annotations },
      },
      spec,
    });
  }

  terminate(run: AnalysisRun): Steps {
    return this.#runs.terminate(run);
  }

  delete(run: AnalysisRun): Steps {
    return this.#runs.delete(run);
  }
}
