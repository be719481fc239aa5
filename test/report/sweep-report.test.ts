// Reports of sweeps: roles of axes, charts with bands, one page that loads nothing and shows hostile names as text.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { axesOf, placesOf, rolesOf } from '../../src/report/many/roles.ts';
import type { Sweep } from '../../src/report/many/read-sweep.ts';
import { readSweep } from '../../src/report/many/read-sweep.ts';
import { estimatesOf, sweepCharts } from '../../src/report/many/sweep-charts.ts';
import { makeReport } from '../../src/report/report.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-sweep-report-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Made {
  readonly axes: Readonly<Record<string, readonly string[]>>;
  readonly seeds?: number;
  /** Of a cell's choices and a seed from 0; undefined: the job failed. */
  readonly value: (choices: readonly string[], seed: number) => number | undefined;
}

let folders = 0;

/** A folder with sweep.json and jobs.csv of made-up values of `requests.p99`. */
function write({ axes, seeds = 3, value }: Made): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  const cells = Object.values(axes).reduce<string[][]>(
    (before, values) => before.flatMap((cell) => values.map((one) => [...cell, one])),
    [[]],
  );
  const jobs = cells.flatMap((choices, at) =>
    Array.from({ length: seeds }, (_, seed) => ({ job: `cell-${at}/seed-${seed}`, p99: value(choices, seed) })),
  );
  const named = cells.map((values, at) => ({
    cell: `cell-${at}`,
    values,
    jobs: jobs.slice(at * seeds, (at + 1) * seeds).map(({ job }) => job),
    expect: [{ text: 'requests.p99 < 1s', shown: '500ms', pass: at > 0 }],
  }));
  const failures = jobs
    .filter(({ p99 }) => p99 === undefined)
    .map(({ job }) => ({ job, reason: 'thrown <b>here</b>', reproduce: 'wavetank run x' }));
  const record = {
    version: '0.1.0',
    scenario: 'made-up',
    reproduce: 'wavetank sweep <made-up>',
    jobs: jobs.length,
    seeds,
    axes: Object.entries(axes).map(([label, values]) => ({ path: `spec.${label}`, label, values })),
    figures: [
      { column: 'requests.p99', title: 'Latency of requests, p99', unit: 'seconds', meaning: '99th percentile.' },
    ],
    cells: named,
    failures,
  };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(record));
  const rows = jobs.map(({ job, p99 }) => `${job},${p99 ?? ''},`);
  writeFileSync(join(folder, 'jobs.csv'), `job,requests.p99,requests_error_ratio\n${rows.join('\n')}\n`);
  return folder;
}

const axesFrom = (axes: Made['axes']): Sweep => readSweep(write({ axes, value: () => 1 }));

describe('roles of axes', () => {
  it.each([
    [{ balancer: ['A', 'B'], rate: ['50/s', '100/s'], replicas: ['1', '2', '3'] }, 'replicas', 'balancer', 'rate'],
    [{ surge: ['10%', '25%'], startup: ['2s', '1m'] }, 'surge', 'startup', ''],
    [{ balancer: ['A', 'B'], zone: ['a', 'b', 'c'] }, 'zone', 'balancer', ''],
    [{ balancer: ['A', 'B'] }, 'balancer', '', ''],
    [{ rate: ['1/s', '2/s'], fixed: ['x'] }, 'rate', '', ''],
  ])('%j', (axes, x, curves, panels) => {
    const roles = rolesOf(axesOf(axesFrom(axes)));
    expect(roles?.x.label).toBe(x);
    expect(roles?.curves?.label ?? '').toBe(curves);
    expect(roles?.panels.map(({ label }) => label).join()).toBe(panels);
  });

  it('places numbers by their value, far ones by its logarithm, and names evenly', () => {
    const places = (values: readonly string[]) => placesOf(axesOf(axesFrom({ axis: values }))[0]);
    expect(places(['1s', '2s', '3s'])).toEqual([0, 0.5, 1]);
    expect(places(['60/s', '1/s'])).toEqual([1, 0]);
    expect(places(['1', '10', '100'])[1]).toBeCloseTo(0.5, 12);
    expect(places(['a', 'b'])).toEqual([0.25, 0.75]);
  });
});

