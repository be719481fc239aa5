// The progress of a run, on a terminal only.
import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, events: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A bar of jobs on standard error; nothing when that is no terminal or `wanted` is false. */
export function jobProgress(name: string, jobs: number, wanted: boolean) {
  if (!wanted || !process.stderr.isTTY)
    return { update: () => undefined, grow: () => undefined, stop: () => undefined };
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
    update: (done: number, failed: number, events: number) => {
      bar.update(done, { million: (events / 1e6).toFixed(1), failures: failed === 0 ? '' : `, ${failed} failed` });
    },
    grow: (more: number) => bar.setTotal((jobs += more)),
    stop: () => bar.stop(),
  };
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
