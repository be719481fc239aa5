// Exports of a made-up job, read by what they are for: DuckDB reads Parquet and its own file, promtool makes blocks, Chromium prints.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { formats } from '../../src/export/index.ts';
import { exportedTables } from '../../src/export/exported-tables.ts';
import { latexTables } from '../../src/export/latex-tables.ts';
import { markdownTables } from '../../src/export/markdown-tables.ts';
import type { Row } from '../../src/metrics/catalogue.ts';
import { header, lines } from '../../src/results/csv.ts';
import { chromiumPath } from '../browser/chromium.ts';
import { writeSynthetic } from '../report/synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-export-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// Two jobs below one folder, the second with what no program should take for its own syntax.
const folder = join(root, 'results');
const HOSTILE = ` "<&'\\{}_%`;
writeSynthetic({ minutes: 20, nodes: 3, stepSeconds: 60 }, join(folder, 'shop/seed-1'));
writeSynthetic({ minutes: 20, nodes: 3, stepSeconds: 60, seed: 2, hostile: HOSTILE }, join(folder, 'shop/seed-2'));
const pod = (name: string, node: string, scheduled: number | null, finished: number | null): Row<'pods'> => ({
  namespace: 'shop',
  pod: name,
  uid: name,
  owner_kind: '',
  owner: '',
  revision: null,
  pod_template_hash: '',
  node,
  created_seconds: 1,
  scheduled_seconds: scheduled,
  started_seconds: scheduled === null ? null : scheduled + 2,
  ready_seconds: scheduled === null ? null : scheduled + 5,
  deleted_seconds: finished,
  finished_seconds: finished,
  phase: node === '' ? 'Pending' : 'Running',
  restarts: 0,
  gpu_index: '',
  reason: '',
});
const pods = [
  pod('a', 'n1', 2, 100),
  pod('b', 'n1', 50, null),
  pod('c', 'n1', 100, null),
  pod('d', 'n2', 3, 6),
  pod('e', '', null, null),
];
writeFileSync(join(folder, 'shop/seed-1/pods.csv'), header('pods') + lines('pods', pods));
// Upper bounds of buckets as src/metrics/histogram.ts has them; the second run is slower.
const buckets = (scope: string, name: string, upperUs: readonly number[]): Row<'histograms'>[] =>
  upperUs.map((us, at) => ({ scope, name, le_seconds: us / 1e6, count: 3 ** at }));
for (const [job, upperUs] of [
  ['seed-1', [0, 1, 130, 20_223, 20_479, 20_480]],
  ['seed-2', [20_479, 1_048_575, 1_056_767]],
] as const) {
  const rows = [...buckets('requests', '', upperUs), ...buckets('service', 'shop/"cart"', upperUs)];
  writeFileSync(join(folder, 'shop', job, 'histograms.csv'), header('histograms') + lines('histograms', rows));
}
const options = { out: join(root, 'out'), version: '0.1.0' };

const csv = (file: string) => parse<Record<string, string>>(readFileSync(file), { columns: true });
const rowsOf = (table: string) => ['seed-1', 'seed-2'].flatMap((job) => csv(join(folder, 'shop', job, `${table}.csv`)));

async function connect() {
  try {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    return await (await DuckDBInstance.create(':memory:')).connect();
  } catch {
    return undefined;
  }
}
const connection = await connect();
if (connection === undefined) process.stdout.write('not run: DuckDB reads exports (its binding is not installed)\n');
const query = async (sql: string) => (await connection?.runAndReadAll(sql))?.getRowObjects() ?? [];

