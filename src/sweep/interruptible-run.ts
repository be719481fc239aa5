// Runs a job so that a signal can end it: the event loop turns between parts, and Ctrl-C ends even a part that never would end.
import { setImmediate } from 'node:timers/promises';
import { Script } from 'node:vm';
import type { Row } from '../metrics/catalogue.ts';
import type { Job } from '../scenario/scenario.ts';
import { beginRun, type FinishedRun, type SimulationOptions } from '../world/run.ts';

/** So long the event loop stands still, or as long as one part of the run takes. */
const TURN_MS = 250;
/** So many turns there are from one look at what has come out to the next. */
const LOOK = 4;

/** Where the script finds what to do: in this context, for a context of its own takes longer to make than a small run. */
const WORK = Symbol.for('wavetank.work');
const doWork = new Script("globalThis[Symbol.for('wavetank.work')]()");

/** A run that a signal ended. */
export class Interruption extends Error {
  override readonly name = 'Interruption';

  /** `known` is what had come out; undefined when the signal came before the first instant. */
  constructor(
    readonly signal: NodeJS.Signals,
    readonly known: Row<'summary'> | undefined,
  ) {
    super(`ended by ${signal}`);
  }
}

/** As `runJob`. Throws an Interruption when `stop` is aborted, with a signal's name as the reason, or at Ctrl-C. */
export async function runUnless(stop: AbortSignal, job: Job, options: SimulationOptions): Promise<FinishedRun> {
  let known: Row<'summary'> | undefined;
  try {
    const run = breakable(() => beginRun(job, options));
    const turn = (): boolean => {
      const started = performance.now();
      let more = true;
      while (more && performance.now() - started < TURN_MS) more = run.advance();
      return more;
    };
    for (let turns = 0; breakable(turn); turns += 1) {
      // Ctrl-C in the middle of a turn leaves nothing that can be looked at.
      if (turns % LOOK === 0) known = run.soFar();
      await setImmediate();
      if (stop.aborted) throw new Interruption(stop.reason as NodeJS.Signals, run.soFar());
    }
    return breakable(() => run.finish());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_INTERRUPTED') throw error;
    throw new Interruption('SIGINT', known);
  }
}

/** Node ends a script at SIGINT, in the middle of an event if need be: nothing that `work` changed may be used after that. */
function breakable<T>(work: () => T): T {
  Reflect.set(globalThis, WORK, work);
  try {
    return doWork.runInThisContext({ breakOnSigint: true, displayErrors: false }) as T;
  } finally {
    Reflect.deleteProperty(globalThis, WORK);
  }
}
