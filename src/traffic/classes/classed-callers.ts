// Hot dialect: the caller's half of calls where requests have classes or keys: where they go, what they are about, and what is counted.
import type { NodeRow, PodRow } from '../../model/rows.ts';
import { CALL } from '../calls.ts';
import type { CallersKind } from '../callers.ts';
import type { MarkedCalls } from './marked-calls.ts';
import type { RequestClasses } from './request-classes.ts';

const NONE = -1;

/** A Callers, or a kind of it, for calls of that table. */
export function classing(Base: CallersKind, classes: RequestClasses, marks: MarkedCalls): CallersKind {
  return class ClassedCallers extends Base {
    override begin(parent: number, site: number, ordinal: number, hop: number): void {
      const requestClass = parent === NONE ? classes.choose(site, ordinal, hop) : NONE;
      if (requestClass === NONE) {
        super.begin(parent, site, ordinal, hop);
        return;
      }
      this.meters.begin(classes.meter[requestClass], this.engine.now);
      super.begin(parent, classes.site[requestClass], ordinal, hop);
    }

    protected override beginIn(row: number, parent: number, site: number, ordinal: number, hop: number): void {
      const own = classes.keyAt(site, ordinal, hop, this.sites);
      marks.classes[row] = parent === NONE ? classes.classAt(site) : marks.classes[parent];
      marks.keys[row] = own !== NONE || parent === NONE ? own : marks.keys[parent];
      super.beginIn(row, parent, site, ordinal, hop);
    }

    protected override connect(row: number, from: NodeRow, caller: PodRow): number {
      this.routes.key = marks.keys[row];
      return super.connect(row, from, caller);
    }

    protected override endRequest(row: number, site: number, outcome: number): void {
      const requestClass = classes.classAt(site);
      if (requestClass !== NONE) {
        const startedUs = this.calls.reals[(CALL / 2) * row];
        this.meters.end(classes.meter[requestClass], outcome, startedUs, this.engine.now);
      }
      super.endRequest(row, this.sites.sourceOf(site), outcome);
    }
  };
}