describe.skipIf(connection === undefined)('DuckDB', () => {
  const tables = exportedTables(folder);
  /** Of a column of numbers its type, its sum and how many cells are empty; of texts all of them in order. */
  const sameAsCsv = async (source: string, { name, columns }: (typeof tables)[number]) => {
    const rows = rowsOf(name);
    const own = columns.filter((column) => column.name !== 'run');
    const asked = own.map(({ name: column, type }) =>
      type === 'text'
        ? `md5(string_agg("${column}", '|'))`
        : `[any_value(typeof("${column}")), count_if("${column}" IS NULL)::TEXT, round(coalesce(sum("${column}"), 0)::DOUBLE, 3)::TEXT]`,
    );
    const [answer] =
      (
        await connection?.runAndReadAll(`SELECT count(*)::INTEGER, ${asked.join(', ')} FROM ${source}`)
      )?.getRowsJson() ?? [];
    const expected = own.map(({ name: column, type }) => {
      const cells = rows.map((row) => row[column]);
      if (type === 'text') return createHash('md5').update(cells.join('|')).digest('hex');
      const sum = cells.reduce((all, cell) => all + Number(cell), 0);
      return [type === 'integer' ? 'BIGINT' : 'DOUBLE', cells.filter((cell) => cell === '').length, sum];
    });
    const [count, ...found] = answer as [number, ...(string | [string, string, string])[]];
    const near = found.map((one, at) => {
      if (typeof one === 'string') return one;
      const sum = Number(one[2]);
      const [, , wanted] = expected[at] as [string, number, number];
      return [one[0], Number(one[1]), Math.abs(sum - wanted) <= 0.001 + Math.abs(wanted) * 1e-9 ? wanted : sum];
    });
    expect([name, count, near]).toEqual([name, rows.length, expected]);
  };

  it('reads every Parquet file: the cells of the CSV files, with types, of both jobs', async () => {
    const written = await formats.parquet.write(folder, options);
    expect(written.map(({ file }) => basename(file))).toEqual(tables.map(({ name }) => `${name}.parquet`));
    expect(tables.length).toBeGreaterThan(20);
    for (const table of tables) await sameAsCsv(`'${join(options.out, 'parquet', table.name)}.parquet'`, table);
    const runs = await query(`SELECT DISTINCT run FROM '${options.out}/parquet/series.parquet' ORDER BY run`);
    expect(runs).toEqual([{ run: 'shop/seed-1' }, { run: 'shop/seed-2' }]);
  });

  it('opens the DuckDB file, with what each column means', async () => {
    const [{ file }] = await formats.duckdb.write(folder, options);
    expect(readdirSync(options.out)).not.toContain('results.duckdb.partial');
    await query(`ATTACH '${file}' AS exported (READ_ONLY)`);
    for (const table of tables) await sameAsCsv(`exported."${table.name}"`, table);
    const [{ comment }] = await query(
      "SELECT comment FROM duckdb_columns() WHERE database_name = 'exported' AND table_name = 'series' AND column_name = 'requests_per_second'",
    );
    expect(comment).toBe('Arrivals.');
    await query('DETACH exported');
  });
});

