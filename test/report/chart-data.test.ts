// The data beside charts: every specification is one of Vega-Lite, and Vega draws from it as many points as the CSV file has.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse as parseCsv } from 'csv-parse/sync';
import { Error as ONLY_ERRORS, logger, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { header, lines } from '../../src/results/csv.ts';
import { makeReport } from '../../src/report/report.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-chart-data-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const schema = 'node_modules/vega-lite/build/vega-lite-schema.json';
const valid = new Ajv({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(schema, 'utf8')) as object,
);

interface Mark {
  readonly marktype?: string;
  readonly items?: readonly Mark[];
  readonly x?: number;
  readonly y?: number;
  readonly mark?: { readonly marktype: string };
}

/** Compiles without a warning, runs, and gives the marks of the scene that have data, by their types. */
async function drawn(folder: string, name: string): Promise<Map<string, number>> {
  const spec = JSON.parse(readFileSync(join(folder, `${name}.vl.json`), 'utf8')) as TopLevelSpec & {
    readonly data: { readonly url: string; readonly format: object };
  };
  expect(valid(spec), `${name}: ${JSON.stringify(valid.errors?.slice(0, 3))}`).toBe(true);
  expect(spec.data.url).toBe(`${name}.csv`);
  const values = readFileSync(join(folder, spec.data.url), 'utf8');
  const warnings: unknown[] = [];
  const heard = { ...logger(ONLY_ERRORS), warn: (...args: unknown[]) => (warnings.push(args), heard) };
  const { spec: full } = compile(
    { ...spec, data: { values, format: spec.data.format } },
    {
      logger: heard,
    },
  );
  expect(warnings, name).toEqual([]);
  const view = new View(parse(full), { renderer: 'none' });
  await view.runAsync();
  const counts = new Map<string, number>();
  const count = ({ marktype, items = [] }: Mark): void => {
    if (marktype !== undefined && marktype !== 'group')
      counts.set(marktype, (counts.get(marktype) ?? 0) + items.length);
    for (const item of items) count(item);
  };
  count((view.scenegraph() as unknown as { readonly root: Mark }).root);
  view.finalize();
  return counts;
}

describe('charts of a job', () => {
  const folder = join(root, 'seed-1');
  const charts = join(folder, 'charts');
  beforeAll(async () => {
    writeSynthetic({ minutes: 20, nodes: 3, stepSeconds: 60, services: ['a', 'b'] }, folder);
    await makeReport(folder, { png: false, data: true });
  });

  it('have data where they are of numbers over time, all of it', async () => {
    const pictures = readdirSync(charts)
      .filter((file) => file.endsWith('.svg'))
      .map((file) => file.replace('.svg', ''));
    const specs = readdirSync(charts)
      .filter((file) => file.endsWith('.vl.json'))
      .map((file) => file.replace('.vl.json', ''));
    // Maps, bars and pictures of nodes are no lines over time.
    expect(pictures.filter((name) => !specs.includes(name)).toSorted()).toMatchInlineSnapshot(`
      [
        "critical-path",
        "hot-pods",
        "jobs",
        "node-cpu-requested",
        "node-cpu-usage",
        "ordinals",
        "service-breakdown",
        "service-map",
      ]
    `);
    for (const name of specs) {
      const counts = await drawn(charts, name);
      const rows = parseCsv<Record<string, string>>(readFileSync(join(charts, `${name}.csv`)), { columns: true });
      const points = rows.filter(({ value }) => value !== '').length;
      const lineItems = (counts.get('line') ?? 0) + (counts.get('area') ?? 0);
      expect(points, name).toBeGreaterThan(0);
      // On a logarithmic axis a zero has no place; a stacked area has its gaps filled.
      expect(lineItems, name).toBeGreaterThan(0);
    }
    const latency = parseCsv<Record<string, string>>(readFileSync(join(charts, 'latency.csv')), { columns: true });
    const series = parseCsv<Record<string, string>>(readFileSync(join(folder, 'series.csv')), { columns: true });
    const p99 = latency.filter(({ line }) => line === 'p99').map(({ value }) => Number(value));
    expect(p99).toEqual(series.map((row) => Number(row['request_duration_seconds_p99'])));
  });

  it('go when they are not asked for', async () => {
    await makeReport(folder, { png: false });
    expect(readdirSync(charts).filter((file) => !file.endsWith('.svg'))).toEqual([]);
  });
});

describe('charts of a sweep over two axes', () => {
  const folder = join(root, 'sweep');
  const charts = join(folder, 'charts');
  const [rates, sizes] = [
    ['10/s', '20/s', '40/s'],
    ['1', '2', '4'],
  ];
  const valueOf = (rate: number, size: number, seed: number) => (rate + 1) / (size + 1) + seed / 100;
  beforeAll(async () => {
    mkdirSync(folder);
    const cells = rates.flatMap((rate, a) =>
      sizes.map((size, b) => ({
        cell: `cell-${a}${b}`,
        values: [rate, size],
        jobs: [0, 1].map((seed) => `cell-${a}${b}/seed-${seed}`),
        expect: [],
      })),
    );
    const record = {
      version: '0.1.0',
      scenario: 'made-up',
      reproduce: 'wavetank sweep x',
      jobs: 18,
      seeds: 2,
      axes: [
        { path: 'spec.rate', label: 'rate', values: rates },
        { path: 'spec.size', label: 'size', values: sizes },
      ],
      figures: [{ column: 'requests.p99', title: 'Latency', unit: 'seconds', meaning: '' }],
      cells,
      failures: [],
    };
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(record));
    const rows = rates.flatMap((_, a) =>
      sizes.flatMap((__, b) => [0, 1].map((seed) => `cell-${a}${b}/seed-${seed},${valueOf(a, b, seed)},0`)),
    );
    writeFileSync(join(folder, 'jobs.csv'), `job,requests.p99,requests_error_ratio\n${rows.join('\n')}\n`);
    await makeReport(folder, { png: false, data: true });
  });

  it('have curves with bands and a heat map of the means', async () => {
    expect(readdirSync(charts).filter((file) => file.endsWith('.svg'))).toEqual([
      'requests-p99-by-rate.svg',
      'requests-p99-by-size.svg',
      'requests-p99-heat-map.svg',
      'requests-p99.svg',
    ]);
    expect((await drawn(charts, 'requests-p99')).get('line')).toBe(9);
    // Nine squares, and the scale of shades.
    expect((await drawn(charts, 'requests-p99-heat-map')).get('rect')).toBe(10);
    const cells = parseCsv<Record<string, string>>(readFileSync(join(charts, 'requests-p99-heat-map.csv')), {
      columns: true,
    });
    const mean = (across: string, up: string) =>
      Number(cells.find((one) => one['across'] === across && one['up'] === up)?.['mean']);
    expect(cells).toHaveLength(9);
    const { description } = JSON.parse(readFileSync(join(charts, 'requests-p99.vl.json'), 'utf8')) as {
      description: string;
    };
    expect(description).toBe(
      'Latency. made-up · mean of 2 seeds with its 95 % confidence interval · logarithmic. wavetank 0.1.0.',
    );
    expect(mean('40/s', '1')).toBeCloseTo(3.005, 12);
    expect(mean('10/s', '4')).toBeCloseTo(1 / 3 + 0.005, 12);
    const svg = readFileSync(join(charts, 'requests-p99-heat-map.svg'), 'utf8');
    for (const label of [...rates, ...sizes, '3 s', '0.338 s']) expect(svg).toContain(`>${label}<`);
  });

  it('have a line through all runs for each axis of numbers', async () => {
    const marks = await drawn(charts, 'requests-p99-by-rate');
    expect([marks.get('symbol'), marks.get('line'), marks.get('area')]).toEqual([18, 60, 60]);
    const rows = parseCsv<Record<string, string>>(readFileSync(join(charts, 'requests-p99-by-rate.csv')), {
      columns: true,
    });
    const runs = rows.filter(({ curve }) => curve === 'single runs');
    expect(runs.map(({ x }) => Number(x))).toEqual([10, 20, 40].flatMap((rate) => Array<number>(6).fill(rate)));
    // Means at 10, 20, 40 are 1, 2, 3 times 11/18, and 0.005: Σ(x − x̄)(y − ȳ)/Σ(x − x̄)² is 30/466.67 = 9/140.
    const at = (rate: number) => Number(rows.find(({ curve, x }) => curve === '' && Number(x) === rate)?.['mean']);
    const [unit, meanRate] = [11 / 18, 70 / 3];
    expect(at(10)).toBeCloseTo(unit * (2 + (9 / 140) * (10 - meanRate)) + 0.005, 9);
    expect(at(40)).toBeCloseTo(unit * (2 + (9 / 140) * (40 - meanRate)) + 0.005, 9);
  });
});

