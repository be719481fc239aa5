// How Node compiles: hints to V8 that change no result.
import { setFlagsFromString } from 'node:v8';

/**
 * To be called before a simulation runs, by programs that own their process (docs/performance.md). V8's optimising compiler may inline more into
 * one function: 5 to 12 % of a request's time. And it waits six times as long before it takes a function on: a control plane has many
 * functions that are never hot, and what a request needs is hot at once.
 */
export function tuneCompiler(): void {
  setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000');
  setFlagsFromString('--interrupt-budget=400000');
}
