// Jobs of a parallel machine in the Standard Workload Format of the Parallel Workloads Archive.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import type { Importer, ImportSources } from './importer.ts';
import { isWithin, numberAt, podTrace, podTraceArgs, type TracePod } from './pod-trace.ts';
import { Sample } from './sample.ts';

/** Fields of a line, in their order (Feitelson, https://www.cs.huji.ac.il/labs/parallel/workload/swf.html). */
const FIELDS = 18;
/** Where the header does not say how many a node has. */
const PROCESSORS = 32;
const MEMORY_MIB = 2048;

export const swf: Importer = member({
  name: 'swf',
  summary: 'Jobs of the Parallel Workloads Archive, a file in the Standard Workload Format (18 fields a line).',
  args: podTraceArgs,
  create(options, sources: ImportSources) {
    const [file] = sources.files;
    if (sources.files.length !== 1) throw new InputError(`swf takes one file; ${sources.files.length} were given`);
    const sample = new Sample<TracePod>(options.pods);
    const header = new Map<string, number>();
    let left = 0;
    let perNode = 0;
    for (const one of sources.lines(file)) {
      const text = one.text.trim();
      const [, key, value] = /^;\s*(MaxNodes|MaxProcs)\s*:\s*(\d+)/.exec(text) ?? [];
      if (key !== undefined) header.set(key, Number(value));
      if (text === '' || text.startsWith(';')) continue;
      perNode ||= processorsOfNode(header);
      const fields = text.split(/\s+/);
      if (fields.length !== FIELDS) {
        throw new InputError({ file, line: one.line, message: `expected ${FIELDS} fields, got ${fields.length}` });
      }
      const at = (index: number, name: string): number => numberAt(file, one, name, fields[index]);
      const [number, submitted, waited, ran] = [
        at(0, 'job number'),
        at(1, 'submit time'),
        at(2, 'wait time'),
        at(3, 'run time'),
      ];
      const [allocated, requested, memoryKb] = [
        at(4, 'allocated processors'),
        at(7, 'requested processors'),
        at(9, 'requested memory'),
      ];
      const processors = allocated > 0 ? allocated : requested;
      // -1 is for what is not known; one that was cancelled before it began did not run.
      if (ran < 0 || processors <= 0) left += 1;
      else if (isWithin(options, submitted)) {
        const parts = Math.ceil(processors / perNode);
        const memoryMib = memoryKb > 0 ? memoryKb / 1024 : MEMORY_MIB;
        for (let part = 0; part < parts; part += 1) {
          const own = Math.min(perNode, processors - part * perNode);
          sample.add(`${number}/${part}`, {
            startS: submitted,
            endS: submitted + Math.max(0, waited) + ran,
            cpuMilli: own * 1000,
            memoryMib: own * memoryMib,
            gpus: 0,
          });
        }
      }
    }
    const name = options.name ?? 'swf';
    const node = { cpuMilli: (perNode || PROCESSORS) * 1000, memoryMib: (perNode || PROCESSORS) * 4096, gpus: 0 };
    const what = 'a parallel machine';
    const assumed = [
      `a job is a pod for each ${perNode || PROCESSORS} of its processors; they come with its submission and go when it ended, after its wait and its run`,
      `a processor of which no memory is known has ${MEMORY_MIB} MiB`,
      ...(left === 0 ? [] : [`${left} jobs that never ran, or of which nothing is known, are left out`]),
    ];
    return podTrace({ what, one: 'job', files: sources.files, node, sample, assumed }, options, name);
  },
});

function processorsOfNode(header: ReadonlyMap<string, number>): number {
  const [nodes, processors] = [header.get('MaxNodes') ?? 0, header.get('MaxProcs') ?? 0];
  return nodes > 0 && processors >= nodes ? Math.max(1, Math.round(processors / nodes)) : PROCESSORS;
}
