// Pods that ran before the simulation began: their kubelets find sandbox, containers and images as they are, as after a restart of their own.
import type { Engine } from '../engine/engine.ts';
import { PodBit } from '../model/pods.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';
import type { ClusterState } from '../model/state.ts';
import type { Images } from './images/images.ts';
import type { NodePods } from './node-pods.ts';
import { type PodRuntimes, Sandbox, Work } from './pod-runtimes.ts';
import type { PodStatuses } from './pod-status.ts';
import type { PodWorkers } from './pod-workers.ts';
import type { Prober } from './prober.ts';
import { Run } from './run.ts';
import type { ContainerRuntime } from './runtime.ts';

/** A container that runs. */
export interface FoundContainer {
  readonly restarts: number;
  readonly ready: boolean;
}

/** Bits of a pod's status (`PodBit`), and the sum of its restarts. */
export interface FoundStatus {
  readonly bits: number;
  readonly restarts: number;
}

interface FoundParts {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly runtimes: PodRuntimes;
  readonly runtime: ContainerRuntime;
  readonly statuses: PodStatuses;
  readonly admitted: NodePods;
  readonly images: Images;
  readonly prober: Prober;
  readonly workers: PodWorkers;
}

export class FoundPods {
  readonly #parts: FoundParts;

  constructor(parts: FoundParts) {
    this.#parts = parts;
  }

  /**
   * Takes up a pod that has just been put on its node. `containers` are those that run, by name, sidecars among them; one that does not run is
   * started as after any other end. Gives what its kubelet would write of the pod now.
   */
  find(pod: PodRow, containers: ReadonlyMap<string, FoundContainer>): FoundStatus {
    const { engine, state, runtimes, admitted, prober, statuses, workers } = this.#parts;
    const { pods } = state;
    const { now } = engine;
    const plan = runtimes.planOf(pod);
    const node = pods.node[pod];
    runtimes.sandbox[pod] = Sandbox.Ready;
    runtimes.seenSandbox[pod] = Sandbox.Ready;
    runtimes.sandboxAttempt[pod] = 1;
    runtimes.work[pod] = Work.Sync;
    runtimes.bits[pod] = PodBit.HasIp | PodBit.Initialized;
    admitted.count(pod, node);
    prober.addPod(pod);
    plan.containers.forEach(({ name, init, sidecar }, index) => {
      const row = (pods.firstContainer[pod] + index) as ContainerRow;
      const found = containers.get(name);
      if (init && !sidecar) this.#ended(row, now);
      else if (found !== undefined) this.#runs(row, pod, index, found, now);
    });
    statuses.build(pod);
    workers.trigger(pod);
    return { bits: statuses.statusBits(pod), restarts: statuses.restartsOf(pod) };
  }

  /** An init container has done its work. */
  #ended(row: ContainerRow, now: number): void {
    const { runtimes } = this.#parts;
    const run = new Run(0, 1, now, undefined);
    run.end(now, 0);
    runtimes.runs[row] = run;
    runtimes.seen[row] = run;
  }

  #runs(row: ContainerRow, pod: PodRow, index: number, { restarts, ready }: FoundContainer, now: number): void {
    const { runtimes, runtime, images, prober, state } = this.#parts;
    const { image } = runtimes.planOf(pod).containers[index];
    const run = new Run(restarts, 1, now, undefined);
    images.find(image, state.pods.node[pod]);
    runtimes.generation[row] += 1;
    runtimes.begins(row, run, image, image);
    runtimes.seen[row] = run;
    runtimes.seenRunning[row] = 1;
    state.containers.restarts[row] = restarts;
    runtime.begin(row, pod, restarts, true);
    prober.find(row, ready);
  }
}
