// What a kubelet does about a pod that was changed: it restarts containers whose image is another one, and minds another deadline.
import type { ApiServer } from '../api/server.ts';
import { Change } from '../model/change-log.ts';
import type { ClassRow, ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { NodePods } from './node-pods.ts';
import type { PodEndings } from './pod-endings.ts';
import { type PodRuntimes, Work } from './pod-runtimes.ts';

interface UpdateParts {
  readonly api: ApiServer;
  readonly runtimes: PodRuntimes;
  readonly admitted: NodePods;
  readonly endings: PodEndings;
  readonly trigger: (pod: PodRow) => void;
}

export class PodUpdates {
  readonly #parts: UpdateParts;
  readonly #state: ClusterState;

  constructor(parts: UpdateParts) {
    const { api } = parts;
    this.#parts = parts;
    this.#state = api.state;
    api.podCommits.push((pod, _epoch, what) => {
      if ((what & Change.Class) !== 0 && this.#state.pods.node[pod] >= 0) parts.admitted.classes.changed(pod);
    });
    api.kubelets.classes.push((pod, epoch, podClass) => {
      const { pods, machines } = this.#state;
      if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0) return;
      const node = pods.node[pod];
      if (machines.nodeUp[node] === 1 && !parts.runtimes.overdue.stopped(node)) this.#heard(pod, podClass);
    });
  }

  /** The kubelet starts, and has the pod as the API server has it. */
  catchUp(pod: PodRow): void {
    const { podClass } = this.#state.pods;
    if (this.#parts.admitted.classes.of(pod).id !== podClass[pod]) this.#heard(pod, podClass[pod]);
  }

  #heard(pod: PodRow, podClass: ClassRow): void {
    const { runtimes, admitted, endings, trigger } = this.#parts;
    const before = runtimes.planOf(pod);
    admitted.reclass(pod, this.#state.pods.node[pod], podClass);
    if (runtimes.work[pod] !== Work.Sync) return;
    const after = runtimes.planOf(pod);
    const first = this.#state.pods.firstContainer[pod];
    for (const [index, { image }] of after.containers.entries()) {
      const from = before.containers[index].image;
      if (from !== image) runtimes.redefine((first + index) as ContainerRow, from, image);
    }
    const { startedAt } = this.#state.pods;
    const startedUs = startedAt[pod] < 0 ? undefined : startedAt[pod];
    if (after.deadlineUs < before.deadlineUs) endings.awaitDeadline(pod, after.deadlineUs, startedUs);
    trigger(pod);
  }
}
