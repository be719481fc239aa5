// Tables that are read column by column are those that are read at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { readTable } from './read.ts';
import { scannedTable } from './scanned-table.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-scanned-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const file = join(root, 'jobs.csv');

const cell = fc.oneof(fc.constantFrom('', 'a,b', 'say "so"', 'two\nlines', 'ü', '1.5'), fc.string({ maxLength: 4 }));

it('as any others, with quotes, commas and ends of lines in cells', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, fc.option(fc.float({ noNaN: true, noDefaultInfinity: true }))), { maxLength: 30 }),
      (rows) => {
        const texts = rows.map(([text]) => text.replaceAll('\r', ''));
        const records = texts.map((text, at) => [text, rows[at][1] ?? '']);
        writeFileSync(file, stringify([['name, quoted', 'value'], ...records]));
        const [scanned, read] = [scannedTable(file), readTable(file)];
        expect([scanned.rows, scanned.columns]).toEqual([rows.length, ['name, quoted', 'value']]);
        expect(scanned.text('name, quoted')).toEqual(texts);
        expect(scanned.numbers('value')).toEqual(read.numbers('value'));
      },
    ),
    { numRuns: 100 },
  );
});

it('across chunks, and without an end of line behind the last row', () => {
  const rows = Array.from({ length: 40_000 }, (_, at) => `cell-${at}/seed-1,"quoted ${at}",${at / 8}`);
  writeFileSync(file, `job,name,value\n${rows.join('\n')}`);
  const table = scannedTable(file);
  expect([table.rows, table.text('job').at(-1), table.text('name').at(-1)]).toEqual([
    40_000,
    'cell-39999/seed-1',
    'quoted 39999',
  ]);
  expect(table.numbers('value').reduce((sum, value) => sum + value, 0)).toBe((39_999 * 20_000) / 8);
});

it.each([
  ['a,b\n1,2\n3\n', /jobs\.csv:3: expected 2 cells, got 1/],
  ['a,b\n1,x\n', /row 1: expected a number, got "x"/],
  ['a\n1\n', /no column "b"/],
])('refuses %j', (text, message) => {
  writeFileSync(file, text);
  expect(() => scannedTable(file).numbers('b')).toThrow(message);
});

it('of an empty file has nothing, and one that is not there is said so', () => {
  writeFileSync(file, '');
  expect([scannedTable(file).rows, scannedTable(file).columns]).toEqual([0, []]);
  expect(() => scannedTable(join(root, 'none.csv'))).toThrow('cannot be read: ENOENT');
});
