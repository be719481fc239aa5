// Argo's controller of Experiments: hears of them, of their ReplicaSets, Services and AnalysisRuns, and runs syncs against the API server.
import { NamedObjects } from '../../api/named-objects.ts';
import { Refused } from '../../api/refused.ts';
import { canonicalJson } from '../../model/interner.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { type Controller, controller as declare, type Work } from '../kit/controller.ts';
import type { ReplicaSet } from '../kit/deployment-objects.ts';
import type { ServiceObject } from '../kit/shared-views.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { AnalysisRun } from '../rollout/analysis-objects.ts';
import { type AnalysisTemplate, AnalysisTemplates } from '../rollout/analysis-templates.ts';
import { ownerUid } from '../rollout/api-terminable.ts';
import { ApiExperimentPort, type SharedObjects } from './api-experiment-port.ts';
import { type Experiment, ExperimentAnnotation } from '../rollout/experiment-objects.ts';
import { syncExperiment } from './experiment-sync.ts';

const WORKERS = 10;
/** Argo's client sends 40 requests a second, twice the usual rate. */
const RATE_FACTOR = 2;

export const experiments: Controller = declare({
  // One recorder for all of Argo's controllers.
  name: 'rollouts-controller',
  queue: 'experiment',
  workers: WORKERS,
  rateFactor: RATE_FACTOR,
  create: (work) => new ExperimentSyncs(work),
  watches({ views, queue }, syncs) {
    const owned = (row: ObjectRow): void => {
      if (syncs.view.get(row) !== undefined) queue.add(row);
    };
    syncs.view.subscribe((row) => queue.add(row));
    views.replicaSets.subscribe((row) => owned(views.replicaSets.ownerOf(row)));
    syncs.runs.subscribe((row) => owned(syncs.runs.ownerOf(row)));
  },
});

class ExperimentSyncs {
  readonly view;
  readonly runs;
  readonly #work: Work;
  /** As the watch brings them or as this controller wrote them. */
  readonly #experiments: NamedObjects<Experiment>;
  readonly #sets: NamedObjects<ReplicaSet>;
  readonly #services: NamedObjects<ServiceObject>;
  readonly #shared: SharedObjects;

  constructor(work: Work) {
    const { api, views } = work;
    this.#work = work;
    this.view = api.watchObjects<Experiment>('Experiment');
    this.#experiments = new NamedObjects(this.view);
    this.runs = api.watchObjects<AnalysisRun>('AnalysisRun');
    this.#sets = new NamedObjects<ReplicaSet>(views.replicaSets, ownerUid);
    this.#services = new NamedObjects<ServiceObject>(views.services, ownerUid);
    const templates = new AnalysisTemplates(
      new NamedObjects(api.watchObjects<AnalysisTemplate>('AnalysisTemplate')),
      new NamedObjects(api.watchObjects<AnalysisTemplate>('ClusterAnalysisTemplate')),
    );
    const runs = new NamedObjects<AnalysisRun>(this.runs);
    this.#shared = { sets: this.#sets, services: this.#services, runs, templates };
  }

  *sync(row: ObjectRow): Steps {
    const experiment = this.#experiments.get(row);
    if (experiment === undefined || experiment.metadata.deletionTimestamp !== undefined) return;
    const { uid = '' } = experiment.metadata;
    const port = new ApiExperimentPort(this.#work, row, this.#shared);
    const sets = ofTemplates(this.#sets.members(uid), experiment);
    const services = ofTemplates(this.#services.members(uid), experiment);
    const status = yield* syncExperiment(port, experiment, sets, services);
    if (canonicalJson(status) === canonicalJson(experiment.status ?? {})) return;
    // Argo sends a patch, which no newer version refuses.
    const { resourceVersion: _old, ...metadata } = experiment.metadata;
    const { client } = this.#work;
    const result = yield* client.updateStatus(row, { ...experiment, metadata, status }).wait();
    if (result === Refused.NotFound) return;
    if (result < 0) throw new SyncFailed(`the status of Experiment ${metadata.name} was refused (${result})`);
    const answer = client.answered(row) as Experiment | undefined;
    if (answer !== undefined) this.#experiments.take(row, answer);
  }
}

/** What was made for the templates of the Experiment, by template. */
function ofTemplates<T extends KubeObject>(objects: readonly T[], { metadata, spec }: Experiment): Map<string, T> {
  const found = new Map<string, T>();
  for (const one of objects) {
    const { annotations } = one.metadata;
    const template = annotations?.[ExperimentAnnotation.Template];
    if (annotations?.[ExperimentAnnotation.Name] !== metadata.name || template === undefined) continue;
    if (spec.templates.some(({ name }) => name === template)) found.set(template, one);
  }
  return found;
}
