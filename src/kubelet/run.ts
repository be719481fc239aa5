// One run of a container: from its start to its end.

export class Run {
  readonly attempt: number;
  /** The attempt of the sandbox in which it ran. */
  readonly sandbox: number;
  /** µs; -1 when its start failed. */
  readonly startedAt: number;
  /** The run before, which is kept for what it ended with. */
  readonly previous: Run | undefined;
  running = true;
  finishedAt = -1;
  exitCode = 0;
  reason = '';
  message: string | undefined;

  constructor(attempt: number, sandbox: number, startedAt: number, previous: Run | undefined) {
    this.attempt = attempt;
    this.sandbox = sandbox;
    this.startedAt = startedAt;
    this.previous = previous === undefined || previous.previous === undefined ? previous : Run.#without(previous);
  }

  end(now: number, exitCode: number, reason = exitCode === 0 ? 'Completed' : 'Error', message?: string): void {
    this.running = false;
    this.finishedAt = now;
    this.exitCode = exitCode;
    this.reason = reason;
    this.message = message;
  }

  /** The same one without those before it. */
  static #without(run: Run): Run {
    const last = new Run(run.attempt, run.sandbox, run.startedAt, undefined);
    last.end(run.finishedAt, run.exitCode, run.reason, run.message);
    return last;
  }
}
