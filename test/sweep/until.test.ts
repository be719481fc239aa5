// Seeds until figures are known well enough: the same number on any number of threads, and an honest answer when there were too few.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { meanInterval } from '../../src/lib/confidence.ts';
import { jsonOf, wavetank } from '../support/command.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-until-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const scenario = scenarioOf(`  duration: 20s
  interval: 5s
  preset: ideal
  behaviors: [{ image: a, requests: { service: { exponential: { mean: 20ms } } } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 10s }]
`);
writeFileSync(join(root, 'web.yaml'), scenario + deployment('web', { image: 'a' }) + service('web'));

interface Printed {
  readonly jobs: readonly { readonly seed: number; readonly figures: Readonly<Record<string, number>> }[];
  readonly until: readonly {
    readonly cell?: string;
    readonly seeds: number;
    readonly mean: number;
    readonly half: number;
    readonly wanted: number;
    readonly reached: boolean;
    readonly remark?: string;
  }[];
}

const args = (verb: string, ...more: string[]) => [verb, 'web.yaml', '--no-report', '--json', ...more];
const until = async (verb: string, ...more: string[]) => jsonOf(await wavetank(args(verb, ...more), root)) as Printed;

describe('--until', () => {
  it('runs as many seeds as the width takes, with the same bytes on one thread and on two', async () => {
    const wish = ['--until', 'requests.mean ± 6%', '--seeds', '4'];
    const one = await until('run', ...wish, '--threads', '0', '--out', 'one');
    const [reached] = one.until;
    expect(reached.reached).toBe(true);
    expect(reached.seeds).toBeGreaterThan(4);
    expect(one.jobs.map(({ seed }) => seed)).toEqual(Array.from({ length: reached.seeds }, (_, at) => 1 + at));
    const { mean, half = 0 } = meanInterval(one.jobs.map(({ figures }) => figures['request_duration_seconds_mean']));
    expect([reached.mean, reached.half]).toEqual([expect.closeTo(mean, 6), expect.closeTo(half, 6)]);
    expect(reached.wanted).toBeCloseTo(0.06 * mean, 6);
    expect(reached.half).toBeLessThan(reached.wanted);
    await until('run', ...wish, '--threads', '2', '--out', 'two');
    for (const file of ['precision.csv', 'jobs.csv']) {
      const [a, b] = ['one', 'two'].map((out) => readFileSync(join(root, out, 'test/seeds', file), 'utf8'));
      expect(a).toBe(b);
    }
  });

  it('gives each cell its own number of seeds, and says where they were too few', async () => {
    const vary = ['--vary', 'spec.traffic[0].arrivals.poisson.rate=4/s,40/s'];
    const finished = await wavetank(
      args(
        'sweep',
        ...vary,
        '--until',
        'requests.mean +- 2ms',
        '--seeds',
        '3',
        '--max-seeds',
        '6',
        '--threads',
        '0',
        '--out',
        'cells',
      ),
      root,
    );
    expect(finished.status).toBe(1);
    const { until: found } = jsonOf(finished) as Printed;
    const [few, many] = found;
    expect(few).toMatchObject({
      cell: '4/s',
      seeds: 6,
      wanted: 0.002,
      reached: false,
      remark: 'not reached with 6 seeds',
    });
    expect(few.half).toBeGreaterThan(0.002);
    expect(many.seeds).toBeLessThanOrEqual(6);
    expect(many.reached).toBe(true);
  });

  it.each([
    [['--until', 'requests.p99'], 'expected <figure> ± <half width>'],
    [['--until', 'requests.p9 ± 2%'], 'did you mean "requests.p90"?'],
    [['--until', 'requests.p99 ± 2'], 'expected a duration'],
    [['--until', 'requests.p99 ± 0%'], 'expected a half width above 0'],
    [['--until', 'requests.error_ratio ± 1pp', '--seeds', '1'], '--seeds: expected a whole number of at least 2'],
    [['--until', 'requests.p99 ± 2%', '--seeds', '9', '--max-seeds', '8'], '9 are more than --max-seeds 8'],
    [['--max-seeds', '8'], 'is the limit of --until and --best'],
  ])('refuses %j', async (words, message) => {
    const { status, stderr } = await wavetank(args('run', ...words, '--out', 'refused'), root);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
