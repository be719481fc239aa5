// What must hold when a kubelet evicts a pod: it is not critical, it is alone, and no other one should have gone before it.
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { InvariantError } from '../lib/assert.ts';
import { ContainerState } from '../model/containers.ts';
import { EventSubject } from '../model/event-log.ts';
import { isCritical } from '../model/mirror-pod.ts';
import { isActive } from '../model/pods.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';

/** A kubelet waits so long at most for a pod that it evicted. */
const LONGEST_CLEANUP_US = 30e6;
/** Events come a little later than what they tell: what grows meanwhile must not matter. */
const TOLERANCE = 0.02;

interface Victim {
  readonly pod: PodRow;
  readonly epoch: number;
  readonly atUs: number;
}

export class EvictionInvariants {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #memoryBytes: (pod: PodRow) => number;
  /** By node: whom it evicted last because it was short of something. */
  readonly #last = new Map<NodeRow, Victim>();

  /** `memoryBytes`: what the containers of a pod hold now. */
  constructor(engine: Engine, state: ClusterState, memoryBytes: (pod: PodRow) => number) {
    this.#engine = engine;
    this.#state = state;
    this.#memoryBytes = memoryBytes;
  }

  /** From now on a violation stops the run. */
  watch(api: ApiServer): void {
    api.eventCommits.push((row) => this.#look(row));
  }

  #look(row: number): void {
    const { events, pods, classes } = this.#state;
    if (events.subject[row] !== EventSubject.Pod) return;
    if (events.messages.get(events.message[row]).reason !== 'Evicted') return;
    const { namespace, name, message } = this.#state.describeEvent(row);
    const pod = this.#state.findPod(namespace, name);
    if (pod < 0 || message.startsWith('The node had condition')) return;
    if (isCritical(classes.get(pods.podClass[pod]))) throw new InvariantError(`the critical pod ${name} was evicted`);
    if (!message.startsWith('The node was low on resource')) return;
    const node = pods.node[pod];
    const before = this.#last.get(node);
    // Reported twice: a write that seemed to have failed was there after all.
    if (before?.pod === pod && before.epoch === pods.epoch[pod]) return;
    this.#last.set(node, { pod, epoch: pods.epoch[pod], atUs: this.#engine.now });
    if (before !== undefined && this.#isBusy(before)) {
      const other = this.#state.podName(before.pod);
      throw new InvariantError(`pod ${name} was evicted from a node on which ${other} has not ended`);
    }
    if (message.startsWith('The node was low on resource: memory')) this.#checkRank(pod, node);
  }

  #isBusy({ pod, epoch, atUs }: Victim): boolean {
    const { pods } = this.#state;
    if (this.#engine.now - atUs >= LONGEST_CLEANUP_US) return false;
    return pods.epoch[pod] === epoch && pods.alive[pod] === 1 && isActive(pods.state[pod]) && this.#runs(pod);
  }

  /** Nobody who keeps to its request goes while another one on the node does not. */
  #checkRank(victim: PodRow, node: NodeRow): void {
    const { pods } = this.#state;
    if (this.#excess(victim) > -TOLERANCE) return;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pod === victim || pods.alive[pod] === 0 || pods.node[pod] !== node || !isActive(pods.state[pod])) continue;
      if (isCritical(this.#state.classes.get(pods.podClass[pod])) || !this.#runs(pod)) continue;
      if (this.#excess(pod) <= TOLERANCE) continue;
      const names = [victim, pod].map((one) => this.#state.podName(one));
      throw new InvariantError(`pod ${names[0]} was evicted for memory, although ${names[1]} is above its request`);
    }
  }

  /** By how much the pod is above its request, as a part of it. */
  #excess(pod: PodRow): number {
    const { memoryBytes } = this.#state.classes.get(this.#state.pods.podClass[pod]).shape;
    const used = this.#memoryBytes(pod);
    return memoryBytes === 0 ? used : used / memoryBytes - 1;
  }

  #runs(pod: PodRow): boolean {
    const { containers, pods, classes } = this.#state;
    const { initContainers, containers: regular } = classes.get(pods.podClass[pod]).runtime;
    const first = pods.firstContainer[pod];
    for (let row = first; row < first + initContainers.length + regular.length; row += 1)
      if (containers.state[row] === ContainerState.Running) return true;
    return false;
  }
}
