// Tables are read as they were written: quotes, commas and ends of lines within cells; what is not CSV is said in words.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { CounterRandom } from '../engine/counter.ts';
import { readJob, readTable } from './read.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-read-'));

function table(text: string): ReturnType<typeof readTable> {
  const file = join(folder, 'table.csv');
  writeFileSync(file, text);
  return readTable(file);
}

it('reads quotes, commas and ends of lines within cells', () => {
  const read = table('a,b\n"x, ""y""",1\n"two\nlines, ""and\nmore""",2\n,3\nplain,\n"",\n');
  expect(read.text('a')).toEqual(['x, "y"', 'two\nlines, "and\nmore"', '', 'plain', '']);
  expect(read.text('b')).toEqual(['1', '2', '3', '', '']);
});

it('reads the last record without an end of its line', () => {
  expect(table('a,b\n"1,5",2').text('a')).toEqual(['1,5']);
});

it('reads a table without quotes: first, middle and last cells, and rows of another width with their line', () => {
  const read = table('a,b,c\n1,,x\n,22,\n3,4,last');
  expect(['a', 'b', 'c'].map((column) => read.text(column))).toEqual([
    ['1', '', '3'],
    ['', '22', '4'],
    ['x', '', 'last'],
  ]);
  expect([...read.numbers('b')]).toEqual([Number.NaN, 22, 4]);
  expect(() => read.numbers('c')).toThrow(/row 1: expected a number, got "x"/);
  expect(table('a,b\n').rows).toBe(0);
  expect(table('a,b').rows).toBe(0);
  expect(() => table('a,b\n1,2\n3\n')).toThrow(/expected 2 cells, got 1/);
});

it('says what is not CSV', () => {
  for (const text of ['a,b\n"x,1\n', 'a,b\nx"y,1\n', 'a,b\n"x"y,1\n', 'a,b\n"x",1,2\n'])
    expect(() => table(text), text).toThrow(/is not CSV/);
});

it('reads whatever can be written as a CSV parser does', () => {
  const random = new CounterRandom('1', 'cells');
  const of = (choices: readonly string[]): string => choices[Math.floor(random.uniform() * choices.length)];
  for (let round = 0; round < 200; round += 1) {
    const cells = Array.from({ length: 12 }, () => {
      const cell = Array.from({ length: 4 }, () => of(['a', '"', ',', '\n', ' ', ''])).join('');
      return /[",\n]/.test(cell) || random.uniform() < 0.2 ? `"${cell.replaceAll('"', '""')}"` : cell;
    });
    const text = `a,b,c\n${[0, 3, 6, 9].map((at) => cells.slice(at, at + 3).join(',')).join('\n')}\n"",,\n`;
    const read = table(text);
    const parsed: string[][] = parse(text);
    for (const [at, column] of ['a', 'b', 'c'].entries())
      expect(read.text(column), text).toEqual(parsed.slice(1).map((record) => record[at]));
  }
});

it('reads the rows that match of a long table', () => {
  writeFileSync(join(folder, 'events.csv'), 'reason,message\nA,"x, ""B"""\nB,y\nA,z\nC,"two\nlines B"\n');
  const times = {
    duration_seconds: 1,
    warmup_seconds: 0,
    wall_s: 1,
    series_interval_seconds: 1,
    nodes_interval_seconds: 1,
  };
  const texts = {
    version: '',
    scenario: '',
    scenario_hash: '',
    job: '',
    seed: '1',
    digest: '',
    reproduce: '',
    events: 1,
  };
  const lists = { expect: [], assumptions: [], ignored: [], notes: [], pending: [] };
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...times, ...texts, ...lists }));
  const rows = readJob(folder).rowsOf('events.csv', /\bB\b/);
  expect(rows.text('reason')).toEqual(['A', 'B', 'C']);
  expect(rows.text('message')).toEqual(['x, "B"', 'y', 'two\nlines B']);
});
