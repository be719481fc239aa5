// Databases as a run has them: the operator that says which pod is the primary, and traffic, which hears what labels say.
import type { ApiServer } from '../api/server.ts';
import { databaseOperator } from '../controllers/databases/database-operator.ts';
import { Change } from '../model/change-log.ts';
import { behaviorOf } from '../scenario/behaviors.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { NodeAgents } from '../kubelet/node-agents.ts';
import type { DatabaseLiveness } from '../model/ports/database-liveness.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { Databases } from '../traffic/databases/databases.ts';
import type { ControllersView } from './control-plane/control-plane.ts';

export function startDatabases(
  api: ApiServer,
  databases: Databases | undefined,
  kubelets: NodeAgents,
  controllers: ControllersView,
  scenario: Scenario,
): void {
  if (databases === undefined) return;
  api.podCommits.push((pod, _epoch, what) => databases.podChanged(pod, (what & Change.Removed) !== 0));
  const liveness = new Liveness(api, databases);
  const { contactChanged } = kubelets;
  kubelets.contactChanged = (node, reached) => {
    contactChanged?.(node, reached);
    liveness.contactChanged(node, reached);
  };
  controllers.add(databaseOperator((image) => behaviorOf(scenario, image).database, liveness));
}

class Liveness implements DatabaseLiveness {
  readonly #api: ApiServer;
  readonly #databases: Databases;
  readonly #cutOff = new Set<NodeRow>();

  constructor(api: ApiServer, databases: Databases) {
    this.#api = api;
    this.#databases = databases;
  }

  answers(pod: PodRow): boolean {
    return this.#databases.of(pod)?.running.has(pod) === true && !this.#cutOff.has(this.#api.state.pods.node[pod]);
  }

  subscribe(listener: (pod: PodRow) => void): void {
    this.#databases.listeners.push(listener);
  }

  contactChanged(node: NodeRow, reached: boolean): void {
    if (reached) this.#cutOff.delete(node);
    else this.#cutOff.add(node);
    for (const { running } of this.#databases.all) {
      for (const pod of running) {
        if (this.#api.state.pods.node[pod] !== node) continue;
        for (const heard of this.#databases.listeners) heard(pod);
      }
    }
  }
}
