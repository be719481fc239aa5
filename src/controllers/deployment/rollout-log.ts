// When rollouts began and ended, by the Deployments' own status: for figures and for the marks in charts.
import type { Registry } from '../../model/registry.ts';
import { isComplete } from './deployment-conditions.ts';
import { Annotation, annotation, type Deployment } from '../kit/deployment-objects.ts';
import { templateKey } from '../kit/pod-template.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** One rollout. Times in µs; the end is -1 for one that did not end: it is under way, or another one took its place. */
export interface RolloutEntry {
  /** Row of the Deployment. */
  readonly deployment: ObjectRow;
  /** The revision that it made, once it is complete; empty before. */
  readonly revision: string;
  /** When the new template was seen. */
  readonly startUs: number;
  readonly endUs: number;
}

export class RolloutLog {
  /** In the order of their starts. The creation of a Deployment is its first rollout. */
  readonly entries: RolloutEntry[] = [];
  readonly #engine: { readonly now: number };
  readonly #state: Registry;
  readonly #templates = new Map<ObjectRow, string>();
  /** By Deployment: the index of its rollout that has not ended. */
  readonly #open = new Map<ObjectRow, number>();
  /** By Deployment: the index of its first rollout. */
  readonly #first = new Map<ObjectRow, number>();

  constructor(engine: { readonly now: number }, state: Registry, deployments: ObjectView<Deployment>) {
    this.#engine = engine;
    this.#state = state;
    deployments.subscribe((row) => {
      const deployment = deployments.get(row);
      if (deployment === undefined) this.#open.delete(row);
      else this.#seen(row, deployment);
    });
  }

  #seen(row: ObjectRow, deployment: Deployment): void {
    const template = templateKey(deployment.spec.template);
    const before = this.#templates.get(row);
    if (template !== before) {
      this.#templates.set(row, template);
      this.#open.set(row, this.entries.length);
      if (!this.#first.has(row)) this.#first.set(row, this.entries.length);
      this.entries.push({ deployment: row, revision: '', startUs: this.#engine.now, endUs: -1 });
      if (before !== undefined) this.#mark(row, 'RolloutStarted', 'the pod template changed');
    }
    const open = this.#open.get(row);
    if (open === undefined || !isComplete(deployment, deployment.status ?? {})) return;
    const entry = this.entries[open];
    const revision = annotation(deployment, Annotation.Revision) ?? '';
    this.entries[open] = { ...entry, revision, endUs: this.#engine.now };
    this.#open.delete(row);
    if (open !== this.#first.get(row)) this.#mark(row, 'RolloutComplete', `all pods are of revision ${revision}`);
  }

  /** A line of the simulator's own in the event log: it costs no request. */
  #mark(row: ObjectRow, reason: string, message: string): void {
    const { events } = this.#state;
    const id = events.messages.id({ source: 'rollout', type: 'Normal', reason, message });
    events.addAboutObject(this.#engine.now, id, row);
  }
}
