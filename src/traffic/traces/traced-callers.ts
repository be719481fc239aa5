// Hot dialect: the caller's half of calls that are traced: it does what the half below does, and tells of it.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { CALL, CallerState, Field, ServerState } from '../calls.ts';
import type { CallersKind } from '../callers.ts';
import type { Tracer } from './tracer.ts';

export function tracedCallers(Base: CallersKind, tracer: Tracer): CallersKind {
  return class TracedCallers extends Base {
    protected override beginIn(row: number, parent: number, site: number, ordinal: number, hop: number): void {
      tracer.begun(row, parent, site, ordinal, hop);
      super.beginIn(row, parent, site, ordinal, hop);
    }

    protected override send(row: number): void {
      tracer.attempts(row);
      super.send(row);
    }

    protected override open(row: number, from: NodeRow, caller: PodRow): void {
      tracer.opens(row);
      super.open(row, from, caller);
    }

    protected override depart(row: number, from: NodeRow): void {
      tracer.connected(row);
      super.depart(row, from);
    }

    protected override named(row: number): void {
      tracer.named(row);
    }

    protected override leaves(row: number): void {
      tracer.left(row);
    }

    protected override callerOf(row: number): number {
      return tracer.edges.callerOf(row);
    }

    protected override asks(caller: number, row: number): void {
      tracer.asks(caller, row);
    }

    protected override cached(parent: number, site: number, what: string, fromUs: number, toUs: number): void {
      tracer.cached(parent, site, what, fromUs, toUs);
      super.cached(parent, site, what, fromUs, toUs);
    }

    protected override hedges(row: number, next: number): void {
      tracer.hedged(row, next);
    }

    protected override attemptEnded(row: number, outcome: number): void {
      tracer.attemptEnded(row, outcome);
      super.attemptEnded(row, outcome);
    }

    protected override tryAgain(row: number, delayUs: number): number {
      const next = super.tryAgain(row, delayUs);
      tracer.goesOn(row, next);
      return next;
    }

    protected override conclude(row: number, outcome: number, told = outcome): void {
      tracer.concluded(row, outcome, told);
      super.conclude(row, outcome, told);
    }

    override releaseIfOver(row: number): void {
      const { ints } = this.calls;
      const at = CALL * row;
      const isOver =
        ints[at + Field.Caller] === CallerState.Gone &&
        ints[at + Field.Server] === ServerState.Ended &&
        ints[at + Field.Pending] === 0;
      if (isOver) tracer.forget(row);
      super.releaseIfOver(row);
    }
  };
}
