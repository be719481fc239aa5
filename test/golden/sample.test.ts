// The committed sample of the golden records: small enough for every clone, and whole.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const SAMPLE = fileURLToPath(new URL('sample', import.meta.url));
const MOST_BYTES = 2_000_000;

const files = readdirSync(SAMPLE, { recursive: true, encoding: 'utf8' })
  .map((path) => join(SAMPLE, path))
  .filter((path) => statSync(path).isFile());

test('the sample is at most 2 MB in all', () => {
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

test('every file of records in the sample holds JSON lines', () => {
  const records = files.filter((path) => path.endsWith('.jsonl.gz'));
  expect(records.length).toBeGreaterThan(0);
  for (const path of records) {
    const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
    for (const line of lines) expect(typeof JSON.parse(line), path).toBe('object');
  }
});
