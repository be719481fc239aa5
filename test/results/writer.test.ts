// Results are complete or absent: completed, aborted, replaced, refused, and killed in the middle.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue, tableNames } from '../../src/metrics/catalogue.ts';
import type { Row } from '../../src/metrics/catalogue.ts';
import { runFields } from '../../src/results/run-record.ts';
import type { RunRecord } from '../../src/results/run-record.ts';
import { openResults } from '../../src/results/writer.ts';

const run: RunRecord = {
  version: '0.1.0',
  scenario: 'hello',
  scenario_file: 'hello.yaml',
  scenario_hash: '00',
  program: 'source',
  inputs: [],
  job: 'seed-1',
  seed: '1',
  duration_seconds: 60,
  start_time: '2026-01-01T00:00:00Z',
  warmup_seconds: 0,
  digest: '0123456789abcdef',
  events: 1,
  wall_s: 0.1,
  peak_rss_mib: 50,
  machine: { node: 'v20.19.0', platform: 'linux', arch: 'x64', processor: '' },
  reproduce: 'wavetank run hello --seed 1',
  series_interval_seconds: 10,
  nodes_interval_seconds: 10,
  workloads_interval_seconds: 10,
  expect: [],
  figures: {},
  pending: [],
  refused: [],
  assumptions: [],
  ignored: [],
  caveats: [],
  sampled: null,
  notes: [],
};
const row = (at: number): Row<'histograms'> => ({ scope: 'requests', name: '', le_seconds: at, count: 1 });

let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wavetank-results-'));
  folder = join(root, 'hello', 'seed-1');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('openResults', () => {
  it('puts every table and run.json in place at the end, not before', () => {
    const writer = openResults(folder);
    writer.write('histograms', [row(1), row(2)]);
    writer.write('histograms', [row(3)]);
    expect(existsSync(folder)).toBe(false);
    const files = writer.complete(run);
    expect(readdirSync(folder).toSorted()).toEqual([...tableNames.map((name) => catalogue[name].file), 'run.json'].toSorted());
    expect(readFileSync(join(folder, 'histograms.csv'), 'utf8')).toBe(
      'scope,name,le_seconds,count\nrequests,,1,1\nrequests,,2,1\nrequests,,3,1\n',
    );
    expect(readFileSync(join(folder, 'events.csv'), 'utf8')).toBe(
      'time_seconds,type,reason,kind,namespace,name,message,source\n',
    );
    expect(files.find(({ table }) => table === 'histograms')?.rows).toBe(3);
    const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as object;
    expect(Object.keys(record).toSorted()).toEqual(Object.keys(runFields).toSorted());
    expect(readdirSync(join(root, 'hello'))).toEqual(['seed-1']);
    expect(() => writer.write('histograms', [row(4)])).toThrow('after the results were closed');
    writer.abort();
    expect(existsSync(folder)).toBe(true);
  });

  it('takes rows by the hundred thousand', () => {
    const writer = openResults(folder);
    writer.write(
      'histograms',
      (function* () {
        for (let at = 0; at < 100_000; at++) yield row(at);
      })(),
    );
    writer.complete(run);
    expect(readFileSync(join(folder, 'histograms.csv'), 'utf8').split('\n').length).toBe(100_002);
  });

  it('leaves nothing after an abort, and the earlier results where there were some', () => {
    openResults(folder).abort();
    expect(readdirSync(join(root, 'hello'))).toEqual([]);
    openResults(folder).complete(run);
    const second = openResults(folder);
    second.write('histograms', [row(1)]);
    second.abort();
    expect(readdirSync(join(root, 'hello'))).toEqual(['seed-1']);
    expect(readFileSync(join(folder, 'histograms.csv'), 'utf8')).toBe('scope,name,le_seconds,count\n');
  });

  it('replaces earlier results as a whole', () => {
    openResults(folder).complete(run);
    writeFileSync(join(folder, 'report.html'), 'old');
    const second = openResults(folder);
    second.write('histograms', [row(1)]);
    second.complete(run);
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
    expect(readFileSync(join(folder, 'histograms.csv'), 'utf8')).toContain('requests,,1,1');
    expect(readdirSync(join(root, 'hello'))).toEqual(['seed-1']);
  });

  it('never replaces a folder that holds something else', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'thesis.tex'), 'years of work');
    expect(() => openResults(folder)).toThrow('holds files but no run.json');
    writeFileSync(join(root, 'file'), '');
    expect(() => openResults(join(root, 'file'))).toThrow('is not a folder');
    expect(() => openResults(join(root, 'file', 'x'))).toThrow('cannot write results here');
    expect(readdirSync(join(root, 'hello'))).toEqual(['seed-1']);
  });

  it('sweeps up what a killed process left', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await new Promise((done) => child.once('exit', done));
    const left = join(root, 'hello', `.seed-1.${child.pid}.partial`);
    mkdirSync(left, { recursive: true });
    const running = join(root, 'hello', `.seed-1.${process.ppid}.partial`);
    mkdirSync(running);
    openResults(folder).complete(run);
    expect(readdirSync(join(root, 'hello')).toSorted()).toEqual([`.seed-1.${process.ppid}.partial`, 'seed-1']);
  });
});
