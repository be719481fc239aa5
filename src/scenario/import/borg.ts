// Tasks of Google's Borg, May 2019 (clusterdata-2019): rows of the table instance_events as BigQuery exports them, a JSON object a line.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { valueAt } from '../document.ts';
import type { Importer, ImportSources, SourceLine } from './importer.ts';
import { isWithin, podTrace, podTraceArgs, type TracePod } from './pod-trace.ts';
import { Sample } from './sample.ts';

/** Of `EventType` in clusterdata_trace_format_v3.proto. */
const SUBMIT = 0;
const ENDS: ReadonlySet<number> = new Set([5, 6, 7, 8]);
const NAMES = [
  'SUBMIT',
  'QUEUE',
  'ENABLE',
  'SCHEDULE',
  'EVICT',
  'FAIL',
  'FINISH',
  'KILL',
  'LOST',
  'UPDATE_PENDING',
  'UPDATE_RUNNING',
];
/** Times before and after the trace. */
const BEFORE_US = 0;
/** Resources are given as parts of the largest machine: this is what it is taken for. */
const NODE = { cpuMilli: 96_000, memoryMib: 384 * 1024, gpus: 0 };

export const borg: Importer = member({
  name: 'borg',
  summary:
    "Tasks of Google's Borg, 2019: rows of instance_events in order of time, a JSON object a line, as BigQuery exports them.",
  args: podTraceArgs,
  create(options, sources: ImportSources) {
    const sample = new Sample<TracePod>(options.pods);
    for (const file of sources.files)
      for (const line of sources.lines(file)) if (line.text !== '') takeRow(file, line, sample, options);
    const assumed = [
      'a task is a pod from its submission to its end (FAIL, FINISH, KILL, LOST); one that is evicted waits and stays the same pod',
      'the largest machine, of which the trace has parts, has 96 cores and 384 GiB, and so have all',
      'instances of alloc sets are left out; tasks inside of them request what they do',
    ];
    return podTrace(
      { what: "Google's Borg", one: 'task', files: sources.files, node: NODE, sample, assumed },
      options,
      options.name ?? 'borg',
    );
  },
});

function takeRow(
  file: string,
  { line, text }: SourceLine,
  sample: Sample<TracePod>,
  options: Parameters<typeof isWithin>[0],
): void {
  const wrong = (path: string, message: string): InputError => new InputError({ file, line, path, message });
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError({ file, line, message: `not valid JSON: ${error.message}` });
  }
  // BigQuery writes 64-bit numbers as text.
  const number = (path: readonly string[], missing?: number): number => {
    const value = valueAt(row, path) ?? missing;
    const found = typeof value === 'string' && NAMES.includes(value) ? NAMES.indexOf(value) : Number(value);
    if (value === undefined || !Number.isFinite(found))
      throw wrong(path.join('.'), `expected a number, got ${JSON.stringify(value ?? null)}`);
    return found;
  };
  const collection = valueAt(row, ['collection_type']);
  if (collection === 1 || collection === '1' || collection === 'ALLOC_SET') return;
  const timeUs = number(['time']);
  const type = number(['type']);
  const id = `${number(['collection_id'])}/${number(['instance_index'], 0)}`;
  if (type === SUBMIT) {
    const startS = Math.max(BEFORE_US, timeUs) / 1e6;
    if (!isWithin(options, startS) || sample.get(id) !== undefined) return;
    const cpuMilli = Math.round(number(['resource_request', 'cpus'], 0) * NODE.cpuMilli);
    const memoryMib = Math.round(number(['resource_request', 'memory'], 0) * NODE.memoryMib);
    sample.add(id, { startS, endS: undefined, cpuMilli, memoryMib, gpus: 0 });
  } else if (ENDS.has(type)) {
    const known = sample.get(id);
    if (known !== undefined) known.endS = timeUs / 1e6;
  }
}
