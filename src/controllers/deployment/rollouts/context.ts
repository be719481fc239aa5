// What a rollout strategy has for one Deployment: time, alarms, weights of its revisions, readings of their requests.
import { InputError } from '../../../lib/errors.ts';
import type { Selection } from '../../../model/endpoints.ts';
import { compileLabelMap, compileLabelSelector, type LabelSelector } from '../../../model/parse/label-selector.ts';
import type { Division } from '../../../model/ports/routes.ts';
import type { RequestReadings } from '../../../model/ports/request-readings.ts';
import type { Work } from '../../kit/controller.ts';
import type { ReplicaSet } from '../../kit/deployment-objects.ts';
import type { RevisionReadings, RolloutContext } from './rollout.ts';
import type { ObjectRow } from '../../../model/rows.ts';

/** What of the network and of the traffic a strategy may use. */
export interface RolloutPorts {
  readonly division: Division;
  readonly requests: RequestReadings;
}

export class DeploymentContext implements RolloutContext {
  readonly #work: Work;
  readonly #row: ObjectRow;
  readonly #ports: RolloutPorts;
  /** By name of the ReplicaSet, which has its template in it: a selection is compared by identity. */
  readonly #selections = new Map<string, Selection>();
  /** The Services that are divided, and how. */
  readonly #divided = new Map<ObjectRow, string>();

  constructor(work: Work, row: ObjectRow, ports: RolloutPorts) {
    this.#work = work;
    this.#row = row;
    this.#ports = ports;
  }

  get nowUs(): number {
    return this.#work.engine.now;
  }

  alarm(atUs: number): void {
    if (!(atUs > -Infinity && atUs < Infinity)) {
      throw new InputError(`the rollout of ${this.#name()}: expected a time, got ${atUs}`);
    }
    this.#work.queue.addAfter(this.#row, Math.max(0, atUs - this.nowUs));
  }

  setWeights(...weights: readonly (readonly [ReplicaSet, number])[]): void {
    for (const [, weight] of weights) {
      if (!(weight >= 0 && weight < Infinity)) {
        throw new InputError(`the rollout of ${this.#name()}: expected a weight of 0 or more, got ${weight}`);
      }
    }
    const backends = weights.map(([revision, weight]) => ({ selection: this.#revision(revision), weight }));
    const how = backends.map(({ selection, weight }) => `${selection.key}:${weight}`).join(' ');
    const services = weights.length === 0 ? [] : this.#services(weights[0][0]);
    for (const [service] of this.#divided) {
      if (services.includes(service)) continue;
      this.#divided.delete(service);
      this.#ports.division.divide(service, []);
    }
    for (const service of services) {
      if (this.#divided.get(service) === how) continue;
      this.#divided.set(service, how);
      this.#ports.division.divide(service, backends);
    }
  }

  readings(windowUs: number): RevisionReadings {
    if (!(windowUs > 0 && windowUs < Infinity)) {
      throw new InputError(`the rollout of ${this.#name()}: expected a window above 0 µs, got ${windowUs}`);
    }
    const deployment = this.#work.views.deployments.get(this.#row);
    const selector = compileLabelSelector(deployment?.spec.selector);
    const watch = this.#ports.requests.watch(this.#selection(this.#name(), selector), windowUs);
    return { read: (figure, revision) => watch.read(figure, this.#revision(revision)) };
  }

  #revision({ metadata: { name }, spec }: ReplicaSet): Selection {
    const known = this.#selections.get(name);
    if (known !== undefined) return known;
    const made = this.#selection(name, compileLabelSelector(spec.selector));
    this.#selections.set(name, made);
    return made;
  }

  /** The pods of the Deployment's namespace with such labels. A class is matched once. */
  #selection(key: string, selector: LabelSelector): Selection {
    const { classes, objects } = this.#work.api.registry;
    const namespace = objects.namespace[this.#row];
    const admitted: boolean[] = [];
    return {
      key,
      admits(podClass) {
        const known = admitted[podClass];
        if (known !== undefined) return known;
        const found = classes.get(podClass);
        const matches = found.namespace === namespace && selector.matches(found.labels);
        admitted[podClass] = matches;
        return matches;
      },
    };
  }

  /** Rows of the Services that select the pods of a ReplicaSet. */
  #services({ spec }: ReplicaSet): ObjectRow[] {
    const { views, api } = this.#work;
    const { objects } = api.registry;
    const labels = spec.template?.metadata?.labels ?? {};
    const found: ObjectRow[] = [];
    for (const [row, service] of views.services.entries()) {
      const { selector = {} } = service.spec ?? {};
      const near = objects.namespace[row] === objects.namespace[this.#row];
      if (near && Object.keys(selector).length > 0 && compileLabelMap(selector).matches(labels)) found.push(row);
    }
    return found;
  }

  #name(): string {
    const { objects } = this.#work.api.registry;
    return `Deployment ${objects.namespace[this.#row]}/${objects.name[this.#row]}`;
  }
}
