// The cluster at one moment of a recording: the state of every node and pod, and which place on its node each pod has.
import { NodeState, PodState } from './frame.ts';
import { countUntil, int32, uint8 } from './growing.ts';
import type { Recording } from './recording.ts';

const NO_PLACES: readonly number[] = [];

export class Moment {
  time = 0;
  readonly podState = uint8();
  /** -1 without a node. */
  readonly podNode = int32();
  readonly nodeState = uint8();
  /** Pods by state. */
  readonly counts = new Int32Array(Object.keys(PodState).length);
  /** Nodes by state. */
  readonly nodeCounts = new Int32Array(Object.keys(NodeState).length);
  /** Nodes whose picture is another one since the last `takeChanged`. */
  readonly #changed = new Set<number>();
  readonly #recording: Recording;
  /** By node: the pod in each place, -1 where it is free. */
  #places: number[][] = [];
  #podCursor = 0;
  #nodeCursor = 0;
  #generation = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** Pods by their places on a node, -1 for a free one. */
  placesOf(node: number): readonly number[] {
    return this.#places[node] ?? NO_PLACES;
  }

  /** The moment `time`, or the last one that is known. Going back begins from the start: that is a matter of milliseconds. */
  seek(time: number): void {
    const { podChanges, nodeChanges, generation } = this.#recording;
    if (time < this.time || generation !== this.#generation) this.#reset();
    this.#generation = generation;
    this.#grow();
    const nodesUntil = countUntil(nodeChanges.time.values, nodeChanges.time.length, time);
    for (; this.#nodeCursor < nodesUntil; this.#nodeCursor += 1) this.#changeNode(this.#nodeCursor);
    const podsUntil = countUntil(podChanges.time.values, podChanges.time.length, time);
    for (; this.#podCursor < podsUntil; this.#podCursor += 1) this.#changePod(this.#podCursor);
    this.time = time;
  }

  /** Nodes to be drawn again. */
  takeChanged(): number[] {
    const changed = [...this.#changed];
    this.#changed.clear();
    return changed;
  }

  /** Pods that have no node, at most `most` of them. */
  withoutNode(most: number): number[] {
    const found: number[] = [];
    for (let pod = 0; pod < this.podState.length && found.length < most; pod += 1)
      if (this.podState.values[pod] === PodState.Pending) found.push(pod);
    return found;
  }

  #reset(): void {
    this.podState.values.fill(PodState.Absent);
    this.podNode.values.fill(-1);
    this.nodeState.values.fill(NodeState.Absent);
    this.counts.fill(0);
    this.nodeCounts.fill(0);
    this.counts[PodState.Absent] = this.podState.length;
    this.nodeCounts[NodeState.Absent] = this.nodeState.length;
    for (const node of this.#places.keys()) this.#changed.add(node);
    this.#places = this.#places.map(() => []);
    this.#podCursor = 0;
    this.#nodeCursor = 0;
  }

  #grow(): void {
    const { pods, nodes } = this.#recording;
    this.counts[PodState.Absent] += pods.length - this.podState.length;
    this.nodeCounts[NodeState.Absent] += nodes.length - this.nodeState.length;
    const known = this.podNode.length;
    for (const column of [this.podState, this.podNode]) {
      column.reserve(pods.length);
      column.length = pods.length;
    }
    this.podNode.values.fill(-1, known, pods.length);
    this.nodeState.reserve(nodes.length);
    this.nodeState.length = nodes.length;
    while (this.#places.length < nodes.length) this.#places.push([]);
  }

  #changeNode(at: number): void {
    const { nodeChanges } = this.#recording;
    const node = nodeChanges.node.values[at];
    const state = nodeChanges.state.values[at];
    this.nodeCounts[this.nodeState.values[node]] -= 1;
    this.nodeCounts[state] += 1;
    this.nodeState.values[node] = state;
    this.#changed.add(node);
  }

  #changePod(at: number): void {
    const { podChanges } = this.#recording;
    const pod = podChanges.pod.values[at];
    const state = podChanges.state.values[at];
    const to = state === PodState.Absent ? -1 : podChanges.node.values[at];
    const from = this.podNode.values[pod];
    if (from !== to) {
      if (from >= 0) this.#leave(from, pod);
      if (to >= 0) this.#enter(to, pod);
      this.podNode.values[pod] = to;
    }
    if (to >= 0) this.#changed.add(to);
    this.counts[this.podState.values[pod]] -= 1;
    this.counts[state] += 1;
    this.podState.values[pod] = state;
  }

  #leave(node: number, pod: number): void {
    const places = this.#places[node];
    const place = places.indexOf(pod);
    if (place === -1) return;
    places[place] = -1;
    while (places.length > 0 && places[places.length - 1] === -1) places.pop();
    this.#changed.add(node);
  }

  /** The first free place: a pod keeps it for as long as it is there. */
  #enter(node: number, pod: number): void {
    const places = this.#places[node];
    const free = places.indexOf(-1);
    if (free === -1) places.push(pod);
    else places[free] = pod;
  }
}
