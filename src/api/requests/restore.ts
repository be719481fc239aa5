// A snapshot of what etcd has, and what becomes of the committed state when a cluster is recreated from it: what was written since is gone, what was deleted since is back.
import { Change } from '../../model/change-log.ts';
import type { EndpointSlice } from '../../model/endpoints.ts';
import type { JobPod } from '../../model/job-pod.ts';
import type { NodeSpec } from '../../model/nodes.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { isTerminal, PodBit } from '../../model/pods.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import type { Commit } from './commit-context.ts';
import { addPod } from './create-pod.ts';
import { removeFromStore } from './delete-pod.ts';

interface SavedPod {
  readonly epoch: number;
  readonly podClass: ClassRow;
  readonly owner: ObjectRow;
  readonly pinned: NodeRow;
  readonly node: NodeRow;
  readonly name: string;
  readonly ended: boolean;
  readonly deleting: boolean;
  readonly ofJob: JobPod | undefined;
}

/** What a person or a controller wrote into a node, and what it was. */
interface SavedNode {
  readonly spec: NodeSpec;
  readonly incarnation: number;
  readonly ready: number;
  readonly taints: number;
  readonly unschedulable: number;
  readonly labels: number;
  readonly annotations: number;
}

/** Statuses are not in it: who writes them writes them again. */
export interface Snapshot {
  readonly revision: number;
  readonly takenUs: number;
  readonly objects: ReadonlyMap<ObjectRow, KubeObject>;
  readonly pods: ReadonlyMap<PodRow, SavedPod>;
  readonly nodes: ReadonlyMap<NodeRow, SavedNode>;
  readonly slices: ReadonlyMap<ObjectRow, readonly EndpointSlice[]>;
  /** How many events there were. */
  readonly events: number;
}

export function takeSnapshot(state: ClusterState, now: number): Snapshot {
  const objects = new Map<ObjectRow, KubeObject>();
  for (const row of state.objects.all()) {
    const object = state.objects.get(row);
    if (object !== undefined) objects.set(row, object);
  }
  const { pods } = state;
  const saved = new Map<PodRow, SavedPod>();
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || isOfKubelet(state, pod)) continue;
    saved.set(pod, {
      epoch: pods.epoch[pod],
      podClass: pods.podClass[pod],
      owner: pods.owner[pod],
      pinned: pods.pinned[pod],
      node: pods.node[pod],
      name: nameOf(state, pod),
      ended: isTerminal(pods.state[pod]) || (pods.state[pod] & PodBit.Deleting) !== 0,
      deleting: (pods.state[pod] & PodBit.Deleting) !== 0,
      ofJob: pods.ofJobs.get(pod),
    });
  }
  const nodes = new Map<NodeRow, SavedNode>();
  const { nodes: table, endpoints, events } = state;
  for (let node = 0 as NodeRow; node < table.length; node = (node + 1) as NodeRow) {
    if (table.alive[node] === 0) continue;
    nodes.set(node, {
      spec: table.spec[node],
      incarnation: table.incarnation[node],
      ready: table.ready[node],
      taints: table.taints[node],
      unschedulable: table.unschedulable[node],
      labels: table.labels[node],
      annotations: table.annotations[node],
    });
  }
  const slices = new Map([...state.objects.ofKind('Service')].map((row) => [row, endpoints.latest(row).slices]));
  return {
    revision: state.resourceVersion,
    takenUs: now,
    objects,
    pods: saved,
    nodes,
    slices,
    events: events.length,
  };
}

/** `bump`: how far the revision is moved on, so that every version that a client knows is older (`--bump-revision`, `--mark-compacted`). */
export function restoreSnapshot(at: Commit, snapshot: Snapshot, bump: number): void {
  const { closedNamespaces } = at.state;
  at.state.resourceVersion = snapshot.revision + bump;
  const namespaces = [...snapshot.objects.values()].filter(({ kind }) => kind === 'Namespace');
  // What was in them is put back, whatever becomes of them.
  for (const { metadata } of namespaces) closedNamespaces.open(metadata.name);
  restoreObjects(at, snapshot);
  restoreNodes(at, snapshot);
  restorePods(at, snapshot);
  restoreSlices(at, snapshot);
  for (const namespace of namespaces) closedNamespaces.follow(namespace);
  at.state.controlPlane.lostEvents.push({ from: snapshot.events, to: at.state.events.length });
}

/**
 * Taints, labels, annotations and cordons are what they were. Nodes that came since are gone: a kubelet registers when it starts, and not again. Those that went
 * are back without a machine.
 */
