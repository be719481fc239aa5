// Hot dialect: hears what becomes of calls, row by row, and keeps the spans of those whose request is traced.
import { CounterRandom } from '../../engine/counter.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { Tracing } from '../../model/settings/tracing.ts';
import type { ClusterState } from '../../model/state.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { CallSites } from '../call-sites.ts';
import { CALL, type CallTable, Field, Outcome } from '../calls.ts';
import { Edges } from './edges.ts';
import { CriticalPaths } from './critical-paths.ts';
import { LatencySums } from './latency-sums.ts';
import { AttemptSpan, CallSpan, ServedSpan } from './spans.ts';

const NONE = -1;
import { TraceKeeper } from './trace-keeper.ts';

export class Tracer {
  readonly edges: Edges;
  readonly sums = new LatencySums();
  readonly paths = new CriticalPaths();
  readonly keeper: TraceKeeper;
  readonly #engine: Engine;
  readonly #calls: CallTable;
  readonly #sites: CallSites;
  readonly #state: ClusterState;
  /** The site of queries for names; -1 where names are known. */
  readonly #querySite: number;
  readonly #share: number;
  readonly #luck: CounterRandom;
  /** By row: the call whose attempt it is, and that attempt as long as either half of it lives. */
  readonly #callSpans: (CallSpan | undefined)[] = [];
  readonly #attempts: (AttemptSpan | undefined)[] = [];
  /** Who makes the query that begins next, and for which attempt. */
  #asker = NONE;
  #asking: AttemptSpan | undefined;

  constructor(
    engine: Engine,
    state: ClusterState,
    calls: CallTable,
    sites: CallSites,
    { sample, traces, slowest }: Tracing,
    querySite: number,
  ) {
    this.#querySite = querySite;
    this.#engine = engine;
    this.#state = state;
    this.#calls = calls;
    this.#sites = sites;
    this.edges = new Edges(calls, sites);
    this.#share = sample;
    this.keeper = new TraceKeeper(traces, slowest);
    this.#luck = new CounterRandom(engine.seed, 'traffic/traces');
  }

  // The caller's half.

