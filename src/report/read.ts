// Reads a job's results back: CSV tables as columns, and run.json.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { writtenJson } from '../lib/written-json.ts';

/** A table of the results by columns. An unknown column is an InputError. */
export interface CsvTable {
  readonly rows: number;
  /** In their order. */
  readonly columns: readonly string[];
  /** Results of an older version may lack a column. */
  has(column: string): boolean;
  text(column: string): readonly string[];
  /** Empty cells are NaN. The same array each time: not to be written to. */
  numbers(column: string): Float64Array;
}

const runSchema = z.object({
  version: z.string(),
  scenario: z.string(),
  scenario_hash: z.string(),
  job: z.string(),
  seed: z.string(),
  /** Results of an older version lack it. */
  start_time: z.string().optional(),
  duration_seconds: z.number().positive(),
  warmup_seconds: z.number(),
  digest: z.string(),
  events: z.number(),
  wall_s: z.number(),
  reproduce: z.string(),
  series_interval_seconds: z.number().positive(),
  nodes_interval_seconds: z.number().positive(),
  /** Results of an older version lack it. */
  workloads_interval_seconds: z.number().positive().optional(),
  expect: z.array(z.object({ text: z.string(), actual: z.number().nullable(), shown: z.string(), pass: z.boolean() })),
  assumptions: z.array(
    z.object({
      field: z.string(),
      value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      mark: z.string(),
    }),
  ),
  ignored: z.array(z.union([z.string(), z.record(z.string(), z.union([z.string(), z.number()]))])),
  caveats: z.array(z.string()).default([]),
  notes: z.array(z.string()),
  pending: z.array(z.object({ message: z.string(), pods: z.number(), example: z.string() })),
});

/** What the report uses of run.json. */
export type Run = z.output<typeof runSchema>;

/** One job's results. Tables are read when they are first asked for. */
export interface JobResults {
  readonly folder: string;
  readonly run: Run;
  /** Results of an older version may lack a table. */
  has(file: string): boolean;
  table(file: string): CsvTable;
  /** Of a long table the rows whose line matches, and maybe others: they are read anew each time. */
  rowsOf(file: string, matching: RegExp): CsvTable;
}

const RUN_FILE = 'run.json';
const COMMA = 44;
const NEWLINE = 10;

/** The folders of jobs at or below `folder`, at most three levels deep, sorted. Throws an InputError when there is none. */
export function findJobs(folder: string): string[] {
  const found: string[] = [];
  const look = (at: string, depth: number) => {
    if (existsSync(join(at, RUN_FILE))) {
      found.push(at);
      return;
    }
    if (depth === 0) return;
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) look(join(at, entry.name), depth - 1);
    }
  };
  const status = statSync(folder, { throwIfNoEntry: false });
  if (status === undefined) throw new InputError({ file: folder, message: 'no such folder' });
  if (!status.isDirectory()) throw new InputError({ file: folder, message: 'is a file, expected a folder of results' });
  look(folder, 3);
  if (found.length === 0) {
    throw new InputError({ file: folder, message: `no results here: expected ${RUN_FILE} in it or in a folder below` });
  }
  return found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Opens the results of one job. Throws an InputError for a file that is missing or not what wavetank writes. */
export function readJob(folder: string): JobResults {
  const file = join(folder, RUN_FILE);
  const run = writtenJson(read(file), runSchema, file);
  const tables = new Map<string, CsvTable>();
  return {
    folder,
    run,
    has: (name) => existsSync(join(folder, name)),
    table(name) {
      let table = tables.get(name);
      if (table === undefined) {
        table = readTable(join(folder, name));
        tables.set(name, table);
      }
      return table;
    },
    rowsOf: (name, matching) => parseTable(join(folder, name), read(join(folder, name)), matching),
  };
}

/** Reads a CSV file with a header line. Throws an InputError. */
export function readTable(file: string): CsvTable {
  return parseTable(file, read(file));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError({ file, message: `cannot be read: ${(error as NodeJS.ErrnoException).code}` });
  }
}

function parseTable(file: string, text: string, matching?: RegExp): CsvTable {
  const { heads, count, cell } = parseRecords(file, text, matching);
  const indexOf = (column: string): number => {
    const index = heads.indexOf(column);
    if (index === -1) throw new InputError({ file, line: 1, message: `no column "${column}"` });
    return index;
  };
  const numbers = new Map<string, Float64Array>();
  return {
    rows: count,
    columns: heads,
    has: (column) => heads.includes(column),
    text(column) {
      const index = indexOf(column);
      return Array.from({ length: count }, (_, row) => cell(row, index));
    },
    numbers(column) {
      const known = numbers.get(column);
      if (known !== undefined) return known;
      const index = indexOf(column);
      const read = new Float64Array(count);
      for (let row = 0; row < count; row += 1) {
        const written = cell(row, index);
        read[row] = written === '' ? Number.NaN : Number(written);
        if (written !== '' && !Number.isFinite(read[row])) {
          throw new InputError({ file, path: column, message: `row ${row + 1}: expected a number, got "${written}"` });
        }
      }
      numbers.set(column, read);
      return read;
    },
  };
}

