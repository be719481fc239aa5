// What happens to processes without their kubelet: they have drained, they crash, they lose their sandbox.
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { ContainerStops } from './container-stops.ts';
import type { NodeResources } from './node-resources.ts';
import { Listening, type PodRuntimes, Sandbox } from './pod-runtimes.ts';
import type { Relist } from './relist.ts';
import { EXIT_OF_SIGKILL, exitOfDrained } from './simulated-runtime.ts';

export class ProcessEnds {
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #stops: ContainerStops;
  readonly #relist: Relist;
  readonly #resources: NodeResources;
  readonly #trigger: (pod: PodRow) => void;

  constructor(
    state: ClusterState,
    runtimes: PodRuntimes,
    stops: ContainerStops,
    relist: Relist,
    resources: NodeResources,
    trigger: (pod: PodRow) => void,
  ) {
    this.#state = state;
    this.#runtimes = runtimes;
    this.#stops = stops;
    this.#relist = relist;
    this.#resources = resources;
    this.#trigger = trigger;
  }

  /** The process of a container that is to stop holds nothing any more. */
  drained(pod: PodRow, epoch: number, container: number): void {
    if (this.#state.pods.epoch[pod] !== epoch) return;
    const row = this.#rowOf(pod, container);
    this.#runtimes.listening[row] = Listening.No;
    this.#stops.exited(row, pod, exitOfDrained(this.#state, pod));
  }

  /** What a process holds takes more memory than before. */
  holdsMore(pod: PodRow, epoch: number, container: number): void {
    const { pods } = this.#state;
    if (pods.epoch[pod] !== epoch || pods.alive[pod] === 0 || pods.node[pod] < 0) return;
    const row = this.#rowOf(pod, container);
    if (this.#resources.isFull(row, pod)) this.#stops.exited(row, pod, EXIT_OF_SIGKILL, 'OOMKilled');
  }

  /** Ends one container's process with an exit code, as a fault does. */
  crash(pod: PodRow, epoch: number, container: number, exitCode: number): void {
    const { pods } = this.#state;
    if (!this.#runtimes.works(pod) || pods.epoch[pod] !== epoch) return;
    const row = this.#rowOf(pod, container);
    if (this.#runtimes.podOf[row] === pod) this.#stops.exited(row, pod, exitCode);
  }

  /** A container that waits for its back-off is started at once, as that of a pod whose manifest was mended. */
  forgetBackOff(pod: PodRow, epoch: number, container: number): void {
    if (!this.#runtimes.works(pod) || this.#state.pods.epoch[pod] !== epoch) return;
    this.#runtimes.backOffs.delete(this.#rowOf(pod, container));
    this.#trigger(pod);
  }

  /** The pod's sandbox dies, and its containers run on until the kubelet stops them. */
  loseSandbox(pod: PodRow, epoch: number): void {
    const { pods } = this.#state;
    if (pods.alive[pod] === 0 || pods.epoch[pod] !== epoch || this.#runtimes.sandbox[pod] !== Sandbox.Ready) return;
    this.#runtimes.sandbox[pod] = Sandbox.Stopped;
    this.#relist.changed(pod);
    this.#relist.book(pod);
  }

  #rowOf(pod: PodRow, container: number): ContainerRow {
    return this.#runtimes.rowOf(pod, container);
  }
}