describe('the distribution of latency', () => {
  const folder = join(root, 'cdf');
  const charts = join(folder, 'charts');
  const counts: Record<string, readonly (readonly [number, number])[]> = {
    'cell-a/seed-1': [
      [0.01, 50],
      [0.02, 50],
    ],
    'cell-a/seed-2': [[0.02, 100]],
    'cell-b/seed-1': [[0.04, 10]],
    'cell-b/seed-2': [[0.08, 30]],
  };
  beforeAll(async () => {
    for (const [job, buckets] of Object.entries(counts)) {
      mkdirSync(join(folder, job), { recursive: true });
      const rows = buckets.map(([le_seconds, count]) => ({ scope: 'requests', name: '', le_seconds, count }));
      writeFileSync(
        join(folder, job, 'histograms.csv'),
        header('histograms') + lines('histograms', [...rows, { scope: 'service', name: 'x', le_seconds: 9, count: 7 }]),
      );
    }
    const record = {
      version: '0.1.0',
      scenario: 'made-up',
      reproduce: 'x',
      jobs: 4,
      seeds: 2,
      axes: [{ path: 'spec.b', label: 'b', values: ['a', 'b'] }],
      figures: [],
      cells: ['a', 'b'].map((value) => ({
        cell: `cell-${value}`,
        values: [value],
        jobs: [`cell-${value}/seed-1`, `cell-${value}/seed-2`],
        expect: [],
      })),
      failures: [],
    };
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(record));
    const rows = Object.keys(counts).map((job) => `${job},0.1,0`);
    writeFileSync(
      join(folder, 'jobs.csv'),
      `job,request_duration_seconds_p99,requests_error_ratio\n${rows.join('\n')}\n`,
    );
    await makeReport(folder, { png: false, data: true });
  });

  it('adds the counts of a cell up over its seeds', async () => {
    expect((await drawn(charts, 'latency-distribution')).get('line')).toBe(480);
    const rows = parseCsv<Record<string, string>>(readFileSync(join(charts, 'latency-distribution.csv')), {
      columns: true,
    });
    const shareAt = (curve: string, seconds: number) =>
      Number(rows.findLast((row) => row['curve'] === curve && Number(row['x']) <= seconds * (1 + 1e-9))?.['mean']);
    // Of a's 200 requests 50 took at most 10 ms, all of them at most 20 ms; of b's 40 a quarter at most 40 ms.
    expect([shareAt('a', 0.01), shareAt('a', 0.019), shareAt('a', 0.021)]).toEqual([0.25, 0.25, 1]);
    expect([shareAt('b', 0.021), shareAt('b', 0.041), shareAt('b', 0.08)]).toEqual([0, 0.25, 1]);
  });

  it('is a violin for each cell, with a box plot in it', async () => {
    const marks = await drawn(charts, 'latency-violins');
    // Boxes and medians; rules are ticks of the axis too.
    expect(marks.get('rect')).toBe(4);
    const text = readFileSync(join(charts, 'latency-violins.csv'), 'utf8');
    expect(text.trim().split('\n').slice(1)).toEqual(['a,0.01,0.01,0.02,0.02,0.02', 'b,0.04,0.04,0.08,0.08,0.08']);
    expect(readFileSync(join(charts, 'latency-violins.svg'), 'utf8')).not.toMatch(/NaN|undefined/);
  });
});

