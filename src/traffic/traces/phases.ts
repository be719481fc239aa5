// Where the time of a call goes: its latency by phases that add up to it, by itself and along the critical path below it.
import type { CallSpan, ServedSpan } from './spans.ts';

/** In the order in which a request meets them. */
export const Phase = {
  Retries: 0,
  Policies: 1,
  Dns: 2,
  Connect: 3,
  Network: 4,
  Queue: 5,
  CpuWait: 6,
  Throttled: 7,
  Service: 8,
  Downstream: 9,
} as const;

/** Adds the latency of a call that ended well, by phases, to what `into` holds from `at` on. They sum up to its latency. */
export function addPhases(call: CallSpan, into: Float64Array | number[], at = 0): void {
  const { decided } = call;
  // Without an answer it was gone on without: nothing but attempts in vain, and what came in their place.
  if (decided === undefined || decided.endUs < 0 || call.outcome !== call.told) {
    const lastUs = call.attempts.reduce((last, { endUs }) => Math.max(last, endUs), call.startUs);
    into[at + Phase.Retries] += lastUs - call.startUs;
    into[at + Phase.Policies] += call.endUs - lastUs;
    return;
  }
  const { startUs, served } = decided;
  const openUs = decided.openUs < 0 ? startUs : decided.openUs;
  const namedUs = decided.namedUs < 0 ? openUs : decided.namedUs;
  const connectedUs = decided.connectedUs < 0 ? namedUs : decided.connectedUs;
  const leftUs = decided.leftUs < 0 ? connectedUs : decided.leftUs;
  into[at + Phase.Retries] += startUs - call.startUs;
  into[at + Phase.Policies] += openUs - startUs + leftUs - connectedUs;
  into[at + Phase.Dns] += namedUs - openUs;
  into[at + Phase.Connect] += connectedUs - namedUs;
  if (served === undefined || served.answeredUs < 0) {
    into[at + Phase.Network] += call.endUs - leftUs;
    return;
  }
  into[at + Phase.Network] += served.arrivedUs - leftUs + call.endUs - served.answeredUs;
  const servedUs = served.servedUs < 0 ? served.answeredUs : served.servedUs;
  const queueUs = servedUs - served.arrivedUs + served.preemptedUs;
  let downstreamUs = 0;
  for (const one of criticalCalls(served)) downstreamUs += one.endUs - one.startUs;
  into[at + Phase.Queue] += queueUs;
  into[at + Phase.CpuWait] += served.cpuWaitUs;
  into[at + Phase.Throttled] += served.throttledUs;
  into[at + Phase.Downstream] += downstreamUs;
  const otherUs = queueUs + served.cpuWaitUs + served.throttledUs + downstreamUs;
  into[at + Phase.Service] += served.answeredUs - served.arrivedUs - otherUs;
}

/**
 * The calls of a request that it waited for: backwards from its answer the one that ended last, then the one that ended last before that one
 * began, and so on. The last one first.
 */
export function criticalCalls({ calls, answeredUs, arrivedUs }: ServedSpan): CallSpan[] {
  const path: CallSpan[] = [];
  let untilUs = answeredUs;
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
