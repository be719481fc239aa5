// Shards of a sweep, merged, leave the bytes that one run of all jobs leaves.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobsOfShard, readShard } from '../../src/sweep/shards/shard.ts';
import { wavetank } from '../support/command.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { bytesBelow } from '../support/bytes.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-shards-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FILE = 'tiny.yaml';
const text = `${scenario(
  1,
  `  duration: 30s
  seeds: 2
  sweep: { spec.interval: [5s, 10s] }
  bench: [{ name: first, set: { spec.interval: 10s } }, { name: ideal, set: { spec.preset: ideal } }]`,
)}${deployment('web')}`;

const quiet = ['--no-report', '--threads', '0'];
const run = (...args: string[]) => wavetank([...args], root);

describe('shards', () => {
  beforeAll(async () => {
    writeFileSync(join(root, FILE), text);
    expect((await run('sweep', FILE, ...quiet, '--out', 'whole')).status).toBe(0);
  });

  it.each([
    ['1/4', { index: 1, of: 4 }],
    ['100000/100000', { index: 100_000, of: 100_000 }],
  ])('%s is read', (word, shard) => expect(readShard(word)).toEqual(shard));

  it.each(['0/4', '5/4', '1/0', '4', '1/4/2', '-1/4', '1.5/4', 'a/b', ''])('%j is refused', (word) => {
    expect(() => readShard(word)).toThrow('--shard: expected i/n with i from 1 to n, such as 2/4');
  });

  it('have each job once, whatever their number', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 20 }), (jobs, of) => {
        const all = Array.from({ length: jobs }, (_, at) => at);
        const parts = Array.from({ length: of }, (_, at) => jobsOfShard(all, { index: at + 1, of }));
        expect(parts.flat().sort((a, b) => a - b)).toEqual(all);
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('in folders of their own are merged into the same bytes, without the file that they ran', async () => {
    for (const index of [1, 2, 3]) {
      const { status, stdout } = await run('sweep', FILE, ...quiet, '--shard', `${index}/3`, '--out', `own-${index}`);
      expect([status, stdout]).toEqual([
        0,
        expect.stringMatching(new RegExp(`^test {2}shard ${index}/3, [12] jobs?, `)),
      ]);
      expect(existsSync(join(root, `own-${index}/test/jobs.csv`))).toBe(false);
    }
    rmSync(join(root, FILE));
    const missing = await run('merge', 'own-1', 'own-3', '--out', 'merged');
    expect([missing.status, missing.stderr]).toEqual([2, 'own-1 own-3: shard 2/3 of test did not end here\n']);
    const merged = await run('merge', 'own-3', 'own-1', 'own-2', '--no-report', '--out', 'merged');
    writeFileSync(join(root, FILE), text);
    expect([merged.status, merged.stderr]).toEqual([0, '']);
    expect(merged.stdout).toMatch(/^test {2}2 cells, 4 jobs, [\d.]+ s by 3 shards\n/);
    expect(bytesBelow(join(root, 'merged'))).toEqual(bytesBelow(join(root, 'whole')));
  });

  it('in one folder are seen by `wavetank status`, and merged there', async () => {
    cpSync(join(root, 'own-1'), join(root, 'shared'), { recursive: true });
    expect((await run('status', 'shared')).stdout).toMatch(/^ +jobs\nshared\/test 1\/3 +2 of 2 +shard has ended\n$/);
    for (const one of ['own-2', 'own-3']) cpSync(join(root, one), join(root, 'shared'), { recursive: true });
    expect((await run('merge', 'shared', '--no-report', '--out', 'shared')).status).toBe(0);
    expect(bytesBelow(join(root, 'shared'))).toEqual(bytesBelow(join(root, 'whole')));
    expect((await run('status', 'shared')).stdout).toMatch(/^ +jobs\nshared\/test +4 +complete\n$/);
    const again = await run('merge', 'shared', '--out', 'shared');
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('no shard has ended here')]);
  });

  it('of other input do not belong together, and a job that is gone is missed', async () => {
    cpSync(join(root, 'own-1'), join(root, 'torn-1'), { recursive: true });
    await run('sweep', FILE, ...quiet, '--duration', '40s', '--shard', '2/3', '--out', 'other-2');
    const other = await run('merge', 'own-1', 'other-2', 'own-3', '--out', 'never');
    expect([other.status, other.stderr]).toEqual([
      2,
      'shard 2/3 in other-2/test is of other input or options than shard 1/3 in own-1/test\n',
    ]);
    const cell = readdirSync(join(root, 'torn-1/test')).find((name) => name.startsWith('cell-')) ?? '';
    rmSync(join(root, 'torn-1/test', cell), { recursive: true });
    const torn = await run('merge', 'torn-1', 'own-2', 'own-3', '--out', 'never');
    expect([torn.status, torn.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^1 job of 4 left no results of this version and input, the first of them cell-\w+\/seed-\d of shard 1\/3: /,
      ),
    ]);
    expect(existsSync(join(root, 'never/test/jobs.csv'))).toBe(false);
  });

  it('of a bench are compared when they are merged', async () => {
    await run('bench', FILE, ...quiet, '--out', 'whole-bench');
    for (const index of [1, 2]) await run('bench', FILE, ...quiet, '--shard', `${index}/2`, '--out', `bench-${index}`);
    expect((await run('merge', 'bench-1', 'bench-2', '--no-report', '--out', 'bench')).status).toBe(0);
    expect(bytesBelow(join(root, 'bench'))).toEqual(bytesBelow(join(root, 'whole-bench')));
    expect(readFileSync(join(root, 'bench/test/bench/bench.csv'), 'utf8')).toContain('ideal');
  });

  it('of a sensitivity are judged when they are merged', async () => {
    const replicas = ['--vary', 'Deployment/web:/spec/replicas=1,2,4', '--of', 'pods.ready', '--samples', '2'];
    const words = ['sensitivity', FILE, ...quiet, ...replicas, '--seeds', '1'];
    await run(...words, '--out', 'whole-sensitivity');
    for (const index of [1, 2]) {
      const { stdout } = await run(...words, '--shard', `${index}/2`, '--out', `sensitivity-${index}`);
      expect(stdout).toMatch(new RegExp(`^test {2}shard ${index}/2, `));
    }
    const merged = await run('merge', 'sensitivity-1', 'sensitivity-2', '--no-report', '--out', 'sensitivity');
    expect([merged.status, merged.stdout]).toEqual([0, expect.stringContaining('web.replicas')]);
    expect(bytesBelow(join(root, 'sensitivity'))).toEqual(bytesBelow(join(root, 'whole-sensitivity')));
  });

  it.each([
    ['--until', ['sweep', FILE, '--until', 'pods.ready ± 1%']],
    ['--best', ['sweep', FILE, '--best', 'pods.ready ± 1%']],
    ['`wavetank optimize`', ['optimize', FILE, '--set', 'spec.expect=["pods.ready > 0"]']],
  ])('do not go with %s, for which a queue does', async (what, words) => {
    const { status, stderr } = await run(...words, ...quiet, '--shard', '1/2', '--out', 'refused');
    expect([status, stderr]).toEqual([2, expect.stringMatching(`^--shard: not with ${what}, .*; --queue shares`)]);
  });
});
