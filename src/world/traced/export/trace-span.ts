// A kept request as spans of OpenTelemetry have it: calls, attempts, pods that serve, and what they wait for, each within its parent.
import { Outcome, outcomeNames } from '../../../traffic/calls.ts';
import type { AttemptSpan, CallSpan, ServedSpan } from '../../../traffic/traces/spans.ts';
import type { Place, Places } from './places.ts';

export type SpanKind = 'internal' | 'server' | 'client';

export interface TraceSpan {
  readonly name: string;
  readonly kind: SpanKind;
  /** Who reports it. */
  readonly place: Place;
  readonly startUs: number;
  readonly endUs: number;
  /** By the semantic conventions of OpenTelemetry where there is one; times in seconds. */
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What went wrong; undefined where nothing did. */
  readonly error: string | undefined;
  readonly children: readonly TraceSpan[];
}

const STATUS: Readonly<Partial<Record<number, number>>> = {
  [Outcome.Ok]: 200,
  [Outcome.Error]: 500,
  [Outcome.Overload]: 503,
};

/** By leg: which of the proxies of a mesh has the attempt, or its answer. */
const PASSAGES = ['out of the caller', 'into the pod', 'answer out of the pod', 'answer into the caller'];

/** A call with all of its attempts. One that has a single attempt and nothing beside is that attempt. */
export function spanOfCall(call: CallSpan, place: Place, places: Places): TraceSpan {
  const target = places.target(call.site);
  const attempts = call.attempts.map((attempt) => spanOfAttempt(attempt, place, places));
  const [only] = attempts;
  const endUs = endOf(call.endUs, attempts, call.startUs);
  if (attempts.length === 1 && only.startUs === call.startUs && only.endUs === endUs) return only;
  const children = [...attempts];
  for (const [at, attempt] of call.attempts.entries()) {
    const next = call.attempts[at + 1] as AttemptSpan | undefined;
    if (next !== undefined && attempt.endUs >= 0 && next.startUs > attempt.endUs) {
      children.push(waiting('back-off', place, attempt.endUs, next.startUs));
    }
  }
  const lastUs = Math.max(...attempts.map((one) => one.endUs));
  const goneOn = call.endUs >= 0 && call.told !== call.outcome;
  if (goneOn && call.endUs > lastUs) children.push(waiting('fallback', place, lastUs, call.endUs));
  const outcome = call.endUs < 0 ? undefined : call.told;
  return {
    name: `call ${target.name}`,
    kind: 'internal',
    place,
    startUs: call.startUs,
    endUs,
    attributes: {
      'wavetank.attempts': attempts.length,
      ...(goneOn ? { 'wavetank.fallback': true } : {}),
      ...unfinished(call.endUs),
    },
    error: outcome === undefined || outcome === Outcome.Ok ? undefined : errorType(outcome),
    children: children.toSorted((a, b) => a.startUs - b.startUs),
  };
}

function spanOfAttempt(attempt: AttemptSpan, place: Place, places: Places): TraceSpan {
  const { startUs, openUs, namedUs, connectedUs, leftUs, call, number, served, outcome } = attempt;
  const target = places.target(call.site);
  const children: TraceSpan[] = [];
  if (openUs > startUs) children.push(waiting('wait for policies', place, startUs, openUs));
  if (attempt.queries.length > 0) {
    // An answer may come when nobody waits for it any more.
    const queries = attempt.queries.map((query) => spanOfCall(query, place, places));
    const untilUs = namedUs >= 0 ? namedUs : endOf(attempt.endUs, queries, openUs);
    const attributes = { 'dns.question.name': target.host };
    children.push({ ...waiting('look up name', place, openUs, untilUs), attributes, children: queries });
  }
  const opensUs = namedUs < 0 ? openUs : namedUs;
  if (connectedUs > opensUs) children.push(waiting('connect', place, opensUs, connectedUs));
  if (leftUs > connectedUs) children.push(waiting('wait for endpoint', place, connectedUs, leftUs));
  for (const one of attempt.passages ?? []) {
    children.push(waiting(`proxy: ${PASSAGES[one.leg]}`, place, one.startUs, one.endUs < 0 ? one.startUs : one.endUs));
  }
  if (served !== undefined) children.push(spanOfServed(served, places));
  const isOver = attempt.endUs >= 0;
  const status = attempt.isCancelled ? undefined : STATUS[outcome];
  return {
    name: `GET ${target.name}`,
    kind: 'client',
    place,
    startUs,
    // A server may work on for nobody: it does not lengthen what its caller waited.
    endUs: isOver ? attempt.endUs : endOf(-1, children, startUs),
    attributes: {
      'http.request.method': 'GET',
      'server.address': target.host,
      ...(number > 0 ? { 'http.request.resend_count': number } : {}),
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
      ...(isOver ? { 'wavetank.outcome': attempt.isCancelled ? 'cancelled' : outcomeNames[outcome as 0] } : {}),
      ...unfinished(attempt.endUs),
    },
    error: attempt.isCancelled ? 'cancelled' : isOver && outcome !== Outcome.Ok ? errorType(outcome) : undefined,
    children,
  };
}

