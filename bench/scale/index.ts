// From nothing to every pod Running or done: one kind of workload at four sizes, and every kind beside Deployments.
import type { BenchOptions, BenchResult } from '../bench.ts';
import { runSizes } from './sizes.ts';
import { runWorkloads } from './workloads.ts';

export async function run(options: BenchOptions): Promise<BenchResult> {
  const program = await options.bundle('scale/wavetank.ts');
  const parts = [runSizes(options, program), runWorkloads(options, program)];
  return {
    floors: parts.flatMap(({ floors }) => floors),
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)) as Record<string, number>,
  };
}
