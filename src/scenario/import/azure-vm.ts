// Virtual machines of Azure, 2017 and 2019 (Azure/AzurePublicDataset, vmtable.csv): a line for each, without a header.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import type { Importer, ImportSources } from './importer.ts';
import { isWithin, numberAt, podTrace, podTraceArgs, type TracePod } from './pod-trace.ts';
import { Sample } from './sample.ts';

/** VM, subscription, deployment, created, deleted, max, average and 95th percentile of CPU, category, cores, memory (GB). */
const FIELDS = 11;
const NODE = { cpuMilli: 64_000, memoryMib: 256 * 1024, gpus: 0 };
/** Buckets without an upper end, such as `>24`, are taken for the next size that is sold. */
const OPEN: Readonly<Record<string, number>> = { '>24': 32, '>64': 128 };

export const azureVm: Importer = member({
  name: 'azure-vm',
  summary: 'Virtual machines of Azure (AzurePublicDataset V1 and V2): vmtable.csv.',
  args: podTraceArgs,
  create(options, sources: ImportSources) {
    const [file] = sources.files;
    if (sources.files.length !== 1) throw new InputError(`azure-vm takes one file; ${sources.files.length} were given`);
    const sample = new Sample<TracePod>(options.pods);
    for (const one of sources.lines(file)) {
      if (one.text === '' || (one.line === 1 && /^vm_?id,/i.test(one.text))) continue;
      const fields = one.text.split(',');
      if (fields.length !== FIELDS) {
        throw new InputError({ file, line: one.line, message: `expected ${FIELDS} fields, got ${fields.length}` });
      }
      const at = (index: number, name: string): number =>
        numberAt(file, one, name, OPEN[fields[index]]?.toString() ?? fields[index]);
      const startS = at(3, 'created');
      const endS = at(4, 'deleted');
      if (endS < startS)
        throw new InputError({
          file,
          line: one.line,
          path: 'deleted',
          message: `${endS} is before the creation at ${startS}`,
        });
      const cpuMilli = at(9, 'cores') * 1000;
      const memoryMib = Math.round(at(10, 'memory') * 1024);
      if (isWithin(options, startS)) sample.add(fields[0], { startS, endS, cpuMilli, memoryMib, gpus: 0 });
    }
    const assumed = [
      'a virtual machine is a pod that requests its cores and memory; what it used of them is left out',
      'machines have 64 cores and 256 GiB; buckets without an end (>24, >64) are 32 cores and 128 GB',
    ];
    const what = "Azure's public trace";
    return podTrace(
      { what, one: 'VM', files: sources.files, node: NODE, sample, assumed },
      options,
      options.name ?? 'azure-vm',
    );
  },
});
