// Golden records, answers of the real Kubernetes: where they are, reading them, comparing with them, saying how many agree.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHARED = join(ROOT, '../shared/data/golden');
const SAMPLE = join(ROOT, 'test/golden/sample');

const MOST_SHOWN = 10;

/** The folder of the records: WAVETANK_GOLDEN (relative to the repository), else the shared data beside it, else the committed sample. */
export function goldenFolder(): string {
  const chosen = process.env.WAVETANK_GOLDEN;
  if (chosen !== undefined && chosen !== '') return resolve(ROOT, chosen);
  return existsSync(SHARED) ? SHARED : SAMPLE;
}

function folderName(): string {
  const folder = goldenFolder();
  if (folder === resolve(SHARED)) return 'shared data';
  return folder === resolve(SAMPLE) ? 'committed sample' : (process.env.WAVETANK_GOLDEN ?? folder);
}

/** Whether the folder has this file: the committed sample lacks the folders that nothing is compared with yet. */
export function hasRecords(relativePath: string): boolean {
  return existsSync(join(goldenFolder(), relativePath));
}

/** The records of a file of gzip-compressed JSON lines, such as `parsers/quantities.jsonl.gz`. */
export function readRecords<R>(relativePath: string): R[] {
  return [...eachRecord<R>(relativePath)];
}

/** The same, one at a time: no more than the one that is compared is in memory. */
export function* eachRecord<R>(relativePath: string): Generator<R> {
  const text = gunzipSync(readFileSync(join(goldenFolder(), relativePath))).toString('utf8');
  for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line) as R;
}

/**
 * Runs `check` on every record, prints how many agree, and fails with the first differences when any disagrees.
 * `check` returns undefined where the record agrees, else what is different; a thrown error is a difference too.
 */
export function agree<R>(
  kind: string,
  records: Iterable<R>,
  check: (record: R) => string | undefined,
  /** The part of them that must agree, for a kind of which it is known that not all do. */
  atLeast = 1,
): void {
  const differences: string[] = [];
  let agreed = 0;
  let count = 0;
  for (const record of records) {
    count += 1;
    const difference = checked(record, check);
    if (difference === undefined) agreed += 1;
    else if (differences.length < MOST_SHOWN)
      differences.push(`${difference}\n    in ${shorten(JSON.stringify(record))}`);
  }
  process.stdout.write(`golden ${kind}: ${agreed} of ${count} agree (${folderName()})\n`);
  expect(count, `${kind}: no records`).toBeGreaterThan(0);
  if (agreed < Math.floor(atLeast * count)) {
    const shown = differences.map((difference) => `  ${difference}`).join('\n');
    expect.fail(`${kind}: ${count - agreed} of ${count} records differ, the first of them:\n${shown}`);
  }
}

function checked<R>(record: R, check: (record: R) => string | undefined): string | undefined {
  try {
    return check(record);
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

/** Where two JSON values first differ (`.spec.replicas: expected 3, got 4`); undefined where they are equal. Keys in any order. */
export function difference(expected: unknown, actual: unknown, path = ''): string | undefined {
  if (expected === actual) return undefined;
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return firstOf(expected.map((_, index) => () => difference(expected[index], actual[index], `${path}[${index}]`)));
  }
  if (isObject(expected) && isObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
    return firstOf(keys.map((key) => () => difference(expected[key], actual[key], `${path}.${key}`)));
  }
  return `${path}: expected ${show(expected)}, got ${show(actual)}`;
}

function firstOf(comparisons: readonly (() => string | undefined)[]): string | undefined {
  for (const compare of comparisons) {
    const found = compare();
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return shorten(typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'nothing'));
}

function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
