// A sweep, a bench and a run of several seeds of one scenario leave each other's results alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-pages-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const SCENARIO = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: small }
spec:
  duration: 20s
  cluster: { nodePools: [{ name: node, count: 2, zones: [a] }] }
  sweep: { spec.kubelet.sandbox: [0, 100ms] }
  bench: [default, FirstFit]
---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: a, image: a }] }
`;

it('pages of run --seeds, sweep and bench stand beside each other', async () => {
  writeFileSync(join(cwd, 'small.yaml'), SCENARIO);
  const read = (file: string) => readFileSync(join(cwd, 'results/small', file), 'utf8');
  const options = ['small.yaml', '--threads', '0'];
  expect((await wavetank(['run', ...options, '--seeds', '2'], cwd)).status).toBe(0);
  const seeds = [read('seeds/jobs.csv'), read('seeds/report.html')];
  expect((await wavetank(['sweep', ...options], cwd)).status).toBe(0);
  const swept = [read('jobs.csv'), read('report.html')];
  expect((await wavetank(['bench', ...options], cwd)).status).toBe(0);
  expect([read('seeds/jobs.csv'), read('seeds/report.html')]).toEqual(seeds);
  expect([read('jobs.csv'), read('report.html')]).toEqual(swept);
  expect(read('bench/report.html')).toContain('href="./../variant-FirstFit/seed-1/');
  const compared = ['compare', 'results/small/seeds', 'results/small/bench:variant=default', '--no-report'];
  expect((await wavetank(compared, cwd)).status).toBe(0);
});

it('an option that undoes an axis is refused, and a mixed axis is text', async () => {
  const twofold = await wavetank(['sweep', 'small.yaml', '--vary', 'spec.duration=10s,20s', '--duration', '10s'], cwd);
  expect([twofold.status, twofold.stderr]).toEqual([
    2,
    '--duration: spec.duration has several values to compare: leave out one or the other\n',
  ]);
  const mixed = ['sweep', 'small.yaml', '--vary', 'spec.kubelet.sandbox=0,500ms', '--no-report', '--threads', '0'];
  expect((await wavetank([...mixed, '--out', 'mixed'], cwd)).status).toBe(0);
  const [header, ...rows] = readFileSync(join(cwd, 'mixed/small/jobs.csv'), 'utf8').trim().split('\n');
  const at = header.split(',').indexOf('spec.kubelet.sandbox');
  expect(rows.map((row) => row.split(',')[at])).toEqual(['0', '500ms']);
});
