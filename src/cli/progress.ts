// The progress of a run, on a terminal only.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, events: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

const nothing = () => undefined;
const SILENT_JOBS = { begin: nothing, update: nothing, grow: nothing, stop: nothing };

export interface JobProgress {
  /** So many jobs were there before: they say nothing of the pace. */
  begin(kept: number): void;
  update(done: number, failed: number, events: number): void;
  /** There are so many more jobs. */
  grow(more: number): void;
  stop(): void;
}

/** A bar of jobs on standard error; where that is no terminal, a line a minute. Nothing when it is not `wanted`. */
export function jobProgress(name: string, jobs: number, wanted: boolean): JobProgress {
  if (!wanted) return SILENT_JOBS;
  return process.stderr.isTTY ? jobBar(name, jobs) : new JobLines(name, jobs);
}

function jobBar(name: string, jobs: number): JobProgress {
  const bar = new SingleBar(
    {
      format: `${name} {bar} {value} of {total} jobs, {eta_formatted} left, {million} million events{failures}`,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(jobs, 0, { million: '0.0', failures: '' });
  return {
    begin: (kept) => bar.start(jobs, kept, { million: '0.0', failures: '' }),
    update: (done, failed, events) => {
      bar.update(done, { million: (events / 1e6).toFixed(1), failures: failed === 0 ? '' : `, ${failed} failed` });
    },
    grow: (more: number) => bar.setTotal((jobs += more)),
    stop: () => bar.stop(),
  };
}

const LINE_EVERY_MS = 60_000;

class JobLines implements JobProgress {
  readonly #name: string;
  #jobs: number;
  readonly #started = Date.now();
  #kept = 0;
  #written = Date.now();

  constructor(name: string, jobs: number) {
    this.#name = name;
    this.#jobs = jobs;
  }

  begin(kept: number): void {
    this.#kept = kept;
  }

  update(done: number, failed: number): void {
    const now = Date.now();
    if (now - this.#written < LINE_EVERY_MS || done === this.#kept) return;
    this.#written = now;
    const left = ((this.#jobs - done) * (now - this.#started)) / (done - this.#kept) / 1000;
    const failures = failed === 0 ? '' : `, ${failed} failed`;
    process.stderr.write(`${this.#name}: ${done} of ${this.#jobs} jobs${failures}, ${showLeft(left)} left\n`);
  }

  grow(more: number): void {
    this.#jobs += more;
  }

  stop(): void {
    // Its lines stay.
  }
}

/** Seconds as a person reads them: `40s`, `12m`, `3h 5m`. */
export function showLeft(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)}s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes}m` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** A bar on standard error; nothing when that is no terminal or `wanted` is false. */
export function progress(name: string, wanted: boolean): Progress {
  if (!wanted || !process.stderr.isTTY) return SILENT;
  const bar = new SingleBar(
    {
      format: `${name} {bar} {percentage}% {eta_formatted} left, {million} million events`,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(100, 0, { million: '0.0' });
  return {
    update: (done, events) => {
      bar.update(Math.round(done * 100), { million: (events / 1e6).toFixed(1) });
      bar.render();
    },
    stop: () => bar.stop(),
  };
}
