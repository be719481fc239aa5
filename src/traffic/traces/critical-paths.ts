// Hot dialect: what is on the critical path of requests, by the chain of Services that leads to it, of all and of the slowest.
import { bucketOf } from '../../metrics/histogram.ts';
import { Outcome } from '../calls.ts';
import { addPhases, callsBelow, endOf, Phase } from './phases.ts';
import type { CallSpan } from './spans.ts';

const PHASES = Object.keys(Phase).length;
/** 32 buckets to the octave. */
const COARSER = 2;

/** A chain of calls, the first one from outside. */
export interface PathNode {
  /** Its number, and that of the chain without its last call; -1 for a first one. */
  readonly number: number;
  readonly parent: number;
  readonly depth: number;
  /** Who called whom, last. */
  readonly of: number;
}

interface Bucket {
  count: number;
  /** By node and phase, µs. */
  readonly us: number[];
}

/** Mean µs by phase of requests of a source, by node. */
export interface PathMeans {
  readonly source: number;
  readonly count: number;
  readonly nodes: readonly { readonly node: PathNode; readonly us: readonly number[] }[];
}

export class CriticalPaths {
  readonly nodes: PathNode[] = [];
  readonly #children: Map<number, number>[] = [];
  readonly #firsts = new Map<number, number>();
  /** By source, and by bucket of latency: so that the slowest are known when the run is over. */
  readonly #sources: Map<number, Bucket>[] = [];

  /** A request has ended; only those that ended well are told. */
  ended(request: CallSpan): void {
    if (request.told !== Outcome.Ok) return;
    while (this.#sources.length <= request.source) this.#sources.push(new Map());
    const buckets = this.#sources[request.source];
    const number = bucketOf(request.endUs - request.startUs) >> COARSER;
    let bucket = buckets.get(number);
    if (bucket === undefined) {
      bucket = { count: 0, us: [] };
      buckets.set(number, bucket);
    }
    bucket.count += 1;
    this.#add(request, this.#nodeOf(this.#firsts, -1, 0, request.edge), bucket.us, request.endUs);
  }

  /** Means since the run began, of all requests or of the slowest `share` and those about as slow. */
  means(share = 1): PathMeans[] {
    return this.#sources.flatMap((buckets, source) => {
      const all = [...buckets].toSorted(([a], [b]) => b - a).map(([, bucket]) => bucket);
      const wanted = share * all.reduce((sum, { count }) => sum + count, 0);
      let count = 0;
      const us: number[] = [];
      for (const bucket of all) {
        if (count >= wanted) break;
        count += bucket.count;
        for (const [at, one] of bucket.us.entries()) us[at] = (us[at] ?? 0) + one;
      }
      if (count === 0) return [];
      const nodes = this.nodes.flatMap((node) => {
        const own = us.slice(PHASES * node.number, PHASES * (node.number + 1)).map((one) => one / count);
        return own.some((one) => one > 0) ? [{ node, us: own }] : [];
      });
      return [{ source, count, nodes }];
    });
  }

  #add(call: CallSpan, chain: number, us: number[], endUs: number): void {
    const at = PHASES * chain;
    while (us.length < at + PHASES) us.push(0);
    addPhases(call, us, at, endUs);
    // What it waited for is told below it.
    us[at + Phase.Downstream] = 0;
    for (const one of callsBelow(call, endUs)) {
      const below = this.#nodeOf(this.#children[chain], chain, this.nodes[chain].depth + 1, one.edge);
      this.#add(one, below, us, endOf(one, endUs));
    }
  }

  #nodeOf(among: Map<number, number>, parent: number, depth: number, of: number): number {
    const known = among.get(of);
    if (known !== undefined) return known;
    const number = this.nodes.length;
    this.nodes.push({ number, parent, depth, of });
    this.#children.push(new Map());
    among.set(of, number);
    return number;
  }
}
