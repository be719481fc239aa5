// Processes of the control plane as what runs in containers of static pods: the kubelet of their machine starts and ends them, and what ends a process ends its container.
import type { Processes, SignalledProcess } from '../../control-plane/processes.ts';
import type { NodeAgents } from '../../kubelet/node-agents.ts';
import { isMirror } from '../../model/mirror-pod.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Processes as InContainers } from '../../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';

const NAMESPACE = 'kube-system';
/** What a process ends with that cannot start. */
const EXIT_OF_HELD = 1;

export class ProcessContainers implements InContainers {
  readonly #inner: InContainers;
  readonly #state: ClusterState;
  #processes: Processes | undefined;
  #nodes: NodeAgents | undefined;
  #nodeUp: ((node: NodeRow) => void) | undefined;
  /** By process: its pod. */
  readonly #pods = new Map<SignalledProcess, PodRow>();
  readonly #byPod = new Map<PodRow, SignalledProcess>();
  /** Those that are stopped, and what lets their container answer probes again. */
  readonly #hung = new Map<SignalledProcess, () => void>();

  /** `inner`: what other containers run. */
  constructor(inner: InContainers, state: ClusterState) {
    this.#inner = inner;
    this.#state = state;
  }

  /** `podsOn`: the nodes that show the pods of the control plane. `nodeUp` hears of machines that boot. */
  attach(
    processes: Processes,
    nodes: NodeAgents,
    podsOn: readonly string[],
    nodeUp: ((node: NodeRow) => void) | undefined,
  ): void {
    this.#processes = processes;
    this.#nodes = nodes;
    this.#nodeUp = nodeUp;
    for (const process of processes.list) {
      if (podsOn.includes(process.machine)) process.onEnd = (exitCode) => this.#ended(process, exitCode);
    }
    processes.onSignal = (process, signal) => {
      if (signal === 'SIGSTOP') this.#stopped(process);
      else if (signal === 'SIGCONT') this.#goesOn(process);
    };
    processes.onLetGo = (process) => {
      const pod = this.#pods.get(process);
      if (pod !== undefined) nodes.forgetBackOff?.(pod, this.#state.pods.epoch[pod], 0);
    };
  }

  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void {
    this.#inner.started(pod, epoch, container, podClass);
    const process = container === 0 ? this.#processOf(pod, podClass) : undefined;
    if (process === undefined) return;
    if (process.held) this.#nodes?.crashContainer(pod, epoch, container, EXIT_OF_HELD);
    else process.start();
  }

  /** It ends when it is done. */
  terminate(pod: PodRow, epoch: number, container: number): void {
    const process = this.#byPod.get(pod);
    if (process === undefined || container !== 0) this.#inner.terminate(pod, epoch, container);
    else if (process.state === 'dead') this.#nodes?.crashContainer(pod, epoch, container, 0);
    else process.signal('SIGTERM');
  }

  killed(pod: PodRow, epoch: number, container: number): void {
    this.#inner.killed(pod, epoch, container);
    const process = this.#byPod.get(pod);
    if (process !== undefined && container === 0) process.signal('SIGKILL');
  }

  nodeDown(node: NodeRow): void {
    this.#inner.nodeDown(node);
    for (const process of this.#on(node)) {
      // No kubelet starts it: its supervisor boots with the machine.
      if (process.onEnd === undefined) process.hold();
      process.signal('SIGKILL');
    }
  }

  nodeUp(node: NodeRow): void {
    this.#inner.nodeUp?.(node);
    this.#nodeUp?.(node);
    for (const process of this.#on(node)) if (process.onEnd === undefined) process.letGo();
  }

  held(pod: PodRow, container: number): number {
    return this.#inner.held(pod, container);
  }

  /** The process in a container hangs until what this gives is called. */
  hang(pod: PodRow, container: number): () => void {
    const process = container === 0 ? this.#byPod.get(pod) : undefined;
    process?.signal('SIGSTOP');
    return () => process?.signal('SIGCONT');
  }

  #on(node: NodeRow): SignalledProcess[] {
    const name = this.#state.nodeName(node);
    return (this.#processes?.list ?? []).filter(({ machine }) => machine === name);
  }

  #processOf(pod: PodRow, podClass: PodClass): SignalledProcess | undefined {
    const known = this.#byPod.get(pod);
    if (known !== undefined || podClass.namespace !== NAMESPACE || !isMirror(podClass)) return known;
    const process = this.#processes?.find(this.#state.podName(pod));
    if (process?.onEnd === undefined || process.machine !== this.#state.nodeName(this.#state.pods.node[pod])) {
      return undefined;
    }
    this.#pods.set(process, pod);
    this.#byPod.set(pod, process);
    return process;
  }

  #ended(process: SignalledProcess, exitCode: number): void {
    this.#hung.delete(process);
    const pod = this.#pods.get(process);
    if (pod === undefined) return;
    this.#nodes?.crashContainer(pod, this.#state.pods.epoch[pod], 0, exitCode);
  }

  #stopped(process: SignalledProcess): void {
    const pod = this.#pods.get(process);
    if (pod === undefined || process.state !== 'stopped' || this.#hung.has(process)) return;
    const goesOn = this.#nodes?.troubles?.hang(pod, this.#state.pods.epoch[pod], 0);
    if (goesOn !== undefined) this.#hung.set(process, goesOn);
  }

  #goesOn(process: SignalledProcess): void {
    this.#hung.get(process)?.();
    this.#hung.delete(process);
  }
}
