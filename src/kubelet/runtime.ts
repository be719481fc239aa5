// What a node's container runtime and the processes in its containers do, as the kubelet drives them.
import type { Layer } from './images/node-images.ts';
import type { NodeStats } from './eviction/node-stats.ts';
import type { ContainerRow, NodeRow, PodRow } from '../model/rows.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import type { Jitter } from './pod-workers.ts';

export type HookName = 'postStart' | 'preStop';
export type ProbeName = 'startup' | 'liveness' | 'readiness';
export const probeNames: readonly ProbeName[] = ['startup', 'liveness', 'readiness'];

/** What a probe finds; an error is neither a success nor a failure. */
export type ProbeResult = 'success' | 'failure' | 'error';

/** A pull that is asked of a registry: what it takes, and why it fails; '' when it does not. */
export interface Pull {
  readonly latencyUs: number;
  readonly layers: readonly Layer[];
  readonly error: string;
}

/**
 * Calls that take time say how long, in µs, and are done by then; `error` says of the call before why it fails, '' when it does not. A runtime
 * tells the kubelet of what happens by itself through `RuntimeExits`.
 */
export interface ContainerRuntime {
  error: string;
  /** What a probe said, for the event. */
  output: string;
  sandboxUs(pod: PodRow): number;
  stopSandboxUs(pod: PodRow): number;
  createUs(row: ContainerRow, pod: PodRow): number;
  startUs(row: ContainerRow, pod: PodRow): number;
  /** A process that runs may use more or less from now on. */
  resized?(row: ContainerRow, pod: PodRow): void;
  /** The process begins, for the `attempt`-th time; `found`: it has done so before the simulation, and listens by now. */
  begin(row: ContainerRow, pod: PodRow, attempt: number, found?: boolean): void;
  /** SIGTERM: the process may end now or later, or not at all. */
  terminate(row: ContainerRow, pod: PodRow): void;
  /** The process is gone: killed, or ended by itself. What it held is lost unless it was drained. */
  gone(row: ContainerRow, pod: PodRow): void;
  hookUs(row: ContainerRow, pod: PodRow, hook: HookName): number;
  /** Asks now; the answer comes after `probeUs`. */
  probe(row: ContainerRow, pod: PodRow, probe: ProbeName): ProbeResult;
  probeUs: number;
  /** Whether a probe that succeeds goes on to do so until `RuntimeExits.healthChanged` or the end of the process. */
  isSteady(row: ContainerRow, pod: PodRow): boolean;
  /** `secret`: the pod has one for the registry. */
  pull(image: string, secret: boolean, node: NodeRow): Pull;
  /** Whether processes of the image are root's unless the pod says otherwise. */
  runsAsRoot(image: string): boolean;
  /** '' when the node's network is ready for pods, else why it is not. */
  networkError(node: NodeRow): string;
}

export interface RuntimeExits {
  exited(row: ContainerRow, pod: PodRow, exitCode: number, reason?: string): void;
  /** The process listens now, or does not any more. */
  healthChanged(row: ContainerRow, pod: PodRow): void;
}

/** Notes the calls to the runtime, for recordings. Times in µs; `us` is how long a call took that ends now. */
export interface RuntimeLog {
  sandbox(pod: PodRow, attempt: number, us: number): void;
  sandboxStopped(pod: PodRow, us: number): void;
  created(row: ContainerRow, attempt: number, us: number): void;
  started(row: ContainerRow, attempt: number, us: number): void;
  stopping(row: ContainerRow, attempt: number, timeoutUs: number): void;
  stopped(row: ContainerRow, attempt: number, us: number): void;
  removed(row: number, attempt: number): void;
  /** Removed so that the container starts over in the same pod. */
  reset(row: number, attempt: number): void;
  executed(row: ContainerRow, attempt: number, command: string, us: number): void;
  pulled(image: string, pod: PodRow, us: number): void;
}

/** Another runtime in place of the simulated one, and a note of every call to it: for recordings. */
export interface RuntimeOverride {
  readonly runtime: (exits: RuntimeExits, runtimes: PodRuntimes) => ContainerRuntime & NodeStats;
  readonly log: RuntimeLog;
  /** In place of chance. */
  readonly jitter: Jitter;
}
