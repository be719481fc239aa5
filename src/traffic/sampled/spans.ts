// What each component was at which time, and why: simulated, measured, or counted in expectation.
import type { Engine } from '../../engine/engine.ts';
import { type Component, Phase } from './component.ts';

/** What ends a silence or a measurement. */
export type Cause =
  | 'start'
  | 'endpoints'
  | 'process'
  | 'machine'
  | 'fault'
  | 'rate'
  | 'load'
  | 'callers'
  | 'warm-up'
  | 'observer';

/** Times in µs; the last one of a component ends with the run. */
export interface Span {
  readonly component: Component;
  readonly fromUs: number;
  readonly toUs: number;
  readonly phase: number;
  /** What has last changed. */
  readonly cause: Cause;
  /** Of its sources, begun meanwhile, simulated or counted. */
  readonly requests: number;
  /** Relative, of the mean: what the measurement had come to, or those that the silence went by; undefined where nothing was judged. */
  readonly error: number | undefined;
}

interface Open {
  fromUs: number;
  phase: number;
  cause: Cause;
  requests: number;
}

export class Spans {
  readonly #engine: Engine;
  readonly #ended: Span[] = [];
  readonly #open = new Map<Component, Open>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The component is about to have another phase, or the same one again. */
  turn(component: Component, phase: number, cause?: Cause): void {
    const open = this.#open.get(component);
    if (open === undefined) {
      const begun = { fromUs: this.#engine.now, phase, cause: cause ?? 'start', requests: component.requests };
      this.#open.set(component, begun);
      return;
    }
    // Changes while all is simulated anyway are of one span.
    if (open.phase === phase && phase === Phase.Full) return;
    this.#end(component, open);
    open.fromUs = this.#engine.now;
    open.phase = phase;
    open.cause = cause ?? open.cause;
    open.requests = component.requests;
  }

  /** The component is no more. */
  leave(component: Component): void {
    const open = this.#open.get(component);
    if (open !== undefined) this.#end(component, open);
    this.#open.delete(component);
  }

  /** All of them up to now, by the time of their beginning. */
  all(): Span[] {
    const open = [...this.#open].map(([component, one]) => this.#span(component, one));
    return [...this.#ended, ...open].toSorted((one, other) => one.fromUs - other.fromUs);
  }

  #end(component: Component, open: Open): void {
    if (this.#engine.now > open.fromUs) this.#ended.push(this.#span(component, open));
  }

  #span(component: Component, { fromUs, phase, cause, requests }: Open): Span {
    return {
      component,
      fromUs,
      toUs: this.#engine.now,
      phase,
      cause,
      requests: component.requests - requests,
      error: phase === Phase.Full ? undefined : component.error,
    };
  }
}
