// When the conditions of Deployments changed, as lines in the event log: Kubernetes writes them into the status only.
import type { ObjectView } from '../api/object-view.ts';
import type { Registry } from '../model/registry.ts';
import type { ObjectRow } from '../model/rows.ts';
import { ConditionType, Reason } from './deployment/deployment-conditions.ts';
import type { Condition, Deployment } from './kit/deployment-objects.ts';

/** Those that say True while all is well. Why pods cannot be made is an event of their ReplicaSet. */
const LOGGED: ReadonlySet<string> = new Set([ConditionType.Available, ConditionType.Progressing]);

export class ConditionLog {
  readonly #engine: { readonly now: number };
  readonly #state: Registry;
  /** By Deployment: the status of each of these conditions. */
  readonly #known = new Map<ObjectRow, Map<string, string>>();

  constructor(engine: { readonly now: number }, state: Registry) {
    this.#engine = engine;
    this.#state = state;
  }

  watch(deployments: ObjectView<Deployment>): void {
    deployments.subscribe((row) => {
      const deployment = deployments.get(row);
      if (deployment === undefined) this.#known.delete(row);
      else if (deployment.status?.conditions !== undefined) this.#seen(row, deployment.status.conditions);
    });
  }

  /** One that has not been available yet loses nothing: that is said once it has been. */
  #seen(row: ObjectRow, conditions: readonly Condition[]): void {
    let known = this.#known.get(row);
    if (known === undefined) {
      known = new Map();
      this.#known.set(row, known);
    }
    for (const condition of conditions) {
      const { type, status } = condition;
      const before = known.get(type);
      if (status === before || !LOGGED.has(type)) continue;
      if (before === undefined && type === ConditionType.Available && status !== 'True') continue;
      known.set(type, status);
      // That a strategy has given up has an event of its own.
      if ((before !== undefined || status !== 'True') && condition.reason !== Reason.Aborted)
        this.#mark(row, condition);
    }
  }

  #mark(row: ObjectRow, { type: condition, status, reason = '', message: why = '' }: Condition): void {
    const { events } = this.#state;
    const type = status === 'True' ? 'Normal' : 'Warning';
    const message = `${condition} is ${status}: ${why}`;
    events.addAboutObject(this.#engine.now, events.messages.id({ source: 'conditions', type, reason, message }), row);
  }
}
