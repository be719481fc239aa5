// Hot dialect: latencies of traced calls by phases, summed up since they were taken last: by edge, and along whole requests by source.
import { Outcome } from '../calls.ts';
import { addPhases, criticalCalls, Phase } from './phases.ts';
import type { CallSpan } from './spans.ts';

/** Numbers of a sum: one for each phase, then how many calls. */
const PHASES = Object.keys(Phase).length;
const WIDTH = PHASES + 1;

/** Of calls that ended well: how many, and µs by phase. */
export interface PhaseSum {
  readonly count: number;
  readonly us: Float64Array;
}

export const NO_SUM: PhaseSum = { count: 0, us: new Float64Array(PHASES) };

export function addSums(a: PhaseSum, b: PhaseSum): PhaseSum {
  return { count: a.count + b.count, us: a.us.map((us, phase) => us + b.us[phase]) };
}

class Sums {
  #sums = new Float64Array(0);

  at(number: number): number {
    const at = WIDTH * number;
    if (at >= this.#sums.length) {
      const wider = new Float64Array(Math.max(2 * this.#sums.length, at + WIDTH));
      wider.set(this.#sums);
      this.#sums = wider;
    }
    this.#sums[at + PHASES] += 1;
    return at;
  }

  get values(): Float64Array {
    return this.#sums;
  }

  take(number: number): PhaseSum {
    const at = WIDTH * number;
    const us = this.#sums.slice(at, at + PHASES);
    const count = this.#sums[at + PHASES] ?? 0;
    this.#sums.fill(0, at, at + WIDTH);
    return { count, us: us.length === 0 ? new Float64Array(PHASES) : us };
  }
}

export class LatencySums {
  readonly #edges = new Sums();
  readonly #sources = new Sums();

  /** A call has ended. */
  ended(call: CallSpan): void {
    if (call.outcome === Outcome.Ok) {
      const at = this.#edges.at(call.edge);
      addPhases(call, this.#edges.values, at);
    }
    if (call.source < 0 || call.told !== Outcome.Ok) return;
    const at = this.#sources.at(call.source);
    addRequest(call, this.#sources.values, at);
  }

  takeEdge(edge: number): PhaseSum {
    return this.#edges.take(edge);
  }

  takeSource(source: number): PhaseSum {
    return this.#sources.take(source);
  }
}

/** The latency of a request by phases along its critical path: what it waited for further down is there by phases too. */
function addRequest(call: CallSpan, into: Float64Array, at: number): void {
  addPhases(call, into, at);
  const served = call.outcome === call.told ? call.decided?.served : undefined;
  if (served === undefined || served.answeredUs < 0) return;
  for (const one of criticalCalls(served)) {
    into[at + Phase.Downstream] -= one.endUs - one.startUs;
    addRequest(one, into, at);
  }
}