describe('OpenMetrics', () => {
  it('has each family once, ends with # EOF, and no two samples of a series at one time', async () => {
    const [{ file }] = await formats.openmetrics.write(folder, options);
    const text = readFileSync(file, 'utf8');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    const families = [...text.matchAll(/^# TYPE (\S+) gauge$/gm)].map(([, name]) => name);
    expect(new Set(families).size).toBe(families.length);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const points = samples.map((line) => line.replace(/ \S+ (\S+)$/, ' $1'));
    expect(new Set(points).size).toBe(points.length);
    const last = rowsOf('series').find((row) => row['time_seconds'] === '1200');
    expect(text).toContain(
      `\nwavetank_series_requests{scenario="shop-zone-loss",run="shop/seed-1"} ${last?.['requests']} 1767226800\n`,
    );
  });

  it('has the counts of histograms.csv below bounds that are the same in every run', async () => {
    const [{ file }] = await formats.openmetrics.write(folder, options);
    const text = readFileSync(file, 'utf8');
    const family = 'wavetank_histograms_requests_seconds';
    expect(text.split(`# TYPE ${family} histogram\n# UNIT ${family} seconds\n`)).toHaveLength(2);
    const [first, second] = ['seed-1', 'seed-2'].map((job) => {
      const buckets = Array.from(
        text.matchAll(new RegExp(`^${family}_bucket\\{.*,run="shop/${job}",le="([^"]+)"\\} (\\d+) 1767226800$`, 'gm')),
        ([, le, count]) => [Number(le.replace('+Inf', 'Infinity')), Number(count)] as const,
      );
      const rows = csv(join(folder, 'shop', job, 'histograms.csv')).filter((row) => row['scope'] === 'requests');
      const below = (bound: number) =>
        rows.filter((row) => Number(row['le_seconds']) <= bound).reduce((sum, row) => sum + Number(row['count']), 0);
      expect(buckets).toEqual(buckets.map(([le]) => [le, below(le)]));
      expect(buckets.at(-1)?.[1]).toBeGreaterThan(0);
      const count = new RegExp(`^${family}_count\\{.*,run="shop/${job}"\\} (\\d+) 1767226800$`, 'm').exec(text)?.[1];
      expect(Number(count)).toBe(buckets.at(-1)?.[1]);
      return buckets.map(([le]) => le);
    });
    expect(first).toEqual(second);
    expect(first.length).toBeGreaterThan(10);
  });

  const promtool = spawnSync('promtool', ['--version']).status === 0;
  if (!promtool) process.stdout.write('not run: promtool backfills OpenMetrics (promtool is not on PATH)\n');
  it.skipIf(!promtool)('is taken by promtool, which gives back the values', async () => {
    const one = join(folder, 'shop/seed-2');
    const out = join(root, 'metrics');
    const [{ file }] = await formats.openmetrics.write(one, {
      ...options,
      out,
      startSeconds: Date.parse('2026-03-01') / 1000,
    });
    const blocks = join(root, 'blocks');
    const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, blocks], {
      encoding: 'utf8',
    });
    expect([made.status, made.stderr]).toEqual([0, '']);
    // Without one dump does not open it.
    mkdirSync(join(blocks, 'wal'));
    const match = '{__name__="wavetank_series_requests"}';
    const dumped = spawnSync('promtool', ['tsdb', 'dump', `--match=${match}`, blocks], { encoding: 'utf8' });
    const values = dumped.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ').slice(-2).map(Number));
    const histogram = '{__name__="wavetank_histograms_requests_seconds_bucket", le="+Inf"}';
    const whole = spawnSync('promtool', ['tsdb', 'dump', `--match=${histogram}`, blocks], { encoding: 'utf8' });
    const counts = csv(join(one, 'histograms.csv')).filter((row) => row['scope'] === 'requests');
    const total = counts.reduce((sum, row) => sum + Number(row['count']), 0);
    expect(whole.stdout.trim().split(' ').slice(-2).map(Number)).toEqual([
      total,
      Date.parse('2026-03-01') + 1200 * 1000,
    ]);
    const rows = csv(join(one, 'series.csv'));
    expect(values).toEqual(
      rows.map((row) => [Number(row['requests']), Date.parse('2026-03-01') + Number(row['time_seconds']) * 1000]),
    );
  });
});

it('a run for Perfetto has every pod within its node, and tracks whose spans lie within each other or apart', async () => {
  const one = join(folder, 'shop/seed-1');
  const [{ file }] = await formats.perfetto.write(one, options);
  interface Event {
    readonly ph: string;
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    readonly ts: number;
    readonly dur: number;
  }
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: Event[] };
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  const ofPods = spans.filter(({ name }) => name.includes('/'));
  expect(ofPods.map(({ name, tid, ts, dur }) => [name, tid, ts / 1e6, dur / 1e6])).toEqual([
    // b is there while a is, on a track of its own; c comes when a is gone, and has a's.
    ['shop/a', 1, 2, 98],
    ['shop/b', 2, 50, 1150],
    ['shop/c', 1, 100, 1100],
    ['shop/d', 1, 3, 3],
    ['shop/e', 1, 1, 1199],
  ]);
  const names = traceEvents.filter(({ ph, name }) => ph === 'M' && name === 'process_name');
  expect(new Set(ofPods.map(({ pid }) => pid)).size).toBe(3);
  expect(JSON.stringify(names)).toContain('pods without a node');
  expect(traceEvents.filter(({ ph }) => ph === 'i')).toHaveLength(csv(join(one, 'events.csv')).length);
  const tracks = new Map<string, Event[]>();
  for (const span of spans)
    tracks.set(`${span.pid}/${span.tid}`, [...(tracks.get(`${span.pid}/${span.tid}`) ?? []), span]);
  for (const own of tracks.values()) {
    const open: number[] = [];
    for (const { ts, dur } of own) {
      expect(dur).toBeGreaterThanOrEqual(0);
      while (open.length > 0 && (open.at(-1) ?? 0) <= ts) open.pop();
      expect(ts + dur).toBeLessThanOrEqual(open.at(-1) ?? Infinity);
      open.push(ts + dur);
    }
  }
});

