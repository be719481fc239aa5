// The living pods that the target of an autoscaler selects, as one of its components has heard of them.
import type { ObjectView } from '../api/object-view.ts';
import type { PodView } from '../api/pod-view.ts';
import type { ApiConnection } from '../api/server.ts';
import { isActive, isTerminal, PodBit, PodPhase } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import { selectorOfTarget, type VerticalPodAutoscaler as Autoscaler } from '../model/vertical-pod-autoscaler.ts';
import { requestsOf, type SeenPod } from './seen-pod.ts';

/** Kinds that a VerticalPodAutoscaler may target, and owners of pods. */
const WORKLOADS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController'];

export class TargetedPods {
  readonly view: PodView;
  readonly workloads: ReadonlyMap<string, ObjectView>;
  readonly #api: ApiConnection;

  constructor(api: ApiConnection) {
    this.#api = api;
    this.view = api.watchPods();
    this.workloads = new Map(WORKLOADS.map((kind) => [kind, api.watchObjects(kind)]));
  }

  of(row: ObjectRow, autoscaler: Autoscaler): SeenPod[] {
    const { registry, engine } = this.#api;
    const namespace = registry.objects.namespace[row];
    const get = (kind: string, target: ObjectRow) => this.workloads.get(kind)?.get(target);
    const selector = selectorOfTarget(registry.objects, get, namespace, autoscaler);
    if (selector === undefined) return [];
    const { alive, state, epoch, owner, node, podClass: classOf } = this.view;
    const found: SeenPod[] = [];
    for (let pod = 0 as PodRow; pod < alive.length; pod = (pod + 1) as PodRow) {
      if (alive[pod] !== 1 || isTerminal(state[pod]) || !isActive(state[pod])) continue;
      const podClass = registry.classes.get(classOf[pod]);
      if (podClass.namespace !== namespace || !selector.matches(podClass.labels)) continue;
      const startedUs = this.view.startedAt(pod);
      found.push({
        row: pod,
        epoch: epoch[pod],
        name: registry.podName(pod),
        podClass,
        owner: owner[pod],
        node: node[pod],
        pending: (state[pod] & PodBit.PhaseMask) === PodPhase.Pending,
        containers: requestsOf(podClass),
        ageUs: startedUs < 0 ? undefined : engine.now - startedUs,
      });
    }
    return found;
  }
}