describe('charts of a sample of three axes', () => {
  const folder = join(root, 'design');
  const charts = join(folder, 'charts');
  /** Twice as slow with every size; the rate changes a little, the name nothing. */
  const cells = [
    ['10/s', '1', 'a'],
    ['20/s', '2', 'b'],
    ['40/s', '4', 'a'],
    ['10/s', '8', 'b'],
    ['20/s', '1', 'b'],
    ['40/s', '2', 'a'],
  ].map((values, at) => ({ cell: `cell-${at}`, values, jobs: [`cell-${at}/seed-1`], expect: [] }));
  const means = cells.map(({ values: [rate, size] }) => Number(size) + Number.parseInt(rate, 10) / 100);
  beforeAll(async () => {
    mkdirSync(folder);
    const axis = (label: string, at: number) => ({
      path: `spec.${label}`,
      label,
      values: [...new Set(cells.map(({ values }) => values[at]))],
    });
    const record = {
      version: '0.1.0',
      scenario: 'made-up',
      reproduce: 'wavetank sweep x',
      jobs: 6,
      seeds: 1,
      axes: ['rate', 'web.size', 'name'].map(axis),
      figures: [{ column: 'requests.p99', title: 'Latency', unit: 'seconds', meaning: '' }],
      cells,
      failures: [],
    };
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(record));
    const rows = means.map((value, at) => `cell-${at}/seed-1,${value},0`);
    writeFileSync(join(folder, 'jobs.csv'), `job,requests.p99,requests_error_ratio\n${rows.join('\n')}\n`);
    await makeReport(folder, { png: false, data: true });
  });

  it('have each cell as a dot over every two axes, and no lines between what is no grid', async () => {
    expect(readdirSync(charts).filter((file) => file.endsWith('.svg'))).toEqual([
      'requests-p99-by-rate.svg',
      'requests-p99-by-web-size.svg',
      'requests-p99-design.svg',
    ]);
    const svg = readFileSync(join(charts, 'requests-p99-design.svg'), 'utf8');
    // That by which the figure varies most comes first: 97 % of the variance is between sizes.
    expect(svg).toMatch(/>rate, by web\.size<.*>name, by web\.size<.*>name, by rate</s);
    expect((await drawn(charts, 'requests-p99-design')).get('symbol')).toBe(3 * cells.length);
    const rows = parseCsv<Record<string, string>>(readFileSync(join(charts, 'requests-p99-design.csv')), {
      columns: true,
    });
    expect(rows.map((row) => [row['web_size_2'], row['rate_1'], row['name_3'], Number(row['mean'])])).toEqual(
      cells.map(({ values: [rate, size, name] }, at) => [size, rate, name, means[at]]),
    );
  });
});