function restoreNodes(at: Commit, snapshot: Snapshot): void {
  const { state, changes, clock } = at;
  const { nodes } = state;
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    if (nodes.alive[node] === 0 || snapshot.nodes.has(node)) continue;
    state.resourceVersion += 1;
    nodes.remove(node, clock.now);
    changes.nodeChanged(node, Change.Removed);
  }
  for (const [node, saved] of snapshot.nodes) {
    // One of its name that came since goes on as this one: its kubelet knows the name only.
    nodes.incarnation[node] = saved.incarnation;
    if (nodes.alive[node] === 0) {
      reviveNode(at, node, saved);
      continue;
    }
    const { taints, unschedulable, labels, annotations } = saved;
    const same =
      nodes.taints[node] === taints &&
      nodes.unschedulable[node] === unschedulable &&
      nodes.labels[node] === labels &&
      nodes.annotations[node] === annotations;
    if (same) continue;
    nodes.taints[node] = taints;
    nodes.unschedulable[node] = unschedulable;
    nodes.labels[node] = labels;
    nodes.annotations[node] = annotations;
    changes.nodeChanged(node, Change.Spec);
  }
}

/** Whoever looks whether its kubelet lives finds out that it does not. */
function reviveNode({ state, changes, clock }: Commit, node: NodeRow, saved: SavedNode): void {
  const { nodes } = state;
  state.resourceVersion += 1;
  state.addNode(saved.spec, clock.now);
  nodes.incarnation[node] = saved.incarnation;
  nodes.taints[node] = saved.taints;
  nodes.unschedulable[node] = saved.unschedulable;
  nodes.labels[node] = saved.labels;
  nodes.annotations[node] = saved.annotations;
  nodes.ready[node] = saved.ready;
  state.machines.nodeUp[node] = 0;
  changes.nodeChanged(node, Change.Created);
}

/** Proxies hear of the endpoints of then, until the controller of EndpointSlices has looked at the pods. */
function restoreSlices({ state, changes, clock }: Commit, snapshot: Snapshot): void {
  const { endpoints, objects } = state;
  for (const service of objects.ofKind('Service')) {
    const saved = snapshot.slices.get(service) ?? [];
    for (const { id, pods } of endpoints.latest(service).slices) {
      if (saved.some((slice) => slice.id === id)) continue;
      state.resourceVersion += 1;
      changes.sliceChanged(id, Change.Removed);
      endpoints.remove(service, id, pods.length, clock.now);
    }
    for (const slice of saved) {
      const now = endpoints.latest(service).slices.find(({ id }) => id === slice.id);
      if (now === slice) continue;
      state.resourceVersion += 1;
      endpoints.commit(service, slice, slice.pods.length, clock.now, state.resourceVersion);
      changes.sliceChanged(slice.id, now === undefined ? Change.Created : Change.Spec);
    }
  }
}

function restoreObjects({ state, changes }: Commit, snapshot: Snapshot): void {
  const { objects } = state;
  for (const row of objects.all()) {
    const gone = objects.get(row);
    if (gone === undefined || snapshot.objects.has(row)) continue;
    state.resourceVersion += 1;
    objects.set(row, { ...gone, metadata: { ...gone.metadata, resourceVersion: String(state.resourceVersion) } });
    state.closedNamespaces.follow(gone, true);
    changes.objectChanged(row, Change.Removed);
    objects.remove(row);
  }
  for (const [row, object] of snapshot.objects) {
    const current = objects.get(row);
    if (current === object) continue;
    state.resourceVersion += 1;
    const metadata = { ...object.metadata, resourceVersion: String(state.resourceVersion) };
    if (current === undefined) objects.revive(row, { ...object, metadata });
    else objects.set(row, { ...object, metadata });
    changes.objectChanged(row, current === undefined ? Change.Created : Change.Spec);
  }
}

function restorePods(at: Commit, snapshot: Snapshot): void {
  const { state } = at;
  const { pods } = state;
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 0 || isOfKubelet(state, pod)) continue;
    const saved = snapshot.pods.get(pod);
    // One that was bound since is back without a node.
    // So is one that is being deleted now and was not then, while its kubelet ends what runs.
    const undeleted = (pods.state[pod] & PodBit.Deleting) !== 0 && saved?.deleting === false;
    if (saved?.epoch !== pods.epoch[pod] || saved.node !== pods.node[pod] || undeleted) removeFromStore(at, pod);
  }
  for (const [pod, saved] of snapshot.pods) {
    if (saved.ended || (pods.alive[pod] === 1 && pods.epoch[pod] === saved.epoch)) continue;
    bringBack(at, saved);
  }
}

function bringBack(at: Commit, { podClass, owner, pinned, node, name, ofJob }: SavedPod): void {
  const { state, changes, clock } = at;
  const { pods } = state;
  const extras = ofJob === undefined ? { name } : { name, ofJob };
  const pod = addPod(at, podClass, owner, extras, pinned);
  if (pod < 0 || node < 0 || state.nodes.alive[node] === 0) return;
  const row = pod as PodRow;
  pods.node[row] = node;
  pods.scheduledAt[row] = clock.now;
  pods.state[row] |= PodBit.Scheduled;
  changes.podChanged(row, Change.Bound);
}

/** Static pods: their kubelet has them, and recreates their mirrors. */
function isOfKubelet(state: ClusterState, pod: PodRow): boolean {
  return state.classes.get(state.pods.podClass[pod]).shape.nodeName !== '';
}

function nameOf(state: ClusterState, pod: PodRow): string {
  const full = state.podName(pod);
  return full.slice(full.indexOf('/') + 1);
}
