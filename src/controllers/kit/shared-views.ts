// What the controllers of the manager see of the cluster: one view of each kind for all of them, as its shared informers are.
import type { Service } from 'kubernetes-types/core/v1.js';
import type { NodeView } from '../../api/node-view.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { ApiServer } from '../../api/server.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { ClaimUsers } from './claim-users.ts';
import type { Deployment, ReplicaSet } from './deployment-objects.ts';
import { PodIndex } from './pod-index.ts';

export interface ServiceObject extends KubeObject {
  readonly spec?: NonNullable<Service['spec']>;
}

export class SharedViews {
  readonly pods: PodIndex;
  readonly nodes: NodeView;
  readonly claimUsers: ClaimUsers;
  readonly deployments: ObjectView<Deployment>;
  readonly replicaSets: ObjectView<ReplicaSet>;
  readonly services: ObjectView<ServiceObject>;
  /** Rows of the ReplicaSets of a Deployment (its row) that the view has. */
  readonly #setsOf = new Map<number, Set<number>>();

  constructor(api: ApiServer) {
    this.pods = new PodIndex(api.watchPods());
    this.claimUsers = new ClaimUsers(api.state, this.pods);
    this.nodes = api.watchNodes();
    this.deployments = api.watchObjects<Deployment>('Deployment');
    this.replicaSets = api.watchObjects<ReplicaSet>('ReplicaSet');
    this.services = api.watchObjects<ServiceObject>('Service');
    const { owner } = api.state.objects;
    this.replicaSets.subscribe((row, _object, what) => {
      if (owner[row] < 0) return;
      if ((what & Change.Removed) === 0) this.#add(owner[row], row);
      else this.#setsOf.get(owner[row])?.delete(row);
    });
  }

  setsOf(deployment: number): Iterable<number> {
    return this.#setsOf.get(deployment) ?? [];
  }

  #add(deployment: number, set: number): void {
    const sets = this.#setsOf.get(deployment);
    if (sets === undefined) this.#setsOf.set(deployment, new Set([set]));
    else sets.add(set);
  }
}
