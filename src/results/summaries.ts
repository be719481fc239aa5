// Jobs of which only the summary is kept: a line each in one file, in place of a folder with every table.
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { catalogue, type Row } from '../metrics/catalogue.ts';
import { header, lines } from './csv.ts';
import { type LeftBehind, runSchema, summaryOf } from './read-back.ts';
import type { RunRecord } from './run-record.ts';

const NEWLINE = 10;
const CHUNK_BYTES = 1 << 20;
/** Lines are written again in this many bytes at a time. */
const WRITE_BYTES = 1 << 20;

/** The line of a job: what is needed of run.json, and the values of summary.csv, rounded as they are there. */
export function summaryLine(run: Omit<RunRecord, 'machine'>, summary: Row<'summary'>): string {
  const [values] = parse(lines('summary', [summary])) as string[][];
  return JSON.stringify({ job: run.job, run: runSchema.parse(run), summary: values });
}

const SUMMARY_COLUMNS = (parse(header('summary')) as string[][])[0];

export function readSummaryLine(line: string): LeftBehind {
  const { run, summary } = JSON.parse(line) as { readonly run: unknown; readonly summary: readonly string[] };
  const row = Object.fromEntries(SUMMARY_COLUMNS.map((name, index) => [name, summary[index]]));
  return { run: runSchema.parse(run), summary: summaryOf(row) };
}

/** `summaries.ndjson`; that of a shard is `summaries-2-of-4.ndjson`. */
export function summariesName(shard: string | undefined): string {
  return shard === undefined ? 'summaries.ndjson' : `summaries-${shard.replace('/', '-of-')}.ndjson`;
}

/** A line is there completely or not at all: one that a killed process left half written is cut off. Memory is taken for where lines are, and not for what they say. */
export class SummariesFile {
  readonly #path: string;
  #descriptor: number;
  #size = 0;
  /** By job: where its last line begins, and its bytes. */
  readonly #places = new Map<string, readonly [offset: number, bytes: number]>();

  /** What is there is kept, or not. */
  constructor(folder: string, { name = summariesName(undefined), keep = false } = {}) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, name);
    if (!keep) rmSync(this.#path, { force: true });
    this.#descriptor = openSync(this.#path, existsSync(this.#path) ? 'r+' : 'w+');
    this.#scan();
  }

  append(job: string, line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    writeSync(this.#descriptor, bytes, 0, bytes.length, this.#size);
    this.#places.set(job, [this.#size, bytes.length - 1]);
    this.#size += bytes.length;
  }

  /** What a job left, if it is there. */
  find(job: string): LeftBehind | undefined {
    const line = this.#line(job);
    return line === undefined ? undefined : readSummaryLine(line.toString('utf8'));
  }

  /** Adds the lines of another file, those of a shard. */
  addAll(path: string): void {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line !== '') this.append((JSON.parse(line) as { readonly job: string }).job, line);
    }
  }

  /** Writes the file again with the lines of these jobs, in their order, and closes it. */
  settle(jobs: Iterable<string>): void {
    const partial = `${this.#path}.${process.pid}.partial`;
    const out = openSync(partial, 'w');
    let parts: Buffer[] = [];
    let bytes = 0;
    const flush = () => {
      writeSync(out, Buffer.concat(parts));
      parts = [];
      bytes = 0;
    };
    for (const job of jobs) {
      const line = this.#line(job);
      if (line === undefined) continue;
      parts.push(line, Buffer.from('\n'));
      bytes += line.length + 1;
      if (bytes > WRITE_BYTES) flush();
    }
    flush();
    closeSync(out);
    this.close();
    renameSync(partial, this.#path);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #line(job: string): Buffer | undefined {
    const place = this.#places.get(job);
    if (place === undefined) return undefined;
    const [offset, bytes] = place;
    const line = Buffer.alloc(bytes);
    readSync(this.#descriptor, line, 0, bytes, offset);
    return line;
  }

  /** Finds the lines that are there. What comes after the last complete one is cut off. */
  #scan(): void {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let at = 0; ; ) {
      const read = readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, at);
      if (read === 0) break;
      at += read;
      const text = Buffer.concat([rest, chunk.subarray(0, read)]);
      let from = 0;
      for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE, from)) {
        const job = /^\{"job":("(?:[^"\\]|\\.)*")/.exec(text.toString('utf8', from, Math.min(end, from + 512)))?.[1];
        if (job !== undefined) this.#places.set(JSON.parse(job) as string, [this.#size, end - from]);
        this.#size += end - from + 1;
        from = end + 1;
      }
      rest = Buffer.from(text.subarray(from));
    }
    if (rest.length > 0) ftruncateSync(this.#descriptor, this.#size);
  }
}
