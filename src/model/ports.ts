// Ports: where real parts exchange packets or signals without the API server. Wired in world/build.ts.

/** What runs inside pods, as the kubelet drives it. The traffic part implements it. */
export interface Processes {
  /** The pod's containers run and listen: it takes requests from now on. */
  started(pod: number, epoch: number): void;
  /** SIGTERM: no new connections; finish what is held, then call `PodExits.drained`. */
  terminate(pod: number, epoch: number): void;
  /** SIGKILL, a crash or the end of the pod: what it held is lost. Connections are reset unless the whole machine is gone. */
  killed(pod: number, epoch: number): void;
  /** The machine is silent from now on: what its pods held gets no answer. */
  nodeDown(node: number): void;
}

/** What processes tell the kubelet. */
export interface PodExits {
  /** The process got SIGTERM and holds nothing any more. May be called inside `terminate`. */
  drained(pod: number, epoch: number): void;
}

/** What faults may do to machines and containers. The kubelet implements it. */
export interface Machinery {
  crashNode(node: number): void;
  /** The machine boots again: kubelet first, then its pods as the API server still has them. */
  recoverNode(node: number): void;
  /** Ends one container's process with an exit code. */
  crashContainer(pod: number, epoch: number, container: number, exitCode: number): void;
}

/** The packets' way. The network part implements it. Times in µs. */
export interface Routes {
  /**
   * Chooses an endpoint of a Service (its object row) for a new connection from a node (-1: the client outside, through the
   * cluster's edge) by a caller (its pod row, -1 outside). False when kube-proxy knows none and rejects the connection.
   */
  choose(service: number, fromNode: number, caller: number): boolean;
  /** The endpoint chosen last: its pod, epoch and node as the proxy knows them; the pod may be gone by now. */
  readonly pod: number;
  readonly epoch: number;
  readonly node: number;
  /** Tells the balancer that a connection to the endpoint chosen by `caller` began or ended: its only load information. */
  opened(service: number, caller: number, pod: number): void;
  closed(service: number, caller: number, pod: number): void;
  /** One way from node to node (-1: outside). Draws from the network's own stream. */
  delayUs(fromNode: number, toNode: number): number;
}
