// Charts of a bench from made-up figures: what is drawn, what is left out, and numbers that break charts.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { benchCharts } from '../../src/report/many/bench-charts.ts';
import { readBench } from '../../src/report/many/read-bench.ts';
import { readSweep } from '../../src/report/many/read-sweep.ts';
import { toSvg } from '../../src/report/render.ts';
import { makeReport } from '../../src/report/report.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-bench-report-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const WAIT = 'scheduler_pod_scheduling_sli_duration_seconds_p99';
const HEADER =
  'variant,figure,unit,seeds,mean,mean_low,mean_high,pairs,difference,difference_low,difference_high,relative_difference_ratio,verdict';

/** By figure, by variant: the mean, and half its interval; undefined of one seed. */
type Figures = Readonly<Record<string, Readonly<Record<string, readonly [mean: number, half?: number]>>>>;

let folders = 0;

interface Expected {
  readonly column: string;
  readonly title: string;
}

function write(figures: Figures, expected: readonly Expected[] = []): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  const variants = [...new Set(Object.values(figures).flatMap((one) => Object.keys(one)))];
  const lines = Object.entries(figures).flatMap(([figure, own]) => {
    const [[first, [base]]] = Object.entries(own);
    return Object.entries(own).map(([variant, [mean, half]]) => {
      const interval = (about: number) => (half === undefined ? [about, '', ''] : [about, about - half, about + half]);
      const compared = variant === first ? ['', '', '', '', ''] : [...interval(mean - base), '', 'no difference shown'];
      const quoted = `"${variant.replaceAll('"', '""')}"`;
      return [quoted, figure, 'any', 3, ...interval(mean), variant === first ? 0 : 3, ...compared].join(',');
    });
  });
  writeFileSync(join(folder, 'bench.csv'), `${HEADER}\n${lines.join('\n')}\n`);
  const sweep = {
    version: '0.1.0',
    scenario: 'made-up',
    reproduce: 'wavetank bench made-up',
    jobs: variants.length,
    seeds: 3,
    axes: [{ path: 'variant', label: 'variant', values: variants }],
    figures: expected.map((one) => ({ ...one, unit: 'count', meaning: '' })),
    cells: variants.map((name, at) => ({
      cell: `variant-${at}`,
      values: [name],
      jobs: [`variant-${at}/seed-1`],
      expect: [],
    })),
    failures: [],
  };
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(sweep));
  const rows = variants.map((_, at) => `variant-${at}/seed-1,,`);
  writeFileSync(
    join(folder, 'jobs.csv'),
    `job,requests_error_ratio,request_duration_seconds_p99\n${rows.join('\n')}\n`,
  );
  return folder;
}

const namesOf = (figures: Figures): string[] => {
  const folder = write(figures);
  return benchCharts(readSweep(folder), readBench(folder)).map(({ name }) => name);
};