describe('a chart of a sweep', () => {
  it('shows the mean of the seeds and its interval: 1, 2, 3 is 2 ± 4.303 / √3', () => {
    const sweep = readSweep(write({ axes: { rate: ['1/s', '2/s'] }, value: (_, seed) => seed + 1 }));
    const { mean = 0, low = 0, high = 0 } = estimatesOf(sweep, 'requests.p99').get('["1/s"]') ?? {};
    expect(mean).toBe(2);
    expect(high - mean).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
    expect(mean - low).toBeCloseTo(high - mean, 12);
  });

  it('leaves out a cell in which a seed has no value', () => {
    const value: Made['value'] = ([rate], seed) => (rate === '2/s' && seed === 1 ? undefined : Number(rate[0]));
    const sweep = readSweep(write({ axes: { rate: ['1/s', '2/s', '3/s'] }, value }));
    expect([...estimatesOf(sweep, 'requests.p99').keys()]).toEqual(['["1/s"]', '["3/s"]']);
  });

  it('has numbers in their order, whatever order the axis has', () => {
    const chart = (rates: readonly string[]) =>
      sweepCharts(readSweep(write({ axes: { rate: rates }, value: ([rate]) => Number.parseInt(rate, 10) })))[0].drawing;
    const [mixed, sorted] = [chart(['3/s', '1/s', '2/s']), chart(['1/s', '2/s', '3/s'])];
    expect(mixed.option).toEqual(sorted.option);
    expect(mixed.data?.().rows.map(([, , x]) => x)).toEqual(['1/s', '2/s', '3/s']);
  });

  it('is left out where nothing differs', () => {
    expect(sweepCharts(readSweep(write({ axes: { rate: ['1/s', '2/s'] }, value: () => 1 })))).toEqual([]);
  });

  it.each([
    ['zero everywhere but once', ([rate]: readonly string[]) => (rate === '1/s' ? 0 : 1)],
    ['from microseconds to hours', ([rate]: readonly string[]) => (rate === '1/s' ? 1e-6 : 7200)],
    ['one seed', ([rate]: readonly string[]) => Number(rate[0])],
  ])('is drawn from %s', async (name, value) => {
    const folder = write({ axes: { rate: ['1/s', '2/s'], b: ['x', 'y'] }, seeds: name === 'one seed' ? 1 : 3, value });
    const [{ files }] = await makeReport(folder);
    const svg = readFileSync(join(folder, 'charts/requests-p99.svg'), 'utf8');
    expect(files).toContain(join(folder, 'charts/requests-p99.png'));
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('the page of a sweep', () => {
  const hostile = '<script>alert(1)</script>';
  const folder = write({
    axes: { rate: ['1/s', '2/s'], name: [hostile, 'b"&', 'c'] },
    value: ([rate, name], seed) => (name === 'c' && seed === 0 ? undefined : Number(rate[0]) + seed / 10),
  });

  it('loads nothing, and shows hostile names as text', async () => {
    const [{ page }] = await makeReport(folder);
    const text = readFileSync(page, 'utf8');
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<b>here');
    expect(text).toContain('&lt;script&gt;alert(1)');
    expect(text).toContain('wavetank sweep &lt;made-up&gt;');
    expect(text).toContain('Failed jobs: 2');
    expect(text).toContain('Expectations: 1 of 1 failed');
    expect(text.match(/(?:src|href)="(?!\.\/cell-)[^"]*"/g) ?? []).toEqual([]);
  });

  it('has a picture with a title in it, twice as wide as the page', () => {
    const { width, data, channels } = decode(readFileSync(join(folder, 'charts/requests-p99.png')));
    expect(width).toBe(1920);
    let inked = 0;
    for (let y = 40; y < 80; y++) {
      for (let x = 56; x < 900; x++) if (data[(y * width + x) * channels] < 100) inked += 1;
    }
    expect(inked).toBeGreaterThan(1000);
  });

  it('removes pictures of an earlier report', async () => {
    writeFileSync(join(folder, 'charts/old.svg'), '');
    await makeReport(folder);
    expect(readdirSync(join(folder, 'charts')).toSorted()).toEqual(['requests-p99.png', 'requests-p99.svg']);
  });

  it.each([
    ['sweep.json', '{', 'sweep.json: is not JSON, as wavetank writes it: is it cut off?'],
    ['sweep.json', '{}', 'version: is required: text; is it of another version?'],
    ['jobs.csv', 'job\n', 'no column "requests.p99"'],
  ])('of a %s with %j is refused', async (file, text, message) => {
    const damaged = write({ axes: { rate: ['1/s', '2/s'] }, value: ([rate]) => Number(rate[0]) });
    writeFileSync(join(damaged, file), text);
    await expect(makeReport(damaged)).rejects.toThrow(message);
  });
});
