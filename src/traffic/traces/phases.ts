// Where the time of a call goes: its latency by phases that add up to it, by itself and along the critical path below it.
import type { AttemptSpan, CallSpan, ServedSpan } from './spans.ts';

/** In the order in which a request meets them. */
export const Phase = {
  Retries: 0,
  Policies: 1,
  Dns: 2,
  Connect: 3,
  Network: 4,
  Mesh: 5,
  Queue: 6,
  CpuWait: 7,
  Throttled: 8,
  Service: 9,
  Client: 10,
  Downstream: 11,
} as const;

/** Adds the latency of a call by phases to what `into` holds from `at` on. They sum up to its latency, or to its time so far until `endUs`. */
export function addPhases(call: CallSpan, into: Float64Array | number[], at = 0, endUs = call.endUs): void {
  const decided = decidedOf(call, endUs);
  if (decided === undefined && isUnderWay(call, endUs)) {
    into[at + Phase.Retries] += endUs - call.startUs;
    return;
  }
  // Without an answer it was gone on without: nothing but attempts in vain, and what came in their place.
  if (decided === undefined || call.outcome !== call.told) {
    const lastUs = call.attempts.reduce((last, one) => Math.max(last, one.endUs), call.startUs);
    into[at + Phase.Retries] += lastUs - call.startUs;
    into[at + Phase.Policies] += endUs - lastUs;
    return;
  }
  const { startUs, served } = decided;
  if (!isAnswered(served, endUs)) {
    addUnanswered(call, decided, endUs, into, at);
    return;
  }
  const openUs = decided.openUs < 0 ? startUs : decided.openUs;
  const namedUs = decided.namedUs < 0 ? openUs : decided.namedUs;
  const connectedUs = decided.connectedUs < 0 ? namedUs : decided.connectedUs;
  const leftUs = decided.leftUs < 0 ? connectedUs : decided.leftUs;
  into[at + Phase.Retries] += startUs - call.startUs;
  into[at + Phase.Policies] += openUs - startUs + leftUs - connectedUs;
  into[at + Phase.Dns] += namedUs - openUs;
  into[at + Phase.Connect] += connectedUs - namedUs;
  into[at + Phase.Network] += served.arrivedUs - leftUs + endUs - served.answeredUs;
  addPassages(decided, into, at, endUs);
  const servedUs = served.servedUs < 0 ? served.answeredUs : served.servedUs;
  const queueUs = servedUs - served.arrivedUs + served.preemptedUs;
  let downstreamUs = 0;
  for (const one of criticalCalls(served)) downstreamUs += one.endUs - one.startUs;
  into[at + Phase.Queue] += queueUs;
  into[at + Phase.CpuWait] += served.cpuWaitUs;
  into[at + Phase.Throttled] += served.throttledUs;
  into[at + Phase.Downstream] += downstreamUs;
  const clientUs = served.heldUs < 0 ? 0 : served.answeredUs - served.heldUs;
  into[at + Phase.Client] += clientUs;
  const otherUs = queueUs + served.cpuWaitUs + served.throttledUs + downstreamUs + clientUs;
  into[at + Phase.Service] += served.answeredUs - served.arrivedUs - otherUs;
}

/** They are passed while it opens (before `connectedUs`, -1: it still does) or between two processes: time of neither a connection nor a network. */
function addPassages(
  { passages = [], connectedUs }: AttemptSpan,
  into: Float64Array | number[],
  at: number,
  endUs: number,
): void {
  for (const { startUs, endUs: passedUs } of passages) {
    const us = Math.max(0, (passedUs < 0 ? endUs : Math.min(passedUs, endUs)) - startUs);
    into[at + Phase.Mesh] += us;
    into[at + (connectedUs < 0 || startUs < connectedUs ? Phase.Connect : Phase.Network)] -= us;
  }
}

function isUnderWay({ endUs }: CallSpan, untilUs: number): boolean {
  return endUs < 0 || endUs > untilUs;
}

/** The attempt with which the call ended; of one that is under way the last one, if that is too. */
function decidedOf(call: CallSpan, untilUs: number): AttemptSpan | undefined {
  if (!isUnderWay(call, untilUs)) return call.decided;
  const last = call.attempts.findLast(({ startUs }) => startUs <= untilUs);
  return last === undefined || last.endUs < 0 || last.endUs > untilUs ? last : undefined;
}