describe('charts of a bench', () => {
  it('of rollout strategies show who met the new build, by the pods that it took', () => {
    const [users, extra] = ['revision.shop.2.users', 'rollout.shop.extra_pod_hours'];
    const figures = {
      [WAIT]: { a: [1, 0.1], b: [2, 0.1] },
      nodes_used: { a: [10, 1], b: [5, 1] },
      [users]: { a: [50000, 0], b: [65, 0] },
      [extra]: { a: [0.02, 0], b: [0.3, 0] },
    } as const;
    const expected = [
      { column: users, title: 'Users who met revision 2' },
      { column: extra, title: 'Pod-hours above the size' },
    ];
    const folder = write(figures, expected);
    const [tradeOff, differences] = benchCharts(readSweep(folder), readBench(folder)).map(({ drawing }) =>
      toSvg(drawing, 'x'),
    );
    expect(tradeOff).toContain('Users who met revision 2, by pod-hours above the size');
    expect(tradeOff).toContain('logarithmic');
    expect(differences).toContain('Users who met revision 2');
    // Without expectations about a rollout it is the pods' wait, as ever.
    const plain = write(figures);
    expect(toSvg(benchCharts(readSweep(plain), readBench(plain))[0].drawing, 'x')).toContain(
      "pods' wait".replace("'", '&#39;'),
    );
  });

  it('show what one gets for what one gives, and the differences', () => {
    expect(namesOf({ [WAIT]: { a: [1, 0.1], b: [2, 0.1] }, nodes_used: { a: [10, 1], b: [5, 1] } })).toEqual([
      'bench-trade-off',
      'bench-differences',
    ]);
  });

  it('leave out figures in which all are the same, and charts without figures', () => {
    expect(namesOf({ [WAIT]: { a: [1, 0.1], b: [2, 0.1] }, nodes_used: { a: [10, 1], b: [10, 1] } })).toEqual([
      'bench-differences',
    ]);
    expect(namesOf({ [WAIT]: { a: [1, 0.1], b: [1.001, 0.1] } })).toEqual([]);
    expect(namesOf({ [WAIT]: { a: [1, 0.1] }, nodes_used: { a: [2, 0.1] } })).toEqual([]);
    expect(namesOf({ apiserver_writes_total: { a: [1, 0.1], b: [7, 0.1] } })).toEqual([]);
  });

  it('leave out panels of figures that the first variant lacks', () => {
    const folder = write({
      [WAIT]: { a: [1, 0.1], b: [2, 0.1] },
      gpu_allocated_ratio: { b: [0.5, 0.1], c: [0.9, 0.1] },
    });
    const table = readFileSync(join(folder, 'bench.csv'), 'utf8').split('\n');
    // As written of variants of which the first has no GPUs: nothing is compared.
    const bare = table.map((line) => line.replace(/(gpu_allocated_ratio,any,3,[^,]*,[^,]*,[^,]*),.*/, '$1,0,,,,,'));
    writeFileSync(join(folder, 'bench.csv'), bare.join('\n'));
    const charts = benchCharts(readSweep(folder), readBench(folder));
    const svg = toSvg(charts[charts.length - 1].drawing, 'x');
    expect(svg).toContain('Wait for a node, p99');
    expect(svg).not.toContain('GPUs allocated<');
  });

  it('compare answers with errors where no pod waits', () => {
    const figures = {
      request_duration_seconds_p99: { a: [1], b: [2] },
      requests_error_ratio: { a: [0.1], b: [0] },
    } as const;
    expect(namesOf(figures)).toEqual(['bench-trade-off', 'bench-differences']);
  });

  it.each<[string, Figures]>([
    ['one seed', { [WAIT]: { a: [1], b: [2] }, nodes_used: { a: [10], b: [5] } }],
    ['zero and not', { [WAIT]: { a: [0, 0], b: [2, 3] }, nodes_used: { a: [0, 0], b: [5, 9] } }],
    ['from microseconds to days', { [WAIT]: { a: [1e-6, 0], b: [9e4, 1e5] }, nodes_used: { a: [1, 0], b: [1e5, 1] } }],
    [
      'all in one place',
      {
        [WAIT]: Object.fromEntries('abcdefghijkl'.split('').map((name) => [name, [1, 0.1]])),
        nodes_used: Object.fromEntries('abcdefghijkl'.split('').map((name, at) => [name, [100 + at / 10, 0.1]])),
      },
    ],
    [
      'a variant without the figure',
      { [WAIT]: { a: [1, 0], b: [2, 0] }, nodes_used: { a: [1, 0], b: [3, 0], c: [4, 0] } },
    ],
    [
      'negative differences only',
      { [WAIT]: { a: [9, 0.1], b: [2, 0.1], c: [1, 0.1] }, nodes_used: { a: [9, 0], b: [5, 0], c: [4, 0] } },
    ],
  ])('are drawn from %s', (_, figures) => {
    const folder = write(figures);
    for (const { name, drawing } of benchCharts(readSweep(folder), readBench(folder))) {
      const svg = toSvg(drawing, name);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      for (const variant of Object.keys(figures.nodes_used)) {
        if (name === 'bench-trade-off' && figures[WAIT][variant] !== undefined)
          expect(svg).toContain(`>${variant}</text>`);
      }
    }
  });

  it('are on the page, with names as text', async () => {
    const hostile = '<script>alert(1)</script>';
    const folder = write({ [WAIT]: { a: [1, 0], [hostile]: [2, 0] }, nodes_used: { a: [1, 0], [hostile]: [3, 0] } });
    const [{ page }] = await makeReport(folder);
    const text = readFileSync(page, 'utf8');
    expect(text).not.toContain('<script');
    expect(text).toContain('&lt;script&gt;');
    expect(text).toContain('Differences from a');
  });
});
