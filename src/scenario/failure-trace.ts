// Traces of failures in CSV files: `trace: { file }` of a fault becomes the outages that the file tells of.
import { parse } from 'csv-parse/sync';
import { InputError } from '../lib/errors.ts';
import type { SourceText } from './scenario.ts';

/** Node, start and end in seconds since the first of the trace, cause. */
export type TracedOutage = readonly [node: string, fromSeconds: number, toSeconds: number, cause: string];

/** More than any public trace has; a scenario file cannot ask for more memory than this takes. */
const MOST_BYTES = 128 * 2 ** 20;
const MOST_OUTAGES = 2_000_000;
const MINUTE = 60;

interface Format {
  readonly columns: readonly string[];
  /** Undefined for a row that is no outage. */
  readonly read: (cell: (column: string) => string) => TracedOutage | undefined;
}

const FORMATS: readonly Format[] = [
  {
    columns: ['node', 'start', 'end'],
    read: (cell) => [cell('node'), number(cell('start')), number(cell('end')), cell('cause')],
  },
  // LANL's release, as cleaned: node within a system, minutes.
  {
    columns: ['system', 'node', 'start_min_since_1996', 'downtime_min', 'cause'],
    read: (cell) => {
      const start = number(cell('start_min_since_1996')) * MINUTE;
      const end = start + number(cell('downtime_min')) * MINUTE;
      return [`${cell('system')}/${cell('node')}`, start, end, cell('cause')];
    },
  },
  // The event_trace.tab of the Failure Trace Archive: type 1 is up, 0 is down; seconds since 1970.
  {
    columns: ['event_id', 'node_id', 'event_type', 'event_start_time', 'event_stop_time'],
    read: (cell) =>
      cell('event_type') === '0'
        ? [cell('node_id'), number(cell('event_start_time')), number(cell('event_stop_time')), '']
        : undefined,
  },
];

/** An empty cell is no number. */
function number(text: string): number {
  return text === '' ? Number.NaN : Number(text);
}

/** In the order of their starts, which count from the first of them. Throws an InputError with the line. */
export function readFailureTrace({ file, text }: SourceText): TracedOutage[] {
  if (text.length > MOST_BYTES) throw new InputError({ file, message: `larger than ${MOST_BYTES / 2 ** 20} MiB` });
  const [head = ''] = text.split('\n', 1);
  const delimiter = head.includes(',') ? ',' : '\t';
  const names = head
    .replace(/^\uFEFF?#?\s*/, '')
    .trim()
    .split(delimiter === ',' ? /\s*,\s*/ : /\s+/);
  const format = FORMATS.find(({ columns }) => columns.every((column) => names.includes(column)));
  if (format === undefined) {
    const expected = FORMATS.map(({ columns }) => columns.join(', ')).join('; or ');
    throw new InputError({ file, line: 1, message: `has the columns ${names.join(', ')}, expected ${expected}` });
  }
  const at = new Map(names.map((name, index) => [name, index]));
  const outages: TracedOutage[] = [];
  for (const [index, row] of rowsOf(file, text, delimiter).entries()) {
    const outage = format.read((column) => row[at.get(column) ?? -1] ?? '');
    if (outage === undefined) continue;
    const [node, from, to] = outage;
    if (node === '' || !Number.isFinite(from) || !Number.isFinite(to) || to < from)
      throw new InputError({ file, line: index + 2, message: 'expected a node, and a start and an end after it' });
    outages.push(outage);
    if (outages.length > MOST_OUTAGES) throw new InputError({ file, message: `more than ${MOST_OUTAGES} outages` });
  }
  outages.sort((a, b) => a[1] - b[1]);
  const first = outages.at(0)?.[1];
  if (first === undefined) throw new InputError({ file, message: 'has no outages' });
  return outages.map(([node, from, to, cause]) => [node, from - first, to - first, cause]);
}

function rowsOf(file: string, text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      from_line: 2,
      trim: true,
      relax_column_count: true,
      quote: delimiter === ',' ? '"' : null,
    });
  } catch (error) {
    throw new InputError({ file, message: `not valid CSV: ${error instanceof Error ? error.message : String(error)}` });
  }
}
