// What follows a commit: a new version, its entry in the log, those who listen to commits, and every watch.
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { NodeRow, ObjectRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodAdmission } from './admission-plugins/pod-admission.ts';
import type { Quotas } from './admission-plugins/quotas.ts';
import type { KubeletWatch } from './kubelet-watch.ts';
import type { ChangeSink } from './requests/commit-context.ts';
import { serviceChanged } from './service-rules.ts';
import type { ViewWatches } from './view-watches.ts';

export class CommittedChanges implements ChangeSink {
  /** Called when a commit changed a pod, before any watch: metrics and invariants listen here. */
  readonly podCommits: ((pod: PodRow, epoch: number, what: number) => void)[] = [];
  readonly nodeCommits: ((row: NodeRow, what: number) => void)[] = [];
  readonly objectCommits: ((row: ObjectRow, what: number) => void)[] = [];
  readonly sliceCommits: ((id: number, what: number) => void)[] = [];
  readonly state: ClusterState;
  readonly watches: ViewWatches;
  /** Called when the kubelets hear of their pods. */
  readonly kubelets: KubeletWatch;
  readonly #admission: PodAdmission;
  readonly #quotas: Quotas;
  readonly #clock: { readonly now: number };

  constructor(
    state: ClusterState,
    watches: ViewWatches,
    kubelets: KubeletWatch,
    admission: PodAdmission,
    quotas: Quotas,
    clock: { readonly now: number },
  ) {
    this.state = state;
    this.watches = watches;
    this.kubelets = kubelets;
    this.#admission = admission;
    this.#quotas = quotas;
    this.#clock = clock;
  }

  /** A pod's change is committed: log it and send it to every watch. */
  podChanged(pod: PodRow, what: number): void {
    const { pods, podLog } = this.state;
    this.state.resourceVersion += 1;
    const version = this.state.resourceVersion;
    pods.version[pod] = version;
    const restarts = Math.min(pods.restarts[pod], 0x7fff);
    const entry = podLog.append(
      pod,
      pods.epoch[pod],
      what,
      // A change of the owner changes no node: its entry has the owner there.
      (what & Change.Owner) === 0 ? pods.node[pod] : pods.owner[pod],
      pods.state[pod] | (restarts << 16),
      pods.readyAt[pod],
      version,
    );
    if ((what & Change.Nominated) !== 0) podLog.note(entry, pods.nominated.get(pod) ?? -1);
    if ((what & Change.Class) !== 0) {
      podLog.note(entry, pods.podClass[pod]);
      if (pods.node[pod] >= 0) this.kubelets.sendClass(pod, pods.epoch[pod], pods.podClass[pod]);
    }
    if ((what & Change.Conditions) !== 0 && pods.node[pod] >= 0)
      this.kubelets.sendConditions(pod, pods.epoch[pod], pods.conditions.get(pod) ?? []);
    for (const listener of this.podCommits) listener(pod, pods.epoch[pod], what);
    this.watches.podChanged();
    const blind = version <= this.state.controlPlane.blindUntilVersion;
    if ((what & (Change.Bound | Change.Deleting)) !== 0 && pods.node[pod] >= 0 && !blind) {
      this.kubelets.send(pod, pods.epoch[pod], (pods.state[pod] & PodBit.Deleting) !== 0);
    }
    if ((what & Change.Removed) !== 0) this.watches.podRemoved(pod, entry);
  }

  nodeChanged(node: NodeRow, what: number): void {
    const { nodes, nodeLog } = this.state;
    this.state.resourceVersion += 1;
    nodes.version[node] = this.state.resourceVersion;
    const entry = nodeLog.append(
      node,
      nodes.ready[node] |
        (nodes.unschedulable[node] << 2) |
        (nodes.pressure[node] << 3) |
        (nodes.annotations[node] << 5),
      what,
      nodes.taints[node],
      nodes.labels[node],
      nodes.readyAt[node],
      this.state.resourceVersion,
    );
    if ((what & Change.Images) !== 0) nodeLog.note(entry, nodes.imagesOf(node));
    for (const listener of this.nodeCommits) listener(node, what);
    this.watches.nodeChanged();
  }

  objectChanged(row: ObjectRow, what: number): void {
    const object = this.state.objects.get(row);
    const kind = this.state.objects.kind[row];
    this.#admission.objectChanged(kind);
    this.#quotas.objectChanged(row, (what & Change.Removed) !== 0);
    if (kind === 'Service') serviceChanged(this.state, row, this.#clock.now, (what & Change.Removed) !== 0);
    for (const listener of this.objectCommits) listener(row, what);
    if (object !== undefined) this.watches.objectChanged(row, object, what);
  }

  /** Proxies read the log of endpoints; here are the watches of people. */
  sliceChanged(id: number, what: number): void {
    for (const listener of this.sliceCommits) listener(id, what);
  }
}
