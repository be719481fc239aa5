// The same job with another seed.
import type { Job } from '../scenario/scenario.ts';

export function withSeed(job: Job, seed: number): Job {
  return { ...job, seed, id: job.id.replace(/seed-\d+$/, `seed-${seed}`) };
}
