// How Node compiles: hints to V8 that change no result.
import { setFlagsFromString } from 'node:v8';

import type { Scenario } from '../scenario/scenario.ts';
import type { World } from '../world/build.ts';

/** V8's own, bytes of bytecode. */
const BUDGET = 67_584;
/** Half a simulation's time goes into requests from there on, or more: 3 s of them. */
const MANY_REQUESTS = 3e6;
/** How often the rates of a run are looked at. */
const LOOKS = 64;

/**
 * To be called before a simulation runs, by programs that own their process (docs/performance.md). V8's optimising compiler may inline more into
 * one function: 5 to 12 % of a request's time. And it waits six times as long before it takes a function on: a control plane has many
 * functions that are never hot.
 */
export function tuneCompiler(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000');
  setFlagsFromString(`--interrupt-budget=${6 * BUDGET}`);
}

/** Has a run of many requests compiled as V8 would by itself: what waits that long is inlined worse, which is 7 % of a request's time. */
export function compileForRequests({ traffic }: World, { durationUs, traffic: sources }: Scenario): void {
  const perSecond = (source: number, timeUs: number): number => traffic.arrivals.rateAt(source, timeUs) || 0;
  let requests = 0;
  for (let look = 0; look < LOOKS; look += 1) {
    const timeUs = ((look + 0.5) * durationUs) / LOOKS;
    for (const source of sources.keys()) requests += (perSecond(source, timeUs) * durationUs) / LOOKS / 1e6;
  }
  if (requests > MANY_REQUESTS) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
