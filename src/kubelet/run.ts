// One run of a container: from its start to its end.

interface RunEnd {
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string | undefined;
}

/** Of all that run: most runs never end, and each is kept as long as its pod. */
const NOT_YET: RunEnd = { finishedAt: -1, exitCode: 0, reason: '', message: undefined };

/** The sandbox of a run that was removed: none. */
const NO_SANDBOX = -1;

export class Run {
  readonly attempt: number;
  /** The attempt of the sandbox in which it ran. */
  readonly sandbox: number;
  /** µs; -1 when its start failed. */
  readonly startedAt: number;
  /** The run before, which is kept for what it ended with. */
  readonly previous: Run | undefined;
  #end = NOT_YET;

  constructor(attempt: number, sandbox: number, startedAt: number, previous: Run | undefined) {
    this.attempt = attempt;
    this.sandbox = sandbox;
    this.startedAt = startedAt;
    this.previous = previous === undefined || previous.previous === undefined ? previous : Run.#without(previous);
  }

  get running(): boolean {
    return this.#end === NOT_YET;
  }

  /** µs; -1 while it runs. */
  get finishedAt(): number {
    return this.#end.finishedAt;
  }

  get exitCode(): number {
    return this.#end.exitCode;
  }

  get reason(): string {
    return this.#end.reason;
  }

  get message(): string | undefined {
    return this.#end.message;
  }

  /** Its container was removed, and is to start over: `attempt` is the number that its next run will have. */
  get isRemoved(): boolean {
    return this.sandbox === NO_SANDBOX;
  }

  /** What is left of a container that is removed to start over: how it ended as far as anybody learns. */
  static removed(attempt: number, exitCode: number, reason: string, message: string | undefined): Run {
    const run = new Run(attempt, NO_SANDBOX, -1, undefined);
    run.end(-1, exitCode, reason, message);
    return run;
  }

  end(now: number, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string): void {
    this.#end = { finishedAt: now, exitCode, reason, message };
  }

  /** The same one without those before it. */
  static #without(run: Run): Run {
    const last = new Run(run.attempt, run.sandbox, run.startedAt, undefined);
    last.#end = run.#end === NOT_YET ? { ...NOT_YET } : run.#end;
    return last;
  }
}