describe('tables of a paper', () => {
  const table = {
    name: 'cells',
    caption: 'a_b: mean of 3 seeds; wavetank 0.1.0.',
    heads: ['balancer', 'p99'],
    right: [1],
    rows: [
      ['Least|Open & co', '5 ms ± 0.1 ms'],
      ['x_1', '20 %'],
    ],
  };

  it('are LaTeX with what is special escaped', () => {
    expect(latexTables([table], 'made up')).toBe(`% Needs \\usepackage[T1]{fontenc} and \\usepackage{booktabs}.

\\begin{table}
  \\centering
  \\caption{a\\_b: mean of 3 seeds; wavetank 0.1.0.}
  \\label{tab:made-up-cells}
  \\begin{tabular}{lr}
    \\toprule
    balancer & p99 \\\\
    \\midrule
    Least\\textbar{}Open \\& co & 5 ms \\ensuremath{\\pm} 0.1 ms \\\\
    x\\_1 & 20 \\% \\\\
    \\bottomrule
  \\end{tabular}
\\end{table}
`);
  });

  it('are Markdown in which names stay text', () => {
    expect(markdownTables([table])).toBe(`a\\_b: mean of 3 seeds; wavetank 0.1.0.

| balancer | p99 |
| --- | ---: |
| Least\\|Open \\& co | 5 ms ± 0.1 ms |
| x\\_1 | 20 % |
`);
  });

  it('say seed and version in their captions', async () => {
    const [{ file }] = await formats.markdown.write(join(folder, 'shop/seed-1'), options);
    expect(readFileSync(file, 'utf8')).toContain('Expectations of shop-zone-loss, seed 1, one run; wavetank 0.1.0.');
  });
});

const browser = chromiumPath();
it.skipIf(browser === undefined)('Chromium prints the report', async () => {
  process.env['WAVETANK_CHROMIUM'] = browser;
  const small = writeSynthetic(
    { minutes: 2, nodes: 2, stepSeconds: 60, services: ['a'], traffic: false },
    join(root, 'small/seed-1'),
  );
  const [{ file }] = await formats.pdf.write(small, options);
  delete process.env['WAVETANK_CHROMIUM'];
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  expect(existsSync(join(options.out, '.report'))).toBe(false);
});

it('without a browser says what is needed, and leaves nothing', async () => {
  process.env['WAVETANK_CHROMIUM'] = join(root, 'nowhere');
  await expect(formats.pdf.write(join(folder, 'shop/seed-1'), { ...options, out: join(root, 'none') })).rejects.toThrow(
    'no such program, which WAVETANK_CHROMIUM names',
  );
  delete process.env['WAVETANK_CHROMIUM'];
  expect(existsSync(join(root, 'none'))).toBe(false);
});

it('refuses a folder without results', () => {
  writeFileSync(join(root, 'a-file'), '');
  expect(() => formats.markdown.write(join(root, 'a-file'), options)).toThrow(
    'is a file, expected a folder of results',
  );
  expect(() => formats.parquet.write(join(root, 'nowhere'), options)).toThrow('no such folder');
});