function spanOfServed(served: ServedSpan, places: Places): TraceSpan {
  const { arrivedUs, servedUs, workedUs, answeredUs, outcome } = served;
  const place = places.ofPod(served);
  const calls = served.calls.map((call) => spanOfCall(call, place, places));
  const endUs = endOf(answeredUs, calls, Math.max(arrivedUs, servedUs, workedUs));
  const children: TraceSpan[] = [];
  const queuedUntilUs = servedUs < 0 ? endUs : servedUs;
  if (queuedUntilUs > arrivedUs) children.push(waiting('queue', place, arrivedUs, queuedUntilUs));
  if (servedUs >= 0) {
    const work = waiting('work', place, servedUs, workedUs < 0 ? endUs : workedUs);
    children.push({
      ...work,
      attributes: {
        'wavetank.cpu.wait_seconds': served.cpuWaitUs / 1e6,
        'wavetank.cpu.throttled_seconds': served.throttledSoFarUs() / 1e6,
        ...(served.preemptedUs > 0 ? { 'wavetank.preempted_seconds': served.preemptedUs / 1e6 } : {}),
      },
    });
  }
  for (const one of served.cached) {
    const found = waiting(`cache ${places.target(one.site).name}`, place, one.startUs, Math.min(one.endUs, endUs));
    children.push({ ...found, attributes: { 'wavetank.cache': one.what } });
  }
  if (served.heldUs >= 0)
    children.push(waiting('slow client', place, served.heldUs, answeredUs < 0 ? endUs : answeredUs));
  const status = STATUS[outcome];
  const { name } = places.target(served.attempt.call.site);
  return {
    name: `GET ${name}`,
    kind: 'server',
    place,
    startUs: arrivedUs,
    endUs,
    attributes: {
      'http.request.method': 'GET',
      ...(status === undefined ? {} : { 'http.response.status_code': status }),
      ...unfinished(answeredUs),
    },
    error: answeredUs >= 0 && outcome !== Outcome.Ok ? errorType(outcome) : undefined,
    children: [...children, ...calls],
  };
}

function waiting(name: string, place: Place, startUs: number, endUs: number): TraceSpan {
  return { name, kind: 'internal', place, startUs, endUs, attributes: {}, error: undefined, children: [] };
}

/** A span that has not ended when the run does, or whose machine is gone, lasts as long as anything in it. */
function endOf(endUs: number, children: readonly TraceSpan[], leastUs: number): number {
  return endUs >= 0 ? endUs : Math.max(leastUs, ...children.map((one) => one.endUs));
}

function unfinished(endUs: number): Readonly<Record<string, boolean>> {
  return endUs < 0 ? { 'wavetank.unfinished': true } : {};
}

/** `error.type` as the conventions have it: the status of an answer, else what there was in its place. */
function errorType(outcome: number): string {
  const status = STATUS[outcome];
  return status === undefined ? outcomeNames[outcome as 0] : String(status);
}
