// Hot dialect: latencies of traced calls by phases, summed up since they were taken last: by edge, and along whole requests by source.
import { Outcome } from '../calls.ts';
import { addPhases, callsBelow, endOf, Phase } from './phases.ts';
import type { CallSpan } from './spans.ts';

/** Numbers of a sum: one for each phase, then how many calls. */
const PHASES = Object.keys(Phase).length;
const WIDTH = PHASES + 1;

/** Of calls that ended well, or of those that failed: how many, and µs by phase. */
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
  readonly #failedEdges = new Sums();
  readonly #failedSources = new Sums();

  /** A call has ended. */
  ended(call: CallSpan): void {
    const edges = call.outcome === Outcome.Ok ? this.#edges : this.#failedEdges;
    const at = edges.at(call.edge);
    addPhases(call, edges.values, at);
    if (call.source < 0) return;
    const sources = call.told === Outcome.Ok ? this.#sources : this.#failedSources;
    const of = sources.at(call.source);
    addRequest(call, sources.values, of, call.endUs);
  }

  takeEdge(edge: number): PhaseSum {
    return this.#edges.take(edge);
  }

  takeSource(source: number): PhaseSum {
    return this.#sources.take(source);
  }

  /** Of calls that failed after their last attempt. */
  takeFailedEdge(edge: number): PhaseSum {
    return this.#failedEdges.take(edge);
  }

  takeFailedSource(source: number): PhaseSum {
    return this.#failedSources.take(source);
  }
}

/** The latency of a request by phases along its critical path: what it waited for further down is there by phases too. */
function addRequest(call: CallSpan, into: Float64Array, at: number, endUs: number): void {
  addPhases(call, into, at, endUs);
  for (const one of callsBelow(call, endUs)) {
    const untilUs = endOf(one, endUs);
    into[at + Phase.Downstream] -= untilUs - one.startUs;
    addRequest(one, into, at, untilUs);
  }
}
