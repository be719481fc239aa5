// Objects as the user of the timeline names them, by kind and name: what the API calls them.
import { apiVersionOfKind } from '../api/kinds.ts';
import type { Target } from '../api/resources/resources.ts';
import type { ClusterState } from '../model/state.ts';
import type { ObjectName } from '../scenario/scenario.ts';
import { resourceName } from './kind-names.ts';

export class KubectlTargets {
  readonly #state: ClusterState;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  of({ kind, namespace, name }: ObjectName): Target {
    const apiVersion = this.apiVersion(kind);
    return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
  }

  /** As messages name it: `statefulsets.apps`. */
  resource(kind: string): string {
    return resourceName(this.#state, this.apiVersion(kind), kind);
  }

  /** Of the objects of that kind that there are, or else of the kind that is known by this name. */
  apiVersion(kind: string): string {
    const { objects } = this.#state;
    const [row = -1] = objects.ofKind(kind);
    return objects.get(row)?.apiVersion ?? apiVersionOfKind(kind) ?? 'v1';
  }
}
