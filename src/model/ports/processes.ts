// Ports: what runs in containers, as kubelets drive it and hear of it.
import type { PodClass } from '../pod-class.ts';
import type { NodeRow, PodRow } from '../rows.ts';

/** What runs inside containers, as the kubelet drives it; a container by its index in `RuntimeTemplate.lasting`: `spec.containers`, then sidecars. The traffic part implements it. */
export interface Processes {
  /** The container runs and listens: it takes requests from now on. The pod is what its kubelet has heard. */
  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void;
  /** Its kubelet has written other requests and limits into the cgroups of the pod's containers. */
  resized?(pod: PodRow, podClass: PodClass): void;
  /** SIGTERM: no new connections; finish what is held, then call `PodExits.drained`. */
  terminate(pod: PodRow, epoch: number, container: number): void;
  /** SIGKILL, a crash or the end of the container: what it held is lost. Connections are reset unless the whole machine is gone. */
  killed(pod: PodRow, epoch: number, container: number): void;
  /** The machine is silent from now on: what its pods held gets no answer. */
  nodeDown(node: NodeRow): void;
  /** The machine is on again; its kubelet begins after this. */
  nodeUp?(node: NodeRow): void;
  /** Requests that it holds now. */
  held(pod: PodRow, container: number): number;
}

/** What processes report to the kubelet. */
export interface PodExits {
  /** The process got SIGTERM and holds nothing any more. May be called inside `terminate`. */
  drained(pod: PodRow, epoch: number, container: number): void;
  /** The process holds one request more. Called only where requests hold memory. */
  holdsMore(pod: PodRow, epoch: number, container: number): void;
}

/** What pods report about their load. The traffic part implements it. */
export interface Loads {
  /** Requests that the pod of that row serves or lets wait; 0 when no process runs there. */
  held(pod: PodRow): number;
}
