// Training jobs of Microsoft's Philly clusters, 2017 (msr-fiddle/philly-traces, cluster_job_log).
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { valueAt } from '../document.ts';
import { isMapping } from '../fill.ts';
import type { Importer, ImportSources } from './importer.ts';
import { jsonItems } from './json-items.ts';
import { isWithin, podTrace, podTraceArgs, type TracePod } from './pod-trace.ts';
import { Sample } from './sample.ts';

const NODE = { cpuMilli: 64_000, memoryMib: 512 * 1024, gpus: 8 };
/** Of the machine, for each of its eight GPUs. */
const CPU_MILLI = 4000;
const MEMORY_MIB = 32 * 1024;

export const philly: Importer = member({
  name: 'philly',
  summary: "Training jobs of Microsoft's Philly clusters: cluster_job_log, a list in JSON.",
  args: podTraceArgs,
  create(options, sources: ImportSources) {
    const [file] = sources.files;
    if (sources.files.length !== 1) throw new InputError(`philly takes one file; ${sources.files.length} were given`);
    const sample = new Sample<TracePod>(options.pods);
    let firstS = Infinity;
    let left = 0;
    for (const { line, value } of jsonItems(file, sources.lines(file))) {
      const submittedS = secondsAt(file, line, 'submitted_time', valueAt(value, ['submitted_time']));
      const attempts = valueAt(value, ['attempts']);
      const all = Array.isArray(attempts) ? attempts.filter(isMapping) : [];
      const ends = all.map((one) => one['end_time']).filter((one) => typeof one === 'string' && one !== 'None');
      const machines = all.map((one) => one['detail']).find((one) => Array.isArray(one) && one.length > 0) as
        | { gpus?: unknown[] }[]
        | undefined;
      if (submittedS === undefined || machines === undefined) {
        left += 1;
        continue;
      }
      // The window counts from the first job, which need not be the first of the file.
      firstS = Math.min(firstS, submittedS);
      if (!isWithin(options, submittedS - firstS)) continue;
      const endS =
        ends.length < all.length || ends.length === 0 ? undefined : secondsAt(file, line, 'end_time', ends.at(-1));
      machines.forEach(({ gpus = [] }, index) =>
        sample.add(`${String(valueAt(value, ['jobid']))}/${index}`, {
          startS: submittedS,
          endS,
          cpuMilli: gpus.length * CPU_MILLI,
          memoryMib: gpus.length * MEMORY_MIB,
          gpus: gpus.length,
        }),
      );
    }
    const assumed = [
      'a job is a pod for each machine of its first attempt, with the GPUs that it had there, from its submission to the end of its last attempt',
      'a GPU comes with 4 cores and 32 GiB; machines have 8 GPUs, 64 cores and 512 GiB',
      ...(left === 0 ? [] : [`${left} jobs without an attempt are left out`]),
    ];
    return podTrace(
      { what: 'Philly', one: 'job', files: sources.files, node: NODE, sample, assumed },
      options,
      options.name ?? 'philly',
    );
  },
});

/** `2017-10-07 01:11:39`, as seconds; undefined for `None`. */
function secondsAt(file: string, line: number, path: string, value: unknown): number | undefined {
  if (value === null || value === undefined || value === 'None') return undefined;
  const ms = typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : Number.NaN;
  if (Number.isFinite(ms)) return ms / 1000;
  throw new InputError({
    file,
    line,
    path,
    message: `expected a time such as "2017-10-07 01:11:39", got ${JSON.stringify(value)}`,
  });
}
