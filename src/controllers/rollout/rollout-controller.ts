// Argo's Rollout controller: hears of Rollouts, ReplicaSets, Services and Deployments, and runs syncs against the API server.
import { Change } from '../../model/change-log.ts';
import type { Division } from '../../model/ports/routes.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { type Controller, controller as declare, type Work } from '../kit/controller.ts';
import { byCreation, type Deployment, type ReplicaSet } from '../kit/deployment-objects.ts';
import { NamedObjects } from '../../api/named-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { Experiment } from './experiment-objects.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import { type AnalysisTemplate, AnalysisTemplates } from './analysis-templates.ts';
import { ApiPort } from './api-port.ts';
import { ownerUid } from './api-terminable.ts';
import { servicesOf } from './rollout-services.ts';
import type { Rollout } from './rollout-objects.ts';
import { syncRollout } from './rollout-sync.ts';
import { TrafficRouter } from './traffic-router.ts';

const WORKERS = 10;
/** Argo's client sends 40 requests a second, twice the usual rate. */
const RATE_FACTOR = 2;

export const rollout = (division: Division): Controller =>
  declare({
    name: 'rollouts-controller',
    queue: 'rollout',
    workers: WORKERS,
    rateFactor: RATE_FACTOR,
    create: (work) => new RolloutSyncs(work, new TrafficRouter(work, division)),
    watches({ views, queue }, syncs) {
      syncs.view.subscribe((row) => queue.add(row));
      views.replicaSets.subscribe((row) => {
        for (const one of [views.formerOwner, views.replicaSets.ownerOf(row)])
          if (syncs.view.get(one) !== undefined) queue.add(one);
      });
      views.deployments.subscribe((row, _object, what) => {
        if ((what & Change.Spec) !== 0) for (const one of syncs.referringTo(row)) queue.add(one);
      });
      views.services.subscribe((row) => {
        for (const one of syncs.using(row)) queue.add(one);
      });
      for (const view of [syncs.runs, syncs.experiments]) {
        view.subscribe((row) => {
          const owner = view.ownerOf(row);
          if (syncs.view.get(owner) !== undefined) queue.add(owner);
        });
      }
    },
  });

class RolloutSyncs {
  readonly view;
  readonly #work: Work;
  readonly #router: TrafficRouter;
  /** As the watch brings them or as this controller wrote them. */
  readonly #rollouts: NamedObjects<Rollout>;
  readonly #sets: NamedObjects<ReplicaSet>;
  readonly runs;
  readonly #runs: NamedObjects<AnalysisRun>;
  readonly experiments;
  readonly #experiments: NamedObjects<Experiment>;
  readonly #templates: AnalysisTemplates;

  constructor(work: Work, router: TrafficRouter) {
    this.#work = work;
    this.#router = router;
    this.view = work.api.watchObjects<Rollout>('Rollout');
    this.#rollouts = new NamedObjects(this.view);
    this.#sets = new NamedObjects(work.views.replicaSets);
    this.runs = work.api.watchObjects<AnalysisRun>('AnalysisRun');
    this.#runs = new NamedObjects<AnalysisRun>(this.runs, ownerUid);
    this.experiments = work.api.watchObjects<Experiment>('Experiment');
    this.#experiments = new NamedObjects<Experiment>(this.experiments, ownerUid);
    this.#templates = new AnalysisTemplates(
      new NamedObjects(work.api.watchObjects<AnalysisTemplate>('AnalysisTemplate')),
      new NamedObjects(work.api.watchObjects<AnalysisTemplate>('ClusterAnalysisTemplate')),
    );
  }

  /** Rows of the Rollouts that take their template from that Deployment. */
  *referringTo(row: ObjectRow): Generator<ObjectRow, void, undefined> {
    if (this.view.size === 0) return;
    const { name, namespace } = this.#work.api.registry.objects;
    for (const [one, { metadata, spec }] of this.#rollouts.entries()) {
      if (spec.workloadRef?.name === name[row] && metadata.namespace === namespace[row]) yield one;
    }
  }

  /** Rows of the Rollouts that name that Service. */
  *using(row: ObjectRow): Generator<ObjectRow, void, undefined> {
    if (this.view.size === 0) return;
    const { name, namespace } = this.#work.api.registry.objects;
    for (const [one, object] of this.#rollouts.entries()) {
      if (object.metadata.namespace === namespace[row] && servicesOf(object).includes(name[row])) yield one;
    }
  }

  *sync(row: ObjectRow): Steps {
    const stored = this.#rollouts.get(row);
    if (stored === undefined) return this.#router.forget(row);
    const port = new ApiPort(this.#work, row, {
      rollouts: this.#rollouts,
      sets: this.#sets,
      router: this.#router,
      runs: this.#runs,
      experiments: this.#experiments,
      templates: this.#templates,
    });
    const sets = [...this.#work.views.setsOf(row)].flatMap((set) => this.#sets.get(set) ?? []);
    const { uid = '' } = stored.metadata;
    const runs = this.#runs.members(uid).sort(byCreation);
    const experiments = this.#experiments.members(uid).sort(byCreation);
    yield* syncRollout(port, stored, { sets, runs, experiments }, this.#resolved(stored));
  }

  /** With template and selector of the Deployment that it refers to. */
  #resolved(rollout: Rollout): Rollout {
    const { workloadRef } = rollout.spec;
    if (workloadRef === undefined) return rollout;
    const { objects } = this.#work.api.registry;
    const found = objects.find('Deployment', rollout.metadata.namespace, workloadRef.name);
    const deployment: Deployment | undefined = this.#work.views.deployments.get(found);
    if (deployment === undefined) throw new SyncFailed(`Deployment ${workloadRef.name} is not there`);
    const { template, selector } = deployment.spec;
    return { ...rollout, spec: { ...rollout.spec, template, selector } };
  }
}