function isAnswered(served: ServedSpan | undefined, endUs: number): served is ServedSpan {
  return served !== undefined && served.answeredUs >= 0 && served.answeredUs <= endUs;
}

/** Nothing came back: how far it had come, step by step, and where it was when it was given up. */
function addUnanswered(
  call: CallSpan,
  attempt: AttemptSpan,
  endUs: number,
  into: Float64Array | number[],
  at: number,
): void {
  const { startUs, openUs, namedUs, connectedUs, leftUs, served, queries } = attempt;
  let fromUs = startUs;
  const until = (phase: number, us: number): void => {
    const toUs = us < 0 || us > endUs ? endUs : Math.max(us, fromUs);
    into[at + phase] += toUs - fromUs;
    fromUs = toUs;
  };
  into[at + Phase.Retries] += startUs - call.startUs;
  until(Phase.Policies, openUs);
  if (queries.length > 0 || namedUs >= 0) until(Phase.Dns, namedUs);
  until(Phase.Connect, connectedUs);
  until(Phase.Policies, leftUs);
  until(Phase.Network, served?.arrivedUs ?? -1);
  addPassages(attempt, into, at, endUs);
  if (served === undefined) return;
  until(Phase.Queue, served.servedUs);
  if (fromUs === endUs) return;
  const doneUs = served.workedUs < 0 ? endUs : Math.min(served.workedUs, endUs);
  const preemptedUs = Math.min(served.preemptedUs, doneUs - fromUs);
  const workUs = doneUs - fromUs - preemptedUs;
  const throttledUs = Math.min(served.throttledSoFarUs(), workUs);
  const waitedUs = workUs - throttledUs - served.needUs;
  // Ends of bursts are whole µs.
  const cpuWaitUs = waitedUs > served.bursts ? waitedUs : 0;
  let downstreamUs = 0;
  for (const one of callsUntil(served, endUs)) downstreamUs += endOf(one, endUs) - one.startUs;
  into[at + Phase.Queue] += preemptedUs;
  into[at + Phase.Throttled] += throttledUs;
  into[at + Phase.CpuWait] += cpuWaitUs;
  into[at + Phase.Downstream] += downstreamUs;
  const clientUs = served.heldUs < 0 ? 0 : Math.max(0, endUs - served.heldUs);
  into[at + Phase.Client] += clientUs;
  into[at + Phase.Service] += endUs - fromUs - preemptedUs - throttledUs - cpuWaitUs - downstreamUs - clientUs;
}

/** When a call was over for whoever gave up at `untilUs`. */
export function endOf(call: CallSpan, untilUs: number): number {
  return isUnderWay(call, untilUs) ? untilUs : call.endUs;
}

/** The calls that a call waited for further down, until it ended, or until `endUs`. The last one first. */
export function callsBelow(call: CallSpan, endUs = call.endUs): CallSpan[] {
  const served = call.outcome === call.told ? decidedOf(call, endUs)?.served : undefined;
  if (served === undefined) return [];
  return isAnswered(served, endUs) ? criticalCalls(served) : callsUntil(served, endUs);
}

/** The same of a request that was given up: the one under way that began first, then those that ended before. */
function callsUntil(served: ServedSpan, endUs: number): CallSpan[] {
  let open: CallSpan | undefined;
  for (const one of served.calls) {
    const isOpen = one.startUs < endUs && isUnderWay(one, endUs);
    if (isOpen && (open === undefined || one.startUs < open.startUs)) open = one;
  }
  return open === undefined ? criticalCalls(served, endUs) : [open, ...criticalCalls(served, open.startUs)];
}

/**
 * The calls of a request that it waited for: backwards from its answer the one that ended last, then the one that ended last before that one
 * began, and so on. The last one first.
 */
function criticalCalls({ calls, answeredUs, arrivedUs }: ServedSpan, fromUs = answeredUs): CallSpan[] {
  const path: CallSpan[] = [];
  let untilUs = fromUs;
  while (untilUs > arrivedUs) {
    let last: CallSpan | undefined;
    for (const one of calls) {
      if (one.endUs < 0 || one.endUs > untilUs || one.startUs >= untilUs || one.endUs === one.startUs) continue;
      if (last === undefined || one.endUs > last.endUs) last = one;
    }
    if (last === undefined) break;
    path.push(last);
    untilUs = last.startUs;
  }
  return path;
}