/** A table as text: rows are counted from 0, after the names of the columns. */
interface Records {
  readonly heads: readonly string[];
  readonly count: number;
  readonly cell: (row: number, column: number) => string;
}

/** Without a quote in the text a cell is what stands between two commas; only a text with quotes needs the parser. */
function parseRecords(file: string, text: string, matching?: RegExp): Records {
  if (matching === undefined && !text.includes('"') && !text.includes('\r')) return plainRecords(file, text);
  const records = recordsOf(text, matching) ?? parsed(file, text);
  const [heads = [], ...rows] = records;
  return { heads, count: rows.length, cell: (row, column) => rows[row][column] };
}

function parsed(file: string, text: string): string[][] {
  try {
    return parse(text);
  } catch (error) {
    throw new InputError({ file, message: `is not CSV: ${(error as Error).message}` });
  }
}

/** Keeps the text and where its lines begin: cells of a long table take several times as much memory as their text. */
function plainRecords(file: string, text: string): Records {
  const firstEnd = text.indexOf('\n');
  const heads = text === '' ? [] : text.slice(0, firstEnd === -1 ? text.length : firstEnd).split(',');
  let lines = 1;
  for (let end = firstEnd; end !== -1; end = text.indexOf('\n', end + 1)) lines += 1;
  const starts = new Int32Array(lines);
  let count = 0;
  for (let from = firstEnd === -1 ? text.length : firstEnd + 1; from < text.length; ) {
    starts[count] = from;
    count += 1;
    let width = 1;
    while (from < text.length && text.charCodeAt(from) !== NEWLINE) {
      if (text.charCodeAt(from) === COMMA) width += 1;
      from += 1;
    }
    from += 1;
    if (width !== heads.length) {
      throw new InputError({ file, line: count + 1, message: `expected ${heads.length} cells, got ${width}` });
    }
  }
  const cell = (row: number, column: number): string => {
    let from = starts[row];
    for (let passed = 0; passed < column; passed += 1) from = text.indexOf(',', from) + 1;
    const end = text.indexOf(column === heads.length - 1 ? '\n' : ',', from);
    return text.slice(from, end === -1 ? text.length : end);
  };
  return { heads, count, cell };
}

/** Records of which some have cells in quotes; undefined where something is not as wavetank writes it, which the parser says in words. */
function recordsOf(text: string, matching: RegExp | undefined): string[][] | undefined {
  if (text.includes('\r')) return undefined;
  const records: string[][] = [];
  for (let from = 0; from < text.length; ) {
    const end = endOfRecord(text, from);
    const record = text.slice(from, end);
    from = end + 1;
    if (matching !== undefined && records.length > 0 && !matching.test(record)) continue;
    const cells = record.includes('"') ? cellsOf(record) : record.split(',');
    if (cells === undefined || cells.length !== (records[0] ?? cells).length) return undefined;
    records.push(cells);
  }
  return records;
}

/** The first end of a line that is not within quotes. */
function endOfRecord(text: string, from: number): number {
  let quote = text.indexOf('"', from);
  for (let end = from; ; end += 1) {
    end = text.indexOf('\n', end);
    if (end === -1) return text.length;
    while (quote !== -1 && quote < end) {
      const closing = text.indexOf('"', quote + 1);
      if (closing === -1) return text.length;
      if (closing > end) end = text.indexOf('\n', closing);
      if (end === -1) return text.length;
      quote = text.indexOf('"', closing + 1);
    }
    return end;
  }
}

function cellsOf(record: string): string[] | undefined {
  const cells: string[] = [];
  for (let from = 0; from <= record.length; ) {
    if (record[from] !== '"') {
      const comma = record.indexOf(',', from);
      const end = comma === -1 ? record.length : comma;
      const cell = record.slice(from, end);
      if (cell.includes('"')) return undefined;
      cells.push(cell);
      from = end + 1;
      continue;
    }
    let end = record.indexOf('"', from + 1);
    while (end !== -1 && record[end + 1] === '"') end = record.indexOf('"', end + 2);
    if (end === -1 || (end + 1 < record.length && record[end + 1] !== ',')) return undefined;
    cells.push(record.slice(from + 1, end).replaceAll('""', '"'));
    from = end + 2;
  }
  return cells;
}
