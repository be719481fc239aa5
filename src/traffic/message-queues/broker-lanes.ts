// The work of brokers on messages, in lanes: of each partition a broker takes one after the other, so that they stay in order, and delivers one after the other.
import type { PodRow } from '../../model/rows.ts';

interface Job {
  readonly pod: PodRow;
  readonly us: number;
  readonly done: () => void;
  readonly lost: () => void;
}

/** CPU time of the process of a pod; `done` is not called if it ends before. */
export type WorkOfProcess = (pod: PodRow, cpuUs: number, done: () => void) => void;

export class BrokerLanes {
  readonly #work: WorkOfProcess;
  /** By broker, by lane: the first one is under way. */
  readonly #lanes: Map<number, Job[]>[] = [];

  constructor(work: WorkOfProcess) {
    this.#work = work;
  }

  /** `lost` is called instead of `done` when the broker ends before. */
  begin(broker: number, number: number, job: Job): void {
    while (this.#lanes.length <= broker) this.#lanes.push(new Map());
    const lanes = this.#lanes[broker];
    const lane = lanes.get(number);
    if (lane !== undefined && lane.length > 0) {
      lane.push(job);
      return;
    }
    const begun = lane ?? [];
    begun.push(job);
    lanes.set(number, begun);
    this.#next(begun);
  }

  #next(lane: Job[]): void {
    const [job] = lane;
    this.#work(job.pod, job.us, () => {
      // It was given up, as the broker was told to end.
      if (lane[0] !== job) return;
      lane.shift();
      if (lane.length > 0) this.#next(lane);
      job.done();
    });
  }

  /** What it has not done is lost; of each lane the last one is told first. */
  ended(broker: number): void {
    const lanes = [...(this.#lanes.at(broker)?.values() ?? [])];
    this.#lanes[broker]?.clear();
    for (const lane of lanes) for (const { lost } of lane.splice(0).reverse()) lost();
  }
}
