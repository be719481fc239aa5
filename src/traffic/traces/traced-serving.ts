// Hot dialect: the server's half of calls that are traced: it does what the half below does, and tells of it.
import type { Engine } from '../../engine/engine.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { PodRow } from '../../model/rows.ts';
import { CALL, Field } from '../calls.ts';
import type { Serving } from '../serving.ts';
import type { PodLoads } from './pod-loads.ts';
import type { Tracer } from './tracer.ts';

export function tracedServing(Base: typeof Serving, engine: Engine, tracer: Tracer, loads: PodLoads): typeof Serving {
  return class TracedServing extends Base {
    readonly #processors: Processors;

    constructor(...given: ConstructorParameters<typeof Serving>) {
      super(...given);
      [, this.#processors] = given;
    }

    override reach(row: number, epoch: number): void {
      if (this.calls.ints[CALL * row + Field.Epoch] === epoch) tracer.reached(row);
      super.reach(row, epoch);
    }

    protected override take(row: number, pod: PodRow): void {
      tracer.arrived(row);
      loads.advance(pod, engine.now);
      super.take(row, pod);
    }

    override worked(row: number): void {
      if (tracer.traces(row)) {
        tracer.burstEnds(row, this.#processors.throttledUs(this.calls.ints[CALL * row + Field.Pod] as PodRow));
        tracer.worked(row);
      }
      super.worked(row);
    }

    protected override next(pod: PodRow): void {
      loads.advance(pod, engine.now);
      super.next(pod);
    }

    protected override answer(row: number, outcome: number): void {
      tracer.answered(row, outcome);
      loads.answered(this.calls.ints[CALL * row + Field.Pod] as PodRow, outcome);
      super.answer(row, outcome);
    }

    override kill(pod: PodRow): void {
      loads.advance(pod, engine.now);
      super.kill(pod);
    }
  };
}
