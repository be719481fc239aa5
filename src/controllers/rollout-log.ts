// When rollouts of Deployments and Argo's Rollouts began, ended or were given up, by their own status: for figures and for the marks in charts. Beside it
// what the conditions of Deployments say.
import type { ObjectView } from '../api/object-view.ts';
import type { ApiConnection } from '../api/server.ts';
import type { Registry } from '../model/registry.ts';
import type { ObjectRow } from '../model/rows.ts';
import { ConditionLog } from './condition-log.ts';
import { ConditionType, isComplete, Reason } from './deployment/deployment-conditions.ts';
import { Annotation, annotation, type Deployment } from './kit/deployment-objects.ts';
import { templateKey } from './kit/pod-template.ts';
import { findCondition } from './kit/progress-conditions.ts';
import { type Rollout, RolloutAnnotation } from './rollout/rollout-objects.ts';

/** One rollout. Times in µs; the end is -1 for one that did not end: it is under way, or another one took its place. */
export interface RolloutEntry {
  /** Row of the Deployment or Rollout. */
  readonly workload: ObjectRow;
  /** The revision that it made, once it is complete; empty before. */
  readonly revision: string;
  /** When the new template was seen. */
  readonly startUs: number;
  readonly endUs: number;
  /** When its strategy gave it up, -1 for never. */
  readonly abortedUs: number;
}

/** What is read of a Deployment or a Rollout. */
interface Seen {
  readonly template: string;
  readonly complete: boolean;
  readonly aborted: boolean;
  readonly revision: string;
}

export class RolloutLog {
  /** In the order of their starts. The creation of a workload is its first rollout. */
  readonly entries: RolloutEntry[] = [];
  readonly #engine: { readonly now: number };
  readonly #state: Registry;
  readonly #templates = new Map<ObjectRow, string>();
  /** By workload: the index of its rollout that has not ended. */
  readonly #open = new Map<ObjectRow, number>();
  /** By workload: the index of its first rollout. */
  readonly #first = new Map<ObjectRow, number>();

  constructor(engine: { readonly now: number }, api: ApiConnection, deployments: ObjectView<Deployment>) {
    this.#engine = engine;
    this.#state = api.registry;
    new ConditionLog(engine, api.registry).watch(deployments);
    deployments.subscribe((row) => {
      const deployment = deployments.get(row);
      if (deployment === undefined) this.#open.delete(row);
      else this.#seen(row, ofDeployment(deployment));
    });
    const rollouts = api.watchObjects<Rollout>('Rollout');
    rollouts.subscribe((row) => {
      const rollout = rollouts.get(row);
      if (rollout === undefined) this.#open.delete(row);
      else this.#seen(row, ofRollout(rollout));
    });
  }

  #seen(row: ObjectRow, { template, complete, aborted, revision }: Seen): void {
    const before = this.#templates.get(row);
    const { now } = this.#engine;
    if (template !== before && template !== '') {
      this.#templates.set(row, template);
      this.#open.set(row, this.entries.length);
      if (!this.#first.has(row)) this.#first.set(row, this.entries.length);
      this.entries.push({ workload: row, revision: '', startUs: now, endUs: -1, abortedUs: -1 });
      if (before !== undefined) this.#mark(row, 'RolloutStarted', 'the pod template changed');
    }
    const open = this.#open.get(row);
    if (open === undefined) return;
    const entry = this.entries[open];
    if (aborted !== entry.abortedUs >= 0) this.entries[open] = { ...entry, abortedUs: aborted ? now : -1 };
    if (!complete) return;
    this.entries[open] = { ...this.entries[open], revision, endUs: now };
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

function ofDeployment(deployment: Deployment): Seen {
  const { spec, status = {} } = deployment;
  return {
    template: templateKey(spec.template),
    complete: isComplete(deployment, status),
    aborted: findCondition(status.conditions, ConditionType.Progressing)?.reason === Reason.Aborted,
    revision: annotation(deployment, Annotation.Revision) ?? '',
  };
}

/** One that takes its template from a Deployment is known by the hash of it. */
function ofRollout(rollout: Rollout): Seen {
  const { metadata, spec, status = {} } = rollout;
  const { currentPodHash = '', stableRS, phase, observedGeneration } = status;
  return {
    template: spec.workloadRef === undefined ? templateKey(spec.template) : currentPodHash,
    complete:
      phase === 'Healthy' && currentPodHash === stableRS && Number(observedGeneration) >= (metadata.generation ?? 0),
    aborted: status.abort === true,
    revision: annotation(rollout, RolloutAnnotation.Revision) ?? '',
  };
}
