// Scripts: generators that wait for time and for signals, for what happens rarely and reads best as a story.
import { assert, InvariantError } from '../lib/assert.ts';
import { InputError } from '../lib/errors.ts';

/** What a script yields: it is handed the function that resumes the script after a delay in microseconds. */
export type Wait = (resume: (delayUs: number) => void) => void;

/** A generator that yields what it waits for: `yield* sleep(us)`, `const value = yield* signal.wait()`. */
export type Script = Generator<Wait, void, unknown>;

/** Waits for `delayUs` microseconds of simulated time. */
export function* sleep(delayUs: number): Generator<Wait, void, unknown> {
  yield (resume) => resume(delayUs);
}

/** Waits until every signal has fired; gives their values in the order of `signals`. */
export function* all<T>(signals: readonly Signal<T>[]): Generator<Wait, T[], unknown> {
  const values: T[] = [];
  for (const signal of signals) values.push(yield* signal.wait());
  return values;
}

/** Something that happens once, with a value. Scripts that wait for it go on at the instant it fires, as events of that instant. */
export class Signal<T> {
  readonly #engine: { readonly now: number };
  #fired: { readonly value: T; readonly atUs: number } | undefined;
  #waiting: ((delayUs: number) => void)[] = [];

  constructor(engine: { readonly now: number }) {
    this.#engine = engine;
  }

  /** When it fired, in microseconds; undefined before. */
  get firedAtUs(): number | undefined {
    return this.#fired?.atUs;
  }

  /** Wakes every waiting script, first come first served. Firing twice is a bug. */
  fire(value: T): void {
    assert(this.#fired === undefined, () => `a signal that fired at ${this.#fired?.atUs} µs was fired again`);
    this.#fired = { value, atUs: this.#engine.now };
    for (const resume of this.#waiting) resume(0);
    this.#waiting = [];
  }

  /** Waits for the value; after `fire` it returns at once. */
  *wait(): Generator<Wait, T, unknown> {
    if (this.#fired === undefined) yield (resume) => this.#waiting.push(resume);
    assert(this.#fired !== undefined, 'a script was resumed before its signal fired');
    return this.#fired.value;
  }
}

/** What books the scripts of a race. */
interface Spawner {
  readonly now: number;
  spawn(name: string, script: Script): void;
}

/** Waits for a value for at most `limitUs`; undefined when it has not come by then. */
export function* within<T>(
  spawner: Spawner,
  signal: Signal<T>,
  limitUs: number,
): Generator<Wait, T | undefined, unknown> {
  const first = new Signal<T | undefined>(spawner);
  const fire = (value: T | undefined): void => {
    if (first.firedAtUs === undefined) first.fire(value);
  };
  function* value(): Script {
    fire(yield* signal.wait());
  }
  function* limit(): Script {
    yield* sleep(limitUs);
    fire(undefined);
  }
  spawner.spawn('value', value());
  spawner.spawn('limit', limit());
  return yield* first.wait();
}

interface Running {
  readonly name: string;
  readonly script: Script;
  /** What it yields is handed this. */
  readonly wake: (delayUs: number) => void;
}

/** The running scripts of an engine. `schedule` books the resumption of a script's id after a delay. */
export class Scripts {
  readonly #schedule: (delayUs: number, id: number) => void;
  readonly #running: (Running | undefined)[] = [];
  readonly #free: number[] = [];

  constructor(schedule: (delayUs: number, id: number) => void) {
    this.#schedule = schedule;
  }

  /** Runs a script up to its first wait. */
  spawn(name: string, script: Script): void {
    const id = this.#free.pop() ?? this.#running.length;
    this.#running[id] = { name, script, wake: (delayUs) => this.#schedule(delayUs, id) };
    this.resume(id);
  }

  /** Runs a script from its wait to the next one. What it throws stops the run, with the script's name. */
  resume(id: number): void {
    const running = this.#running[id];
    assert(running !== undefined, () => `script ${id} was resumed after its end`);
    let step: IteratorResult<Wait, void>;
    try {
      step = running.script.next();
    } catch (error) {
      // What the input (or code that came with it) did wrong is no fault of the script.
      if (error instanceof InputError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new InvariantError(`script "${running.name}": ${message}`, { cause: error });
    }
    if (step.done === true) {
      this.#running[id] = undefined;
      this.#free.push(id);
    } else {
      step.value(running.wake);
    }
  }
}
