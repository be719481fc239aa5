// What the controllers of the manager see of the cluster: one view of each kind for all of them, as its shared informers are.
import type { ReplicationController, Service } from 'kubernetes-types/core/v1.js';
import type { NodeView } from '../../api/node-view.ts';
import type { ObjectView } from '../../api/object-view.ts';
import type { ApiConnection } from '../../api/server.ts';
import { Change } from '../../model/change-log.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { Claim } from '../../model/storage/objects.ts';
import type { ControllerRevision } from './controller-revisions.ts';
import type { StatefulSet } from './stateful-set-objects.ts';
import type { DaemonSet } from './daemon-set-objects.ts';
import { ClaimUsers } from './volume-claim-users.ts';
import type { Job } from './job-objects.ts';
import type { Deployment, ReplicaSet } from './deployment-objects.ts';
import { PodIndex } from './pod-index.ts';
import type { ObjectRow } from '../../model/rows.ts';

export interface ServiceObject extends KubeObject {
  readonly spec?: NonNullable<Service['spec']>;
}

interface ReplicationControllerObject extends KubeObject {
  readonly spec?: NonNullable<ReplicationController['spec']>;
}

/** A row that no object has. */
const GONE = -2 as ObjectRow;

export class SharedViews {
  readonly pods: PodIndex;
  readonly nodes: NodeView;
  readonly claimUsers: ClaimUsers;
  readonly deployments: ObjectView<Deployment>;
  readonly replicaSets: ObjectView<ReplicaSet>;
  readonly statefulSets: ObjectView<StatefulSet>;
  readonly controllerRevisions: ObjectView<ControllerRevision>;
  readonly claims: ObjectView<Claim>;
  readonly daemonSets: ObjectView<DaemonSet>;
  readonly services: ObjectView<ServiceObject>;
  readonly jobs: ObjectView<Job>;
  readonly replicationControllers: ObjectView<ReplicationControllerObject>;
  /** The previous owner of the ReplicaSet that is being reported: a row, -1, or less for one that was not there. */
  formerOwner: ObjectRow = GONE;
  /** Rows of the ReplicaSets of a Deployment (its row; -1 for orphans) that the view has; and the reverse. */
  readonly #setsOf = new Map<ObjectRow, Set<ObjectRow>>();
  readonly #ownerOf = new Map<ObjectRow, ObjectRow>();

  constructor(api: ApiConnection) {
    this.pods = new PodIndex(api.watchPods());
    this.claimUsers = new ClaimUsers(api.registry, this.pods);
    this.nodes = api.watchNodes();
    this.deployments = api.watchObjects<Deployment>('Deployment');
    this.replicaSets = api.watchObjects<ReplicaSet>('ReplicaSet');
    this.statefulSets = api.watchObjects<StatefulSet>('StatefulSet');
    this.controllerRevisions = api.watchObjects<ControllerRevision>('ControllerRevision');
    this.claims = api.watchObjects<Claim>('PersistentVolumeClaim');
    this.daemonSets = api.watchObjects<DaemonSet>('DaemonSet');
    this.services = api.watchObjects<ServiceObject>('Service');
    this.jobs = api.watchObjects<Job>('Job');
    this.replicationControllers = api.watchObjects<ReplicationControllerObject>('ReplicationController');
    this.replicaSets.subscribe((row, _object, what) => {
      const next = (what & Change.Removed) === 0 ? this.replicaSets.ownerOf(row) : GONE;
      const former = this.#ownerOf.get(row) ?? GONE;
      this.formerOwner = former;
      if (next === former) return;
      if (former !== GONE) this.#setsOf.get(former)?.delete(row);
      if (next === GONE) this.#ownerOf.delete(row);
      else this.#add(next, row);
    });
  }

  /** ReplicaSets that nobody controls. */
  get orphanSets(): Iterable<ObjectRow> {
    return this.setsOf(-1);
  }

  setsOf(deployment: ObjectRow): Iterable<ObjectRow> {
    return this.#setsOf.get(deployment) ?? [];
  }

  #add(deployment: ObjectRow, set: ObjectRow): void {
    this.#ownerOf.set(set, deployment);
    const sets = this.#setsOf.get(deployment);
    if (sets === undefined) this.#setsOf.set(deployment, new Set([set]));
    else sets.add(set);
  }
}
