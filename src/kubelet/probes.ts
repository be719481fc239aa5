// Hot dialect: startup, liveness and readiness probes of a container, from its start until it is ready or killed.
import type { Engine } from '../engine/engine.ts';
import type { ClusterState } from '../model/state.ts';
import type { PodRuntimes } from './pod-runtimes.ts';
import { failsUs, probeFrom } from './probe-times.ts';
import type { ContainerPlan } from './runtime-plan.ts';
import type { ContainerRow, PodRow } from '../model/rows.ts';

/** What becomes of a container by its probes. */
export interface ProbeVerdicts {
  /** It runs, and its startup probe, if it has one, has succeeded. */
  started(row: ContainerRow, pod: PodRow): void;
  ready(row: ContainerRow, pod: PodRow): void;
  /** It must be killed; `probe` is `Startup` or `Liveness`. */
  failed(row: ContainerRow, pod: PodRow, probe: string): void;
}

export class Probes {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #runtimes: PodRuntimes;
  readonly #verdicts: ProbeVerdicts;
  readonly #onStarted: number;
  readonly #onReady: number;
  readonly #onStartupFailed: number;
  readonly #onLivenessFailed: number;

  constructor(engine: Engine, state: ClusterState, runtimes: PodRuntimes, verdicts: ProbeVerdicts) {
    this.#engine = engine;
    this.#state = state;
    this.#runtimes = runtimes;
    this.#verdicts = verdicts;
    this.#onStarted = runtimes.containerKind('kubelet.started', (row, pod) => this.#started(row, pod));
    this.#onReady = runtimes.containerKind('kubelet.ready', (row, pod) => {
      state.containers.ready[row] = 1;
      verdicts.ready(row, pod);
    });
    this.#onStartupFailed = runtimes.containerKind('kubelet.startupFailed', (row, pod) => {
      this.#failed(row, pod, 'Startup');
    });
    this.#onLivenessFailed = runtimes.containerKind('kubelet.livenessFailed', (row, pod) => {
      this.#failed(row, pod, 'Liveness');
    });
  }

  /** The container runs since now; its process will listen at `listensUs` unless it ends before. */
  begin(row: ContainerRow, pod: PodRow, listensUs: number): void {
    const { startupProbe: startup } = this.#planOf(row, pod);
    this.#runtimes.listensAt[row] = listensUs;
    this.#runtimes.started[row] = 0;
    if (startup.periodUs === 0) {
      this.#started(row, pod);
      return;
    }
    const grid = this.#runtimes.seenAt[pod];
    const from = this.#engine.now + startup.initialDelayUs;
    const fails = failsUs(startup, grid, from, listensUs);
    if (fails < Infinity) this.#at(fails, this.#onStartupFailed, row);
    else this.#at(probeFrom(startup, grid, Math.max(from, listensUs)), this.#onStarted, row);
  }

  /** Its process listens since now. */
  listens(row: ContainerRow, pod: PodRow): void {
    if (this.#runtimes.started[row] === 1) this.#awaitReady(row, pod);
  }

  #started(row: ContainerRow, pod: PodRow): void {
    const { containers } = this.#state;
    const { livenessProbe: liveness, readinessProbe: readiness } = this.#planOf(row, pod);
    const { now } = this.#engine;
    this.#runtimes.started[row] = 1;
    const from = Math.max(now, containers.startedAt[row] + liveness.initialDelayUs);
    const fails = failsUs(liveness, this.#runtimes.seenAt[pod], from, this.#runtimes.listensAt[row]);
    if (fails < Infinity) this.#at(fails, this.#onLivenessFailed, row);
    if (readiness.periodUs === 0) containers.ready[row] = 1;
    else if (this.#runtimes.listening[row] === 1) this.#awaitReady(row, pod);
    this.#verdicts.started(row, pod);
  }

  /** It is started and listens. Readiness is probed once more at the moment of its start, else on the grid. */
  #awaitReady(row: ContainerRow, pod: PodRow): void {
    const { readinessProbe: readiness, startupProbe: startup } = this.#planOf(row, pod);
    if (readiness.periodUs === 0) return;
    const { now } = this.#engine;
    const runningSince = this.#state.containers.startedAt[row];
    const earliest = runningSince + readiness.initialDelayUs;
    const startsNow = startup.periodUs > 0 || now === runningSince;
    const first =
      startsNow && earliest <= now ? now : probeFrom(readiness, this.#runtimes.seenAt[pod], Math.max(now, earliest));
    this.#at(first + (readiness.successes - 1) * readiness.periodUs, this.#onReady, row);
  }

  /** Known when it started; a stopped kubelet may find the process listening by now. */
  #failed(row: ContainerRow, pod: PodRow, probe: string): void {
    if (this.#runtimes.listening[row] === 0) this.#verdicts.failed(row, pod, probe);
  }

  #planOf(row: ContainerRow, pod: PodRow): ContainerPlan {
    return this.#runtimes.planOf(pod).containers[row - this.#state.pods.firstContainer[pod]];
  }

  #at(timeUs: number, kind: number, row: ContainerRow): void {
    this.#engine.at(Math.max(timeUs, this.#engine.now), kind, row, this.#runtimes.generation[row]);
  }
}
