// What everybody may know of the cluster: who has which row, names, classes, interned sets. What the API server has committed is not here: components see it in their views.
import type { NodeSpec } from './nodes.ts';
import type { ClusterState } from './state.ts';

type Columns<Table, Known extends keyof Table> = Readonly<Pick<Table, Known>>;

/** What of a node's spec stays as long as there is the node. */
type LastingSpec = Omit<NodeSpec, 'annotations' | 'labels' | 'taints' | 'unschedulable'>;

/**
 * The part of the state that does not change while a row belongs to one pod, node or object, and so is the same for a reader whose watch
 * is late: a row is given to somebody else only behind the slowest view. One is not quite so: `find` knows a new name a watch's delay too
 * early; whoever finds a row looks it up in a view.
 */
export interface Registry
  extends Pick<
    ClusterState,
    | 'boundWith'
    | 'classes'
    | 'findNode'
    | 'identities'
    | 'imageLists'
    | 'nodeName'
    | 'nodeRow'
    | 'nodeUid'
    | 'objectUid'
    | 'podName'
    | 'podUid'
    | 'reasons'
    | 'taintSets'
    | 'zones'
  > {
  readonly pods: Columns<
    ClusterState['pods'],
    'capacity' | 'createdAt' | 'epoch' | 'identity' | 'length' | 'ofJobs' | 'pinned'
  >;
  readonly nodes: Columns<
    ClusterState['nodes'],
    'capacity' | 'cpuMilli' | 'createdAt' | 'ephemeralBytes' | 'length' | 'maxPods' | 'memoryBytes' | 'zone'
  > & { readonly spec: readonly LastingSpec[] };
  readonly objects: Columns<ClusterState['objects'], 'createdAt' | 'find' | 'kind' | 'length' | 'name' | 'namespace'>;
  /** Controllers say in their own name when a rollout begins and ends. */
  readonly events: Columns<ClusterState['events'], 'addAboutObject' | 'messages'>;
}
