// The two kinds that keep a number of pods: ReplicaSets, and ReplicationControllers, which are read as if they were an older version of them
// (pkg/controller/replication, an adapter around the ReplicaSet controller).
import type { ReplicationControllerSpec } from 'kubernetes-types/core/v1.js';
import type { ObjectView } from '../../api/object-view.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { CONCURRENT_SYNCS } from '../../model/settings/concurrent-syncs.ts';
import type { ReplicaSet, ReplicaSetStatus } from '../kit/deployment-objects.ts';
import type { SharedViews } from '../kit/shared-views.ts';

export interface SetKind {
  readonly kind: 'ReplicaSet' | 'ReplicationController';
  /** Of the controller's client, its work queue, and the setting of its workers. */
  readonly name: string;
  readonly queue: string;
  readonly workers: keyof typeof CONCURRENT_SYNCS;
  /** Whether the status has `terminatingReplicas`. */
  readonly countsTerminating: boolean;
  view(views: SharedViews): ObjectView;
  read(object: KubeObject): ReplicaSet;
}

export const REPLICA_SETS: SetKind = {
  kind: 'ReplicaSet',
  name: 'replicaset-controller',
  queue: 'replicaset',
  workers: 'replicaSet',
  countsTerminating: true,
  view: ({ replicaSets }) => replicaSets,
  read: (object) => object as ReplicaSet,
};

export const REPLICATION_CONTROLLERS: SetKind = {
  kind: 'ReplicationController',
  name: 'replication-controller',
  queue: 'replicationmanager',
  workers: 'replicationController',
  countsTerminating: false,
  view: ({ replicationControllers }) => replicationControllers,
  read({ apiVersion, metadata, spec: asked = {}, status }) {
    const { selector = {}, ...spec } = asked as ReplicationControllerSpec;
    const says = status === undefined ? {} : { status: status as ReplicaSetStatus };
    return {
      apiVersion,
      kind: 'ReplicaSet',
      metadata,
      spec: { ...spec, selector: { matchLabels: selector } },
      ...says,
    };
  },
};