  begun(row: number, parent: number, site: number, ordinal: number, hop: number): void {
    const { now } = this.#engine;
    this.#grow(row);
    this.#attempts[row] = undefined;
    this.#callSpans[row] = undefined;
    if (site === this.#querySite) {
      const edge = this.edges.begun(row, this.#asker, site, now);
      if (this.#asking === undefined) return;
      const query = new CallSpan(undefined, NONE, site, edge, now);
      this.#asking.queries.push(query);
      this.#callSpans[row] = query;
      return;
    }
    const edge = this.edges.begun(row, this.edges.makerOf(parent, site), site, now);
    if (parent === NONE) {
      this.#luck.seek(ordinal, hop, 0);
      const drawn = this.#luck.uniform();
      if (drawn >= this.#share) return;
      const request = new CallSpan(undefined, this.#sites.sourceOf(site), site, edge, now);
      request.ordinal = ordinal;
      request.drawn = drawn;
      this.#callSpans[row] = request;
      return;
    }
    const served = this.#attempts[parent]?.served;
    if (served === undefined) return;
    const call = new CallSpan(served, NONE, site, edge, now);
    served.calls.push(call);
    this.#callSpans[row] = call;
  }

  /** What begins next is a query of that caller for the attempt in the row, -1 for one that has ended. */
  asks(caller: number, row: number): void {
    this.#asker = caller;
    this.#asking = row === NONE ? undefined : this.#attempts[row];
  }

  /** An attempt begins: policies are asked whether it may go. */
  attempts(row: number): void {
    const call = this.#callSpans[row];
    if (call === undefined) return;
    const attempt = new AttemptSpan(call, this.#calls.ints[CALL * row + Field.Attempt], this.#engine.now);
    call.attempts.push(attempt);
    this.#attempts[row] = attempt;
  }

  opens(row: number): void {
    this.edges.sent(row);
    const attempt = this.#attempts[row];
    // One that its server had not begun may be sent once more.
    if (attempt !== undefined && attempt.openUs < 0) attempt.openUs = this.#engine.now;
  }

  named(row: number): void {
    const attempt = this.#attempts[row];
    if (attempt !== undefined && attempt.namedUs < 0) attempt.namedUs = this.#engine.now;
  }

  /** It has an endpoint and leaves, unless it must wait once more. */
  connected(row: number): void {
    const attempt = this.#attempts[row];
    if (attempt === undefined) return;
    attempt.connectedUs = this.#engine.now;
    attempt.leftUs = this.#engine.now;
  }

  left(row: number): void {
    const attempt = this.#attempts[row];
    if (attempt !== undefined) attempt.leftUs = this.#engine.now;
  }

  attemptEnded(row: number, outcome: number): void {
    this.edges.attemptEnded(row, outcome);
    const attempt = this.#attempts[row];
    if (attempt === undefined || attempt.endUs >= 0 || this.#callSpans[row] === undefined) return;
    attempt.endUs = this.#engine.now;
    attempt.outcome = outcome;
  }

  /** The call goes on in `to`, in which nothing has been. */
  goesOn(from: number, to: number): void {
    this.edges.copy(from, to);
    this.#moves(from, to);
    if (from !== to) this.#callSpans[from] = undefined;
  }

  hedged(from: number, to: number): void {
    this.edges.copy(from, to);
    this.#moves(from, to);
    this.attempts(to);
  }

  concluded(row: number, outcome: number, told: number): void {
    const { now } = this.#engine;
    this.edges.ended(row, outcome, now, this.#calls.ints[CALL * row + Field.Site] === this.#querySite);
    const call = this.#callSpans[row];
    if (call === undefined) return;
    call.endUs = now;
    call.outcome = outcome;
    call.told = told;
    this.#callSpans[row] = undefined;
    this.#close(call, this.#attempts[row]);
    this.sums.ended(call);
    if (call.source < 0) return;
    this.keeper.ended(call);
    this.paths.ended(call);
  }

  /** Both halves of the row have ended. */
  forget(row: number): void {
    this.edges.forget(row);
    if (row >= this.#attempts.length) return;
    this.#servedOf(row)?.stop();
    this.#attempts[row] = undefined;
    this.#callSpans[row] = undefined;
  }

  // Between both: proxies of a mesh.

  passes(row: number, leg: number): void {
    const attempt = this.#attempts[row];
    if (attempt === undefined) return;
    attempt.passages ??= [];
    attempt.passages.push({ leg, startUs: this.#engine.now, endUs: NONE });
  }

  passed(row: number): void {
    const last = this.#attempts[row]?.passages?.at(-1);
    if (last !== undefined && last.endUs < 0) last.endUs = this.#engine.now;
  }

  // The server's half.

  reached(row: number): void {
    const attempt = this.#attempts[row];
    if (attempt !== undefined) attempt.reachedUs = this.#engine.now;
  }

  arrived(row: number): void {
    const attempt = this.#attempts[row];
    if (attempt !== undefined) attempt.served = this.#serve(row, attempt);
  }

  answered(row: number, outcome: number): void {
    const attempt = this.#attempts[row];
    if (attempt === undefined) return;
    const served = attempt.served ?? this.#serve(row, attempt);
    attempt.served = served;
    served.answeredUs = this.#engine.now;
    served.outcome = outcome;
    served.stop();
  }

  /** A burst of work begins, which would take `needUs` by itself; its process was throttled for `throttledUs` so far. */
  burst(row: number, needUs: number, throttledUs: number, processors: Pick<Processors, 'throttledUs'>): void {
    const served = this.#servedOf(row);
    if (served === undefined) return;
    if (served.servedUs < 0) served.servedUs = this.#engine.now;
    served.needUs += needUs;
    served.bursts += 1;
    served.burstUs = throttledUs;
    served.processors = processors;
  }

  burstEnds(row: number, throttledUs: number): void {
    const served = this.#servedOf(row);
    if (served === undefined || served.burstUs < 0) return;
    // With a limit of its own a container that was resized begins anew.
    served.throttledUs += Math.max(0, throttledUs - served.burstUs);
    served.burstUs = NONE;
  }

  burstGoesOn(row: number, throttledUs: number): void {
    const served = this.#servedOf(row);
    if (served !== undefined) served.burstUs = throttledUs;
  }

  /** It has a slot; `waitUs` is what it will wait for beside processors. */
  slot(row: number, waitUs: number): void {
    const served = this.#servedOf(row);
    if (served === undefined) return;
    if (served.servedUs < 0) served.servedUs = this.#engine.now;
    served.needUs += waitUs;
  }

  preempted(row: number): void {
    const served = this.#servedOf(row);
    if (served !== undefined) served.suspendedUs = this.#engine.now;
  }

  resumed(row: number): void {
    const served = this.#servedOf(row);
    if (served === undefined || served.suspendedUs < 0) return;
    served.preemptedUs += this.#engine.now - served.suspendedUs;
    served.suspendedUs = NONE;
  }

  worked(row: number): void {
    const served = this.#servedOf(row);
    if (served === undefined || served.workedUs >= 0) return;
    served.workedUs = this.#engine.now;
    const tookUs = served.workedUs - served.servedUs - served.preemptedUs;
    const waitedUs = tookUs - served.needUs - served.throttledUs;
    // Ends of bursts are whole µs.
    served.cpuWaitUs = waitedUs > served.bursts ? waitedUs : 0;
  }

  /** What is left of it is sent at its client's pace. */
  held(row: number): void {
    const served = this.#servedOf(row);
    if (served !== undefined) served.heldUs = this.#engine.now;
  }

  /** A request got from a cache what it would have called for. */
  cached(row: number, site: number, what: string, startUs: number, endUs: number): void {
    this.#servedOf(row)?.cached.push({ site, what, startUs, endUs });
  }

  traces(row: number): boolean {
    return this.#attempts[row] !== undefined;
  }

  #servedOf(row: number): ServedSpan | undefined {
    return this.#attempts[row]?.served;
  }

  #serve(row: number, attempt: AttemptSpan): ServedSpan {
    const { ints } = this.#calls;
    const pod = ints[CALL * row + Field.Pod] as PodRow;
    const node = ints[CALL * row + Field.Node] as NodeRow;
    return new ServedSpan(attempt, pod, this.#state.pods.identity[pod], node, this.#engine.now);
  }

  /** Ends what is open of its attempts. */
  #close(call: CallSpan, last: AttemptSpan | undefined): void {
    const { now } = this.#engine;
    if (last?.call === call) call.decided = last;
    for (const attempt of call.attempts) {
      // Of several that are under way one ends the call; the others get back what they hold as if they had gone well.
      attempt.isCancelled = attempt !== last && attempt.outcome === Outcome.Ok;
      if (attempt.endUs >= 0) continue;
      attempt.endUs = now;
      attempt.outcome = call.outcome;
    }
  }

  #grow(row: number): void {
    while (this.#attempts.length <= row) {
      this.#attempts.push(undefined);
      this.#callSpans.push(undefined);
    }
  }

  #moves(from: number, to: number): void {
    this.#grow(to);
    if (from !== to) this.#attempts[to] = undefined;
    this.#callSpans[to] = this.#callSpans[from];
  }
}
