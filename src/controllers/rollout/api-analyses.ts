// The AnalysisRuns of a Rollout at the API server: made from templates, told to end, deleted.
import { Refused } from '../../api/refused.ts';
import type { NamedObjects } from '../../api/named-objects.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import { type AnalysisRun, isCompleted, phaseOf } from './analysis-objects.ts';
import type { AnalysisTemplates } from './analysis-templates.ts';
import type { RolloutAnalysis } from './rollout-objects.ts';
import type { AnalysisPort } from './rollout-port.ts';

export class ApiAnalyses implements AnalysisPort {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #runs: NamedObjects<AnalysisRun>;
  readonly #templates: AnalysisTemplates;

  constructor(work: Work, row: ObjectRow, runs: NamedObjects<AnalysisRun>, templates: AnalysisTemplates) {
    this.#work = work;
    this.#row = row;
    this.#runs = runs;
    this.#templates = templates;
  }

  *create(run: AnalysisRun, analysis: RolloutAnalysis): Steps<AnalysisRun> {
    const { namespace, name } = run.metadata;
    const spec = this.#templates.specOf(namespace, analysis);
    if ('problem' in spec) throw new SyncFailed(spec.problem);
    const { labels, annotations } = analysis.analysisRunMetadata ?? {};
    const made: AnalysisRun = {
      ...run,
      metadata: {
        ...run.metadata,
        labels: { ...labels, ...run.metadata.labels },
        annotations: { ...annotations, ...run.metadata.annotations },
      },
      spec,
    };
    for (let collisions = 0; ; collisions += 1) {
      const tried =
        collisions === 0 ? made : { ...made, metadata: { ...made.metadata, name: `${name}.${collisions}` } };
      const result = yield* this.#work.client.create(tried, this.#row).wait();
      if (result >= 0) return this.#taken(result as ObjectRow, tried);
      if (result !== Refused.AlreadyExists) throw new SyncFailed(`AnalysisRun ${name} was refused (${result})`);
      const existing = yield* this.#read(tried);
      if (existing !== undefined && this.#isSame(existing, tried)) return existing;
    }
  }

  *terminate(run: AnalysisRun): Steps {
    const row = this.#rowOf(run);
    if (row < 0) return;
    const { resourceVersion: _old, ...metadata } = run.metadata;
    const ended = { ...run, metadata, spec: { ...run.spec, terminate: true } };
    const result = yield* this.#work.client.update(row, ended).wait();
    if (result === Refused.NotFound) return;
    if (result < 0) throw new SyncFailed(`AnalysisRun ${run.metadata.name} could not be ended`);
    this.#taken(row, ended);
  }

  *delete(run: AnalysisRun): Steps {
    const row = this.#rowOf(run);
    const result = row < 0 ? Refused.NotFound : yield* this.#work.client.delete(row).wait();
    if (result < 0 && result !== Refused.NotFound) {
      throw new SyncFailed(`AnalysisRun ${run.metadata.name} could not be deleted`);
    }
  }

  /** The one that was made before this controller heard of it. */
  #isSame(existing: AnalysisRun, run: AnalysisRun): boolean {
    const what = ({ spec: { terminate: _ended, ...rest } }: AnalysisRun): string => canonicalJson(rest);
    const owner = ({ metadata: { ownerReferences = [] } }: AnalysisRun): string | undefined =>
      ownerReferences.find(({ controller }) => controller === true)?.uid;
    return !isCompleted(phaseOf(existing)) && owner(existing) === owner(run) && what(existing) === what(run);
  }

  *#read(run: AnalysisRun): Steps<AnalysisRun | undefined> {
    const row = this.#rowOf(run);
    if (row < 0) return undefined;
    yield* this.#work.client.read(row).wait();
    return this.#work.client.answered(row) as AnalysisRun | undefined;
  }

  #rowOf({ metadata }: AnalysisRun): ObjectRow {
    const { objects } = this.#work.api.registry;
    return objects.find('AnalysisRun', objects.namespace[this.#row], metadata.name);
  }

  #taken(row: ObjectRow, sent: AnalysisRun): AnalysisRun {
    const answer = (this.#work.client.answered(row) as AnalysisRun | undefined) ?? sent;
    this.#runs.take(row, answer);
    return answer;
  }
}
