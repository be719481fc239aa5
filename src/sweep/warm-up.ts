// Runs the beginning of a job for nothing, so that V8 has compiled what the first measured one runs.
import type { Job } from '../scenario/scenario.ts';
import { type BuildOptions, buildWorld } from '../world/build.ts';

const SECONDS = 1;
const SLICES = 200;

/** A second of it at most. What goes wrong here goes wrong in the job itself as well, and is reported there. */
export function warmUp({ loaded, seed }: Job, families: BuildOptions['families']): void {
  const started = performance.now();
  try {
    const { engine } = buildWorld(loaded, seed, { families, check: false });
    for (let slice = 1; slice <= SLICES && performance.now() - started < SECONDS * 1000; slice += 1) {
      engine.run(Math.floor((loaded.scenario.durationUs * slice) / SLICES));
    }
  } catch {
    // The job says it.
  }
}
