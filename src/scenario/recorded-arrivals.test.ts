// Recorded rates and times as CSV files have them, the public recordings among them.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRates, readTimes, recordedRates, recordedTimes } from './recorded-arrivals.ts';

const rates = (text: string, more = {}) =>
  readRates({ file: 'r.csv', text }, recordedRates.parse({ file: 'r.csv', ...more }));
const times = (text: string, more = {}) =>
  readTimes({ file: 't.csv', text }, recordedTimes.parse({ file: 't.csv', ...more }));

it('rates count from the first row; the last holds as long as the one before', () => {
  expect(rates('time,rate\n5,10\n7,20\n')).toEqual({
    rows: [
      [0, 10],
      [2, 20],
    ],
    endSeconds: 4,
  });
  expect(rates('a,n,b\nx,60,3\ny,30,4\n', { time: 'b', rate: 'n', unit: 'm', per: '1m' })).toEqual({
    rows: [
      [0, 1],
      [60, 0.5],
    ],
    endSeconds: 120,
  });
  expect(rates('time,rate\n5,30\n', { per: '10s' })).toEqual({ rows: [[0, 3]], endSeconds: 10 });
  expect(rates('time,rate\n2014-02-28 23:59:00,1\n2014-03-01T00:00:30Z,2\n').rows).toEqual([
    [0, 1],
    [90, 2],
  ]);
});

it('times are put in order; equal ones stay', () => {
  expect(times('time\n4000\n1000\n4000\n', { unit: 'ms' })).toEqual({ seconds: [0, 3, 3] });
});

it.each([
  ['time,rat\n1,2\n', /no column "rate".*did you mean "rat"/s],
  ['time,rate\n', /has no rows/],
  ['time,rate\n1,2\n1,3\n', /after that of the row before, got "1"/],
  ['time,rate\n1,-2\n', /0 or more, got "-2"/],
  ['time,rate\n1,\n', /0 or more, got ""/],
  ['time,rate\n1,1e999\n', /0 or more/],
  ['time,rate\n2014-13-45 00:00:00,1\n', /expected a date/],
  ['time,rate\nnoon,1\n', /0 or more, got "noon"/],
  ['time,rate\n1\n', /not valid CSV/],
])('%j is refused', (text, message) => {
  expect(() => rates(text)).toThrow(message);
});

const DATA = fileURLToPath(new URL('../../../shared/data/rates/', import.meta.url));

// Without the shared data.
describe.skipIf(!existsSync(DATA))('public recordings', () => {
  const read = (file: string): string => readFileSync(`${DATA}${file}`, 'utf8');

  it('NASA by the minute: all requests, and the outage', () => {
    const text = read('nasa_per_minute.csv');
    const { rows, endSeconds } = rates(text, { time: 'minute', rate: 'requests', unit: 'm', per: '1m' });
    const total = text
      .trim()
      .split('\n')
      .slice(1)
      .reduce((sum, row) => sum + Number(row.split(',')[1]), 0);
    const area = rows.reduce((sum, [at, rate], i) => sum + rate * ((rows.at(i + 1)?.[0] ?? endSeconds) - at), 0);
    expect(rows.length).toBe(84_332);
    expect(area).toBeCloseTo(total, 3);
    let longest = 0;
    let run = 0;
    for (const [, rate] of rows) {
      run = rate === 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    expect(longest).toBe(2263);
  });

  it('a load balancer by five minutes', () => {
    const { rows } = rates(read('nab_elb_request_count_8c0756.csv'), { time: 'timestamp', rate: 'value', per: '5m' });
    expect(rows.length).toBe(4032);
    expect(rows[1]).toEqual([300, 56 / 300]);
  });
});
