// All gangs: finds the one of a process that begins or ends, in front of whoever else drives processes.
import { CounterRandom } from '../engine/counter.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Engine } from '../engine/engine.ts';
import { nodeSpeed } from '../model/node-speed.ts';
import type { PodClass } from '../model/pod-class.ts';
import type { Latencies } from '../model/ports/routes.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import type { Processes } from '../model/ports/processes.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';
import type { TrainingSpec } from '../model/settings/training.ts';
import type { ClusterState } from '../model/state.ts';
import { Gang, type GangHost, type TrainingPlan } from './gang.ts';
import type { Member } from './member.ts';
import { membersWanted, type TrainedBy, trainedBy } from './trained-by.ts';

interface GangOfOwner extends TrainedBy {
  readonly gang: Gang;
}

export class Gangs implements Processes {
  /** In the order in which their first members came. */
  readonly all: GangOfOwner[] = [];
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #processes: Processes;
  readonly #trainingOf: (image: string) => TrainingSpec | undefined;
  readonly #latencies: Latencies;
  readonly #machinery: () => Pick<Machinery, 'crashContainer'>;
  readonly #samplers = new Samplers();
  readonly #luck: CounterRandom;
  readonly #plans = new Map<TrainingSpec, TrainingPlan>();
  readonly #byKey = new Map<string, Gang>();
  /** Those that have a pod now or had it last. */
  readonly #ofPod = new Map<PodRow, Set<Gang>>();
  readonly #exits: { readonly member: Member; readonly exitCode: number }[] = [];
  readonly #onNext: number;
  readonly #onExit: number;

  constructor(
    engine: Engine,
    state: ClusterState,
    processes: Processes,
    trainingOf: (image: string) => TrainingSpec | undefined,
    latencies: Latencies,
    machinery: () => Pick<Machinery, 'crashContainer'>,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#processes = processes;
    this.#trainingOf = trainingOf;
    this.#latencies = latencies;
    this.#machinery = machinery;
    this.#luck = new CounterRandom(engine.seed, 'training');
    // What is booked of a gang, and the exits that are to come, are numbers.
    this.#onNext = engine.kind('training.next', (at, turn) => {
      const { gang } = this.all[at];
      if (gang.turn === turn) gang.next();
    });
    this.#onExit = engine.kind('training.exit', (at) => {
      const { member, exitCode } = this.#exits[at];
      const { pod, epoch, container } = member;
      if (!member.silent) this.#machinery().crashContainer(pod, epoch, container, exitCode);
    });
  }

  started(pod: PodRow, epoch: number, container: number, podClass: PodClass): void {
    this.#processes.started(pod, epoch, container, podClass);
    const { pods } = this.#state;
    const { image = '' } = podClass.runtime.lasting[container];
    const training = this.#trainingOf(image);
    if (training === undefined) return;
    const gang = this.#gangOf(pod, container, training);
    const ofPod = this.#ofPod.get(pod);
    if (ofPod === undefined) this.#ofPod.set(pod, new Set([gang]));
    else ofPod.add(gang);
    const index = pods.ofJobs.get(pod)?.index ?? -1;
    const rank = index < 0 ? pods.identity[pod] : index;
    gang.join({ pod, epoch, container, node: pods.node[pod], rank, silent: false });
  }

  /** What trains does not finish anything on SIGTERM. */
  terminate(pod: PodRow, epoch: number, container: number): void {
    this.#left(pod, epoch, container);
    this.#processes.terminate(pod, epoch, container);
  }

  killed(pod: PodRow, epoch: number, container: number): void {
    this.#left(pod, epoch, container);
    this.#processes.killed(pod, epoch, container);
  }

  nodeDown(node: NodeRow): void {
    for (const { gang } of this.all) gang.silence(node);
    this.#processes.nodeDown(node);
  }

  held(pod: PodRow, container: number): number {
    return this.#processes.held(pod, container);
  }

  #left(pod: PodRow, epoch: number, container: number): void {
    for (const gang of this.#ofPod.get(pod) ?? []) gang.leave(pod, epoch, container);
  }

  #gangOf(pod: PodRow, container: number, training: TrainingSpec): Gang {
    const { pods } = this.#state;
    const owner = pods.owner[pod];
    const key = owner < 0 ? `pod ${pods.identity[pod]}/${container}` : `${owner}/${container}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const at = this.all.length;
    // Luck is the owner's, whoever else trains.
    const id = owner < 0 ? pods.identity[pod] : owner;
    const gang: Gang = new Gang(
      id,
      this.#planOf(training),
      this.#hostOf(at, () => membersWanted(this.#state, owner)),
    );
    this.all.push({ gang, ...trainedBy(this.#state, pod) });
    this.#byKey.set(key, gang);
    return gang;
  }

  #hostOf(at: number, wanted: () => number): GangHost {
    const engine = this.#engine;
    const state = this.#state;
    return {
      get nowUs() {
        return engine.now;
      },
      samplers: this.#samplers,
      luck: this.#luck,
      zoneOf: (node) => state.nodes.zone[node],
      latencyUs: (from, to) => this.#latencies.meanUs(from, to),
      speedOf: (node) => nodeSpeed(state, node),
      book: (afterUs) => engine.after(afterUs, this.#onNext, at, this.all[at].gang.turn),
      exit: (member, exitCode) => {
        this.#exits.push({ member, exitCode });
        engine.after(0, this.#onExit, this.#exits.length - 1, 0);
      },
      wanted,
    };
  }

  #planOf(training: TrainingSpec): TrainingPlan {
    const known = this.#plans.get(training);
    if (known !== undefined) return known;
    const nothing = { type: 'constant', value: 0 } as const;
    const plan = {
      ...training,
      stepSampler: this.#samplers.add(training.step),
      saveSampler: this.#samplers.add(training.checkpoint?.takes ?? nothing),
      beginSampler: this.#samplers.add(training.begin),
    };
    this.#plans.set(training, plan);
    return plan;
  }
}
