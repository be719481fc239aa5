// Jobs and containers of Alibaba's cluster-trace-v2018: batch_task.csv and container_meta.csv, which have no header.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import type { Importer, ImportSources, SourceLine } from './importer.ts';
import { isWithin, numberAt, podTrace, podTraceArgs, type PodTraceOptions, type TracePod } from './pod-trace.ts';
import { Sample } from './sample.ts';

/** task_name, instance_num, job_name, task_type, status, start_time, end_time, plan_cpu, plan_mem. */
const TASK_FIELDS = 9;
/** container_id, machine_id, time_stamp, app_du, status, cpu_request, cpu_limit, mem_size. */
const CONTAINER_FIELDS = 8;
/** Machines have 96 cores; memory is given as parts of theirs, in percent, and taken for 384 GiB. */
const NODE = { cpuMilli: 96_000, memoryMib: 384 * 1024, gpus: 0 };
const MOST_INSTANCES = 100_000;

/** What is known of a trace while it is read. */
interface Reading {
  readonly options: PodTraceOptions;
  readonly sample: Sample<TracePod>;
  /** Tasks that never began, or have no end or no plan. */
  left: number;
}

export const alibaba2018: Importer = member({
  name: 'alibaba-2018',
  summary:
    "Pods of Alibaba's cluster-trace-v2018: batch_task.csv (a pod for each instance of a task), container_meta.csv, or both.",
  args: podTraceArgs,
  create(options, sources: ImportSources) {
    const reading: Reading = { options, sample: new Sample<TracePod>(options.pods), left: 0 };
    const kinds = new Set<string>();
    for (const file of sources.files) {
      for (const one of sources.lines(file)) {
        if (one.text === '') continue;
        const fields = one.text.split(',');
        if (fields.length === TASK_FIELDS) takeTask(file, one, fields, reading);
        else if (fields.length === CONTAINER_FIELDS) takeContainer(file, one, fields, reading);
        else {
          const message = `expected ${TASK_FIELDS} fields (batch_task.csv) or ${CONTAINER_FIELDS} (container_meta.csv), got ${fields.length}`;
          throw new InputError({ file, line: one.line, message });
        }
        if (one.line === 1) kinds.add(fields.length === TASK_FIELDS ? 'instance' : 'container');
      }
    }
    const assumed = [
      ...(kinds.has('instance')
        ? ['an instance of a task is a pod from the start to the end of its task, with what the task plans for each']
        : []),
      ...(kinds.has('container') ? ['a container is a pod from when it is first seen on, and stays'] : []),
      'machines have 96 cores and 384 GiB, of which the trace has memory in percent',
      ...(reading.left === 0
        ? []
        : [`${reading.left} tasks that did not run, or of which no plan is known, are left out`]),
    ];
    return podTrace(
      {
        what: "Alibaba's cluster trace of 2018",
        one: kinds.size === 1 ? [...kinds][0] : 'pod',
        files: sources.files,
        node: NODE,
        sample: reading.sample,
        assumed,
      },
      options,
      options.name ?? 'alibaba-2018',
    );
  },
});

function takeTask(file: string, line: SourceLine, fields: readonly string[], reading: Reading): void {
  const at = (index: number, name: string): number => numberAt(file, line, name, fields[index]);
  const [startS, endS] = [at(5, 'start_time'), at(6, 'end_time')];
  // Not all tasks have a plan.
  if (fields[7] === '' || fields[8] === '' || startS <= 0 || endS < startS) {
    reading.left += 1;
    return;
  }
  const instances = at(1, 'instance_num');
  if (!Number.isInteger(instances) || instances < 0 || instances > MOST_INSTANCES) {
    const message = `expected a whole number up to ${MOST_INSTANCES}, got ${fields[1]}`;
    throw new InputError({ file, line: line.line, path: 'instance_num', message });
  }
  if (!isWithin(reading.options, startS)) return;
  // 100 is a core.
  const cpuMilli = Math.round(at(7, 'plan_cpu') * 10);
  const memoryMib = Math.round((at(8, 'plan_mem') / 100) * NODE.memoryMib);
  for (let instance = 0; instance < instances; instance += 1) {
    reading.sample.add(`${fields[2]}/${fields[0]}/${instance}`, { startS, endS, cpuMilli, memoryMib, gpus: 0 });
  }
}

/** Rows of one container are changes of its state: the first says when it was there. */
function takeContainer(file: string, line: SourceLine, fields: readonly string[], reading: Reading): void {
  const at = (index: number, name: string): number => numberAt(file, line, name, fields[index]);
  const startS = at(2, 'time_stamp');
  if (!isWithin(reading.options, startS) || reading.sample.get(fields[0]) !== undefined) return;
  const cpuMilli = Math.round(at(5, 'cpu_request') * 10);
  const memoryMib = Math.round((at(7, 'mem_size') / 100) * NODE.memoryMib);
  reading.sample.add(fields[0], { startS, endS: undefined, cpuMilli, memoryMib, gpus: 0 });
}
