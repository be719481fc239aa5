// Argo's Rollout controller: hears of Rollouts, ReplicaSets, Services and Deployments, and runs syncs against the API server.
import { Change } from '../../model/change-log.ts';
import type { Division } from '../../model/ports/routes.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import { type Controller, controller as declare, type Work } from '../kit/controller.ts';
import { byCreation, type ReplicaSet } from '../kit/deployment-objects.ts';
import { NamedObjects } from '../../api/named-objects.ts';
import { type Steps, SyncFailed } from '../kit/sync.ts';
import type { Experiment } from './experiment-objects.ts';
import type { AnalysisRun } from './analysis-objects.ts';
import { type AnalysisTemplate, AnalysisTemplates } from './analysis-templates.ts';
import { SetClaims } from '../kit/set-claims.ts';
import { ApiPort } from './api-port.ts';
import { ownerUid } from './api-terminable.ts';
import { ReferredTemplates } from './referred-templates.ts';
import { servicesOf } from './rollout-services.ts';
import type { Rollout } from './rollout-objects.ts';
import { syncRollout } from './rollout-sync.ts';
import { DirectDivision } from './routers/direct-router.ts';
import { type RouterKind, RouterViews } from './routers/router-objects.ts';
import { routerReferences } from './routers/routers-of.ts';

const WORKERS = 10;
/** Argo's client sends 40 requests a second, twice the usual rate. */
const RATE_FACTOR = 2;

export const rollout = (division: Division): Controller =>
  declare({
    name: 'rollouts-controller',
    queue: 'rollout',
    workers: WORKERS,
    rateFactor: RATE_FACTOR,
    create: (work) => new RolloutSyncs(work, new DirectDivision(work, division)),
    watches({ views, queue }, syncs) {
      syncs.view.subscribe((row) => queue.add(row));
      views.replicaSets.subscribe((row, set, what) => {
        const owner = views.replicaSets.ownerOf(row);
        for (const one of [views.formerOwner, owner]) if (syncs.view.get(one) !== undefined) queue.add(one);
        if (set !== undefined && owner < 0) for (const one of syncs.adopting(row, what)) queue.add(one);
      });
      syncs.referred.subscribe((kind, row) => {
        for (const one of syncs.referringTo(kind, row)) queue.add(one);
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
  readonly #division: DirectDivision;
  readonly #routerViews: RouterViews;
  /** As the watch brings them or as this controller wrote them. */
  readonly #rollouts: NamedObjects<Rollout>;
  readonly #sets: NamedObjects<ReplicaSet>;
  readonly runs;
  readonly #runs: NamedObjects<AnalysisRun>;
  readonly experiments;
  readonly #experiments: NamedObjects<Experiment>;
  readonly #templates: AnalysisTemplates;
  readonly #claims: SetClaims;
  readonly referred: ReferredTemplates;

  constructor(work: Work, division: DirectDivision) {
    this.#work = work;
    this.#division = division;
    this.#routerViews = new RouterViews(work.api, (kind, object) => this.#routerChanged(kind, object));
    this.view = work.api.watchObjects<Rollout>('Rollout');
    this.#rollouts = new NamedObjects(this.view);
    this.#sets = new NamedObjects(work.views.replicaSets);
    this.referred = new ReferredTemplates(work);
    this.#claims = new SetClaims(work, () => this.#claimants());
    this.runs = work.api.watchObjects<AnalysisRun>('AnalysisRun');
    this.#runs = new NamedObjects<AnalysisRun>(this.runs, ownerUid);
    this.experiments = work.api.watchObjects<Experiment>('Experiment');
    this.#experiments = new NamedObjects<Experiment>(this.experiments, ownerUid);
    this.#templates = new AnalysisTemplates(
      new NamedObjects(work.api.watchObjects<AnalysisTemplate>('AnalysisTemplate')),
      new NamedObjects(work.api.watchObjects<AnalysisTemplate>('ClusterAnalysisTemplate')),
    );
  }

  /** Rows of the Rollouts that take their template from that object. */
  *referringTo(kind: string, row: ObjectRow): Generator<ObjectRow, void, undefined> {
    if (this.view.size === 0) return;
    const { name, namespace } = this.#work.api.registry.objects;
    for (const [one, { metadata, spec }] of this.#rollouts.entries()) {
      const { workloadRef } = spec;
      if (workloadRef === undefined || (workloadRef.kind ?? 'Deployment') !== kind) continue;
      if (workloadRef.name === name[row] && metadata.namespace === namespace[row]) yield one;
    }
  }

  /** Rows of the Rollouts that may adopt that orphan. A new status changes nothing in that. */
  adopting(row: ObjectRow, what: number): Iterable<ObjectRow> {
    const set = this.#work.views.replicaSets.get(row);
    if (set === undefined || this.view.size === 0 || (what & (Change.Created | Change.Spec)) === 0) return [];
    return this.#claims.claimants(set);
  }

  *#claimants(): Generator<[ObjectRow, Rollout], void, undefined> {
    for (const [row, rollout] of this.#rollouts.entries()) {
      const resolved = this.referred.resolved(rollout);
      if (resolved !== undefined) yield [row, resolved];
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

  /** What somebody else makes of a router's object is set right; a canary Ingress is looked at with its owner. */
  #routerChanged(kind: RouterKind, object: KubeObject): void {
    const { name, namespace } = object.metadata;
    for (const [row, rollout] of this.#rollouts.entries()) {
      const named = routerReferences(rollout).some(
        (one) => one.kind === kind && one.name === name && one.namespace === namespace,
      );
      if (named || ownerUid(object) === rollout.metadata.uid) this.#work.queue.add(row);
    }
  }

  *sync(row: ObjectRow): Steps {
    const stored = this.#rollouts.get(row);
    if (stored === undefined) return this.#division.forget(row);
    const port = new ApiPort(this.#work, row, {
      rollouts: this.#rollouts,
      sets: this.#sets,
      division: this.#division,
      routerViews: this.#routerViews,
      runs: this.#runs,
      experiments: this.#experiments,
      templates: this.#templates,
    });
    const resolved = this.#resolved(stored);
    const sets = [...(yield* this.#claims.claim(row, resolved))].flatMap((set) => this.#sets.get(set) ?? []);
    const { uid = '' } = stored.metadata;
    const runs = this.#runs.members(uid).sort(byCreation);
    const experiments = this.#experiments.members(uid).sort(byCreation);
    yield* syncRollout(port, stored, { sets, runs, experiments }, resolved);
  }

  /** With template and selector of what it refers to. */
  #resolved(rollout: Rollout): Rollout {
    const resolved = this.referred.resolved(rollout);
    if (resolved !== undefined) return resolved;
    const { kind, name } = rollout.spec.workloadRef ?? {};
    throw new SyncFailed(`${kind} ${name} is not there`);
  }
}
