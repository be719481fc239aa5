// Two results side by side: the same requests under two balancers, differences that are there, and none that are not.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';

const scenario = fileURLToPath(new URL('small.yaml', import.meta.url));
/** On a machine that is busy with other things. */
const SETUP_MS = 300_000;
const root = mkdtempSync(join(tmpdir(), 'wavetank-compare-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Job {
  readonly job: string;
  readonly seed: number;
  readonly digest: string;
  readonly results: string;
}

interface Compared {
  readonly rows: readonly {
    readonly cell: string;
    readonly figure: string;
    readonly meanA: number;
    readonly difference: number;
    readonly half: number;
    readonly shown: string;
  }[];
  readonly notes: readonly string[];
}

async function seeds(out: string, ...set: string[]): Promise<Job[]> {
  const options = set.flatMap((one) => ['--set', one]);
  const args = ['run', scenario, '--seeds', '4', '--no-report', '--json', '--out', out, ...options];
  return (jsonOf(await wavetank(args, root)) as { jobs: Job[] }).jobs;
}

async function compare(a: string, b: string): Promise<Compared> {
  return jsonOf(await wavetank(['compare', a, b, '--json', '--no-report', '--out', 'compared'], root)) as Compared;
}

const shownOf = ({ rows }: Compared, figure: string) => rows.find((row) => row.figure === figure)?.shown;

describe('common random numbers', () => {
  // Nobody waits and no way takes time: the latency is the request's own work.
  const free = ['spec.preset=ideal', 'spec.behaviors[0].requests.concurrency=1000', 'spec.expect=[]'];
  const file = ({ results }: Job, name: string) => readFileSync(join(root, results, name), 'utf8');
  let random: Job[];
  let turns: Job[];
  beforeAll(async () => {
    random = await seeds('random', ...free, 'spec.network.balancer=Random');
    turns = await seeds('turns', ...free, 'spec.network.balancer=RoundRobin');
  }, SETUP_MS);

  it('give a request the same work under two balancers, and send it at the same time', () => {
    for (const [at, job] of random.entries()) {
      // Something else happened: other pods got the requests, so that other nodes worked.
      expect(file(turns[at], 'nodes.csv')).not.toBe(file(job, 'nodes.csv'));
      const requests = (text: string) => text.split('\n').filter((line) => line.startsWith('requests,'));
      expect(requests(file(job, 'histograms.csv')).length).toBeGreaterThan(100);
      expect(requests(file(turns[at], 'histograms.csv'))).toEqual(requests(file(job, 'histograms.csv')));
      expect(file(turns[at], 'series.csv')).toBe(file(job, 'series.csv'));
    }
  });

  it('are others for another seed', () => {
    expect(file(random[1], 'series.csv')).not.toBe(file(random[0], 'series.csv'));
    expect(file(random[1], 'histograms.csv')).not.toBe(file(random[0], 'histograms.csv'));
  });

  it('make a comparison of the two find no difference in what requests meet', async () => {
    const compared = await compare('random/small', 'turns/small');
    expect(compared.notes).toEqual([]);
    expect(shownOf(compared, 'requests_total')).toBe('equal');
    expect(shownOf(compared, 'request_duration_seconds_mean')).toBe('equal');
  });
});

describe('a comparison', () => {
  beforeAll(async () => {
    await seeds('plain');
    // Planted: work that takes 5 % longer, and a tenth more requests.
    await seeds('slower', 'spec.behaviors[0].requests.service.exponential.mean=21ms');
    await seeds('more', 'spec.traffic[0].arrivals.poisson.rate=55/s');
    await wavetank(['sweep', scenario, '--seeds', '4', '--no-report', '--out', 'swept'], root);
  }, SETUP_MS);

  it('of a result with itself shows nothing but equals', async () => {
    const { rows, notes } = await compare('plain/small', 'plain/small');
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map(({ shown }) => shown))).toEqual(new Set(['equal']));
    expect(notes).toEqual([]);
  });

  it('finds work that takes 5 % longer, with as many requests on both sides', async () => {
    const compared = await compare('plain/small', 'slower/small');
    expect(shownOf(compared, 'request_duration_seconds_mean')).toBe('worse');
    expect(shownOf(await compare('slower/small', 'plain/small'), 'request_duration_seconds_mean')).toBe('better');
    expect(shownOf(compared, 'requests_total')).toBe('equal');
    const row = compared.rows.find(({ figure }) => figure === 'request_duration_seconds_mean');
    // Mean work 20 ms → 21 ms: a millisecond and what it makes others wait.
    expect(row?.difference).toBeGreaterThan(0.0007);
    expect(row?.difference).toBeLessThan(0.004);
  });

  it('says when the two sides did not get the same requests', async () => {
    expect((await compare('plain/small', 'more/small')).notes.join()).toMatch(
      /did not get the same requests \(seed 1: /,
    );
  });

  it('takes differences seed by seed from the rows of jobs.csv', async () => {
    const { rows } = await compare('swept/small:balancer=Random', 'swept/small:balancer=PowerOfTwo');
    expect(new Set(rows.map(({ cell }) => cell))).toEqual(new Set(['rate=50/s', 'rate=100/s']));
    const jobs = parse<Record<string, string>>(readFileSync(join(root, 'swept/small/jobs.csv')), { columns: true });
    const values = (balancer: string) =>
      jobs
        .filter((job) => job['spec.network.balancer'] === balancer)
        .filter((job) => job['spec.traffic[0].arrivals.poisson.rate'] === '100/s')
        .map((job) => Number(job.request_duration_seconds_p99));
    const differences = values('PowerOfTwo').map((value, at) => value - values('Random')[at]);
    const mean = differences.reduce((sum, value) => sum + value, 0) / 4;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3;
    const row = rows.find(({ cell, figure }) => cell === 'rate=100/s' && figure === 'request_duration_seconds_p99');
    expect(row?.difference).toBeCloseTo(mean, 9);
    // t(0.975, 3) = 3.182446.
    expect(row?.half).toBeCloseTo(3.182446305284263 * Math.sqrt(variance / 4), 9);
  });

  it('compares two cells of a sweep by their folders as well', async () => {
    const jobs = parse<Record<string, string>>(readFileSync(join(root, 'swept/small/jobs.csv')), { columns: true });
    const [first, last] = [jobs[0].cell, jobs.at(-1)?.cell];
    expect((await compare(`swept/small/${first}`, `swept/small/${last}`)).rows.length).toBeGreaterThan(10);
  });

  it('writes compare.csv, a chart and a page', async () => {
    const { status, stdout } = await wavetank(['compare', 'plain/small', 'slower/small', '--out', 'drawn'], root);
    expect(status).toBe(0);
    expect(stdout).toMatch(/request_duration_seconds_mean .* worse/);
    const [row] = parse<Record<string, string>>(readFileSync(join(root, 'drawn/compare.csv')), { columns: true });
    expect(Object.keys(row)).toContain('difference_low');
    expect(readFileSync(join(root, 'drawn/charts/differences.svg'), 'utf8')).toContain('request_duration_seconds_p99');
    expect(readFileSync(join(root, 'drawn/report.html'), 'utf8')).toContain('request_duration_seconds_p99');
  });

  it.each([
    [['nowhere', 'plain/small'], 'nowhere: no such folder'],
    [['plain', 'swept/small'], 'no cell and seed is on both sides'],
    [['plain/small:balancer=Random', 'plain/small'], 'there is no axis "balancer"; there is none'],
    [['swept/small:balancr=Random', 'swept/small'], 'there is no axis "balancr"; there is balancer, rate'],
    [['swept/small:balancer=Rand', 'swept/small'], 'balancer is never Rand; it is Random, RoundRobin, PowerOfTwo'],
    [['swept', 'plain'], 'swept: has several jobs with the same seed; name one of its folders'],
  ])('%j is answered', async (sides, message) => {
    const { status, stderr } = await wavetank(['compare', ...sides], root);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
