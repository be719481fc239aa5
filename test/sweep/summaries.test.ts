// A sweep that keeps summaries only: the same jobs.csv and sweep.json, a line a job, and no folders.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SummariesFile } from '../../src/results/summaries.ts';
import { wavetank } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-summaries-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = `${scenario(
  1,
  `  duration: 1m
  seeds: 2
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, start: 30s }]
  sweep: { "spec.traffic[0].timeout": [500ms, 1s] }
  expect: ["requests.p99 < 1s", "requests.error_ratio where timeout=1s over seeds: mean < 0.5"]`,
)}${deployment('web')}${service('web')}`;

const sweep = (...args: string[]) => wavetank(['sweep', 'tiny.yaml', '--no-report', '--threads', '0', ...args], root);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
/** Without what the clock says. */
const lines = (path: string) => read(path).replaceAll(/"(wall_s|peak_rss_mib)":[\d.]+/g, '');

beforeAll(async () => {
  writeFileSync(join(root, 'tiny.yaml'), text);
  await sweep('--out', 'whole');
  await sweep('--out', 'few', '--summaries-only');
});

it('leaves the same index, and a line a job in the order of the jobs', () => {
  expect(readdirSync(join(root, 'few/test')).sort()).toEqual(['jobs.csv', 'summaries.ndjson', 'sweep.json']);
  for (const file of ['jobs.csv', 'sweep.json']) {
    const reproduce = read(`few/test/${file}`).replace(' --summaries-only', '');
    expect(reproduce).toBe(read(`whole/test/${file}`));
  }
  const jobs = read('few/test/summaries.ndjson')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly job: string }).job);
  const rows = read('few/test/jobs.csv').trim().split('\n').slice(1);
  expect(jobs).toEqual(rows.map((row) => row.slice(0, row.indexOf(','))));
});

it('is compared as any other', async () => {
  const { status, stdout } = await wavetank(
    ['compare', 'few/test:timeout=1s', 'whole/test:timeout=1s', '--json', '--no-report', '--out', 'compared'],
    root,
  );
  expect(status).toBe(0);
  expect(stdout).toContain('equal');
  expect(stdout).not.toContain('no difference shown');
});

it('has a page, and no charts over time, which are not kept', async () => {
  const { status, stderr } = await wavetank(
    [
      'run',
      'tiny.yaml',
      '--threads',
      '0',
      '--summaries-only',
      '--until',
      'requests.mean +- 1s',
      '--seeds',
      '2',
      '--out',
      'seeds',
    ],
    root,
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(join(root, 'seeds/test/seeds/report.html'), 'utf8')).toContain('Precision: all reached');
});

it('goes on where it stopped, also in the middle of a line', async () => {
  const file = join(root, 'few/test/summaries.ndjson');
  const before = lines('few/test/summaries.ndjson');
  const [first, second] = read('few/test/summaries.ndjson').split('\n');
  writeFileSync(file, `${first}\n`);
  appendFileSync(file, second.slice(0, 100));
  const { stderr } = await sweep('--out', 'few', '--summaries-only', '--resume');
  expect(stderr).toBe('--resume: 1 of 4 jobs are kept\n');
  expect(lines('few/test/summaries.ndjson')).toBe(before);
});

it('is merged of shards', async () => {
  for (const shard of ['1/2', '2/2']) await sweep('--out', 'parts', '--summaries-only', '--shard', shard);
  const { status, stderr } = await wavetank(['merge', 'parts', '--no-report', '--out', 'parts'], root);
  expect([status, stderr]).toEqual([0, '']);
  expect(readdirSync(join(root, 'parts/test')).sort()).toEqual(['jobs.csv', 'summaries.ndjson', 'sweep.json']);
  expect(lines('parts/test/summaries.ndjson')).toBe(lines('few/test/summaries.ndjson'));
  expect(read('parts/test/jobs.csv')).toBe(read('whole/test/jobs.csv'));
});

it('finds lines that are longer than a chunk, and the last one of a job that was run twice', () => {
  const file = new SummariesFile(join(root, 'long'));
  const line = (job: string, more: string) => JSON.stringify({ job, more });
  file.append('a', line('a', 'x'.repeat(3e6)));
  file.append('ü', line('ü', 'first'));
  file.append('ü', line('ü', 'second'));
  file.close();
  const again = new SummariesFile(join(root, 'long'), { keep: true });
  again.append('b', line('b', ''));
  again.settle(['b', 'ü', 'none', 'a']);
  const jobs = read('long/summaries.ndjson')
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as { job: string; more: string });
  expect(jobs.map(({ job, more }) => `${job} ${more.slice(0, 6)}`)).toEqual(['b ', 'ü second', 'a xxxxxx']);
});
