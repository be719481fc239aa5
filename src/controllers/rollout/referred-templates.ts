// Where a Rollout with a `workloadRef` has its template from: a Deployment, a ReplicaSet or a PodTemplate of its namespace.
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { ObjectRow } from '../../model/rows.ts';
import type { Work } from '../kit/controller.ts';
import type { Rollout } from './rollout-objects.ts';

type Template = Rollout['spec']['template'];

/** A PodTemplate has its template where others have a spec, and no selector. */
interface Templated extends KubeObject {
  readonly template?: Template;
  readonly spec?: { readonly template?: Template; readonly selector?: Rollout['spec']['selector'] };
}

export class ReferredTemplates {
  readonly #work: Work;
  readonly #views;

  constructor(work: Work) {
    this.#work = work;
    this.#views = {
      Deployment: work.views.deployments,
      PodTemplate: work.api.watchObjects<Templated>('PodTemplate'),
      ReplicaSet: work.views.replicaSets,
    };
  }

  /** Calls `changed` with the kind and the row of each of them whose template may be another one now. */
  subscribe(changed: (kind: string, row: ObjectRow) => void): void {
    for (const [kind, view] of Object.entries(this.#views)) {
      view.subscribe((row: ObjectRow, _object: unknown, what: number) => {
        if ((what & (Change.Created | Change.Spec)) !== 0 || kind === 'PodTemplate') changed(kind, row);
      });
    }
  }

  /** The Rollout with the template, and with the selector if it has none; undefined while what it refers to is not there. */
  resolved(rollout: Rollout): Rollout | undefined {
    const { workloadRef, selector } = rollout.spec;
    if (workloadRef === undefined) return rollout;
    const { kind = 'Deployment', name } = workloadRef;
    const row = this.#work.api.registry.objects.find(kind, rollout.metadata.namespace, name);
    const found: Templated | undefined = this.#views[kind].get(row);
    const template = found?.spec?.template ?? found?.template;
    if (template === undefined) return undefined;
    return { ...rollout, spec: { ...rollout.spec, template, selector: selector ?? found?.spec?.selector ?? {} } };
  }
}
