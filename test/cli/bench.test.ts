// `wavetank bench` as a user types it: the same waves under several schedulers, what is printed, what is left behind, what is refused.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank, wavetankProcess } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-bench-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const run = async (...args: string[]) => await wavetank(['bench', ...args], cwd);
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);

put(
  'packing.yaml',
  scenario(
    12,
    `  duration: 2m
  seeds: 3
  bench: [default, FirstFit, WorstFit]
  timeline: [{ at: 1m, scale: { deployment: web, replicas: 20 } }]
  expect:
    - nodes.used during 1m50s..2m where variant=FirstFit == 5
    - nodes.used during 1m50s..2m where variant=WorstFit == 12
    - pods.scheduled == 20`,
  ) + deployment('web', { replicas: 3, cpu: '900m' }),
);

interface Printed {
  readonly variants: readonly {
    readonly variant: string;
    readonly wall_s: number;
    readonly figures: Readonly<
      Record<string, { mean: number; half: number | null; difference?: number; verdict?: string }>
    >;
  }[];
  readonly jobs: readonly { readonly job: string; readonly digest: string; readonly axes: unknown }[];
  readonly expect: readonly { readonly pass: boolean }[];
}

/** Every file below a folder with a hash of its bytes; run.json without what the wall clock says. */
function bytesBelow(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  const textOf = (name: string) =>
    readFileSync(join(folder, name), 'utf8').replaceAll(/"(wall_s|peak_rss_mib)": [\d.]+/g, '');
  return Object.fromEntries(files.map((name) => [name, createHash('sha256').update(textOf(name)).digest('hex')]));
}

describe('a bench of schedulers', async () => {
  const finished = await run('packing.yaml', '--json', '--no-report', '--threads', '0', '--out', 'one');
  const printed = jsonOf(finished) as Printed;
  const folder = join(cwd, 'one/test/bench');
  const rows = parse<Record<string, string>>(readFileSync(join(folder, 'bench.csv')), { columns: true });
  const rowOf = (variant: string, figure: string) =>
    rows.find((row) => row.variant === variant && row.figure === figure) ?? {};

  it('runs every variant with every seed and judges expectations about variants', () => {
    expect([finished.status, finished.stderr]).toEqual([0, '']);
    expect(printed.jobs.map(({ job }) => job)).toEqual(
      ['default', 'FirstFit', 'WorstFit'].flatMap((name) => [1, 2, 3].map((seed) => `variant-${name}/seed-${seed}`)),
    );
    expect(printed.jobs[3].axes).toEqual({ variant: 'FirstFit' });
    // One each about FirstFit and WorstFit, and one about every variant.
    expect(printed.expect).toHaveLength(2 + 3);
    expect(printed.expect.every(({ pass }) => pass)).toBe(true);
  });

  it('gives each variant its own scheduler and nothing else', () => {
    const nodes = (variant: string) =>
      new Set(
        parse<Record<string, string>>(readFileSync(join(folder, '..', `variant-${variant}/seed-1/pods.csv`)), {
          columns: true,
        }).map(({ node }) => node),
      );
    // Four pods of 900m to a node of 3.9: 20 pods on the first five nodes by name; three were there before on one of them each.
    expect(nodes('WorstFit').size).toBe(12);
    expect(nodes('FirstFit')).toEqual(new Set(['node-0', 'node-1', 'node-2', 'node-3', 'node-4']));
  });

  it('compares with the first variant seed by seed, in bench.csv and in JSON', () => {
    const mean = (variant: string) =>
      printed.jobs.filter(({ job }) => job.startsWith(`variant-${variant}/`)).map(({ job }) => nodesUsed(job));
    const nodesUsed = (job: string) => {
      const [summary] = parse<Record<string, string>>(readFileSync(join(folder, '..', job, 'summary.csv')), {
        columns: true,
      });
      return Number(summary.nodes_used);
    };
    const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const row = rowOf('FirstFit', 'nodes_used');
    expect(Number(row.mean)).toBeCloseTo(average(mean('FirstFit')), 8);
    expect(Number(row.difference)).toBeCloseTo(average(mean('FirstFit')) - average(mean('default')), 8);
    expect([row.seeds, row.pairs, row.unit, row.verdict]).toEqual(['3', '3', 'count', 'lower']);
    expect(Number(row.difference_low)).toBeLessThanOrEqual(Number(row.difference));
    expect(Number(row.difference_high)).toBeGreaterThanOrEqual(Number(row.difference));
    const first = rowOf('default', 'nodes_used');
    expect([first.pairs, first.difference, first.verdict]).toEqual(['0', '', '']);
    const inJson = printed.variants[1].figures['nodes_used'];
    expect(inJson.mean).toBeCloseTo(Number(row.mean), 8);
    expect(inJson.verdict).toBe('lower');
    expect(rowOf('WorstFit', 'kube_pod_scheduled_total').verdict).toBe('equal');
    // Who has the least fragmentation is the first, and nobody is where all are equal, or where no way is better.
    const ranked = ['default', 'FirstFit', 'WorstFit'].map((variant) => rowOf(variant, 'cpu_fragmentation_ratio'));
    const [least] = ranked.toSorted((a, b) => Number(a.mean) - Number(b.mean));
    expect(Math.min(...ranked.map(({ mean_rank: rank }) => Number(rank)))).toBe(Number(least.mean_rank));
    expect(ranked.reduce((sum, { mean_rank: rank }) => sum + Number(rank), 0)).toBeCloseTo(1 + 2 + 3, 8);
    expect(rowOf('WorstFit', 'kube_pod_scheduled_total').mean_rank).toBe('2');
    expect([row.mean_rank, first.effect_size]).toEqual(['', '']);
    expect(Object.keys(rowOf('FirstFit', 'nodes.used during 1m50s..2m')).length).toBeGreaterThan(0);
  });

  it('leaves the same bytes behind on two threads, and again', async () => {
    const expected = bytesBelow(join(cwd, 'one/test'));
    expect(Object.keys(expected)).toEqual(
      expect.arrayContaining(['bench/bench.csv', 'bench/jobs.csv', 'bench/sweep.json']),
    );
    await run('packing.yaml', '--no-report', '--threads', '2', '--out', 'two');
    expect(bytesBelow(join(cwd, 'two/test'))).toEqual(expected);
  });

  it('leaves behind a command that runs one of its jobs again', async () => {
    const record = JSON.parse(readFileSync(join(folder, '../variant-FirstFit/seed-2/run.json'), 'utf8')) as {
      reproduce: string;
      digest: string;
    };
    const words = [...record.reproduce.matchAll(/'([^']*)'|(\S+)/g)]
      .map(([, quoted, plain]) => quoted ?? plain)
      .slice(1);
    const again = jsonOf(await wavetank([...words, '--no-report', '--json', '--out', 'again'], cwd)) as {
      digest: string;
    };
    expect(again.digest).toBe(record.digest);
  });

  it('prints a table that lines up, and the differences', async () => {
    const { stdout, status } = await run('packing.yaml', '--no-report', '--out', 'one', '--resume');
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^test {2}3 variants, 9 jobs, 9 of them already done, /);
    const at = lines.findIndex((line) => line.startsWith('variant '));
    expect(lines[at].trim().split(/ {2,}/)).toEqual([
      'variant',
      'scheduled',
      'pending',
      'wait p50',
      'wait p99',
      'cpu',
      'memory',
      'cpu frag.',
      'mem. frag.',
      'nodes',
      'preempted',
      'wall',
    ]);
    for (const line of lines.slice(at, at + 4)) expect(line.length).toBe(lines[at].length);
    // Columns of numbers end where their titles end.
    const end = lines[at].indexOf('scheduled') + 'scheduled'.length;
    for (const line of lines.slice(at + 1, at + 4)) expect(line.slice(end - 2, end + 1)).toBe('20 ');
    expect(stdout).toMatch(/Difference from default, seed by seed/);
    expect(stdout).toMatch(/FirstFit .*−\d/);
    expect(stdout).toMatch(/Mean rank among the variants.*\nvariant .*cpu frag\./);
    // What the expectations are about, of every variant.
    const asked = lines.slice(lines.findIndex((line) => /^variant .*pods\.scheduled/.test(line)));
    expect(asked.slice(0, 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['variant', 'nodes.used during 1m50s..2m', 'pods.scheduled'],
      ['default', '12', '20'],
      ['FirstFit', '5', '20'],
      ['WorstFit', '12', '20'],
    ]);
    expect(stdout).toContain('5 of 5 expectations hold in their cells.');
    expect(stdout).toContain('Results: one/test/bench/bench.csv');
  });

  it('draws two charts and shows them on the page, also by wavetank report', async () => {
    const made = await wavetank(['report', 'one/test'], cwd);
    expect(made.status).toBe(0);
    const pictures = readdirSync(join(folder, 'charts'));
    expect(pictures).toEqual(expect.arrayContaining(['bench-trade-off.png', 'bench-differences.svg']));
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(page).toContain('Differences from default');
    expect(page).not.toMatch(/NaN|undefined/);
  });
});

describe('variants', () => {
  put('plain.yaml', scenario(2, '  duration: 1m\n  bench: [default, FirstFit]') + deployment('web'));

  it('may be schedulers from the command line, instead of those of the scenario', async () => {
    const { variants } = jsonOf(
      await run(
        'packing.yaml',
        '--json',
        '--no-report',
        '--seeds',
        '1',
        '--schedulers',
        'Tetris, LeastWaste',
        '--out',
        'named',
      ),
    ) as Printed;
    expect(variants.map(({ variant }) => variant)).toEqual(['Tetris', 'LeastWaste']);
    // One seed has no intervals.
    expect(variants[1].figures['nodes_used'].half).toBeNull();
  });

  it('may set anything: balancers with the same requests', async () => {
    put(
      'balancers.yaml',
      scenario(
        3,
        `  duration: 1m30s
  warmup: 30s
  seeds: 2
  bench:
    - { name: random, set: { spec.network.balancer: Random } }
    - { name: two choices, set: {} }
  behaviors:
    - { image: "test/web", requests: { service: { exponential: { mean: 20ms } }, concurrency: 1 } }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 100/s } }, start: 20s }]`,
      ) +
        deployment('web', { replicas: 4 }) +
        service('web'),
    );
    const refused = await run('balancers.yaml');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/balancers\.yaml:\d+:\d+: spec\.bench\[1\]\.name: expected a name of letters/);
    put(
      'balancers.yaml',
      readFileSync(join(cwd, 'balancers.yaml'), 'utf8').replace(
        '{ name: two choices, set: {} }',
        '{ name: PowerOfTwo, set: { spec.network.balancer: PowerOfTwo } }',
      ),
    );
    const { stdout, status } = await run('balancers.yaml', '--no-report', '--out', 'balancers');
    expect(status).toBe(0);
    expect(stdout).toMatch(/variant .* failed +p50 +p99 /);
    const rows = parse<Record<string, string>>(readFileSync(join(cwd, 'balancers/test/bench/bench.csv')), {
      columns: true,
    });
    const of = (figure: string) => rows.find((row) => row.variant === 'PowerOfTwo' && row.figure === figure);
    expect(of('requests_total')?.verdict).toBe('equal');
    expect(of('request_duration_seconds_p99')?.verdict).toMatch(/better|no difference/);
    expect(Number(of('request_duration_seconds_p99')?.difference)).toBeLessThan(0);
  });

  it.each([
    [
      ['--schedulers', 'default,FirstFitt'],
      /^--schedulers FirstFitt: spec\.bench\[1\]: unknown scheduler "FirstFitt".*did you mean "FirstFit"\?/,
    ],
    [['--schedulers', 'default,,FirstFit'], /^--schedulers: expected names and files separated by commas/],
    [['--schedulers', 'FirstFit,default,firstfit'], /unknown scheduler "firstfit"/],
    [['--schedulers', 'FirstFit,FirstFit'], /duplicate variant "FirstFit"/],
    [['--schedulers', 'missing.yaml'], /^missing\.yaml: no such file/],
    [['--seeds', '0'], /^--seeds: expected a whole number of at least 1/],
    [['--set', 'spec.bench=[]'], /has nothing to compare; add `spec\.bench`, or use --schedulers/],
    [['--set', 'spec.bench=[{ name: a, set: { nowhere: 1 } }]'], /expected a path such as/],
    [['--set', 'spec.bench=[{ name: a, set: { spec.duratoin: 1 } }]'], /unknown field "duratoin"/],
    [
      ['--set', 'spec.scheduler.policy=Tetriss'],
      /spec\.scheduler\.policy: unknown scheduler "Tetriss".* \(did you mean "Tetris"\?\)/,
    ],
  ])('%j is refused with exit code 2, a way out and no stack', async (args, complaint) => {
    const { status, stdout, stderr } = await run('plain.yaml', ...args, '--out', 'refused');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(cwd, 'refused'))).toBe(false);
  });

  it('that fail are reported, with the command that reproduces it, and the others finish', async () => {
    put(
      'picky.mjs',
      `export default ({ z }) => ({
  schedulerPlugins: [{
    name: 'Picky', summary: 'Goes wrong.', args: z.strictObject({}),
    create: () => ({ filter() { throw new Error('thrown on purpose'); } }),
  }],
});`,
    );
    const args = ['--plugin', 'picky.mjs', '--schedulers', 'default,Picky', '--no-report', '--out', 'picky'];
    const { status, stdout, stderr } = await run('plain.yaml', ...args);
    // Which of the two it is depends on whose plugin it was.
    expect([2, 3]).toContain(status);
    expect(stdout).toMatch(/Picky .* 1 of 1 jobs lost\n/);
    expect(stdout).not.toContain('No figure of the table differs');
    expect(stderr).toContain('thrown on purpose');
    expect(stderr).toMatch(/reproduce: wavetank run plain\.yaml .*--set 'spec\.scheduler\.policy="Picky"'/);
    const rows = parse<Record<string, string>>(readFileSync(join(cwd, 'picky/test/bench/bench.csv')), {
      columns: true,
    });
    expect(new Set(rows.map(({ variant }) => variant))).toEqual(new Set(['default']));
  });

  it('may be files with a KubeSchedulerConfiguration, instead of what the scenario uses', async () => {
    const head = 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n';
    const first = '[{ plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: FirstFit }] } } }]';
    put('first.yaml', `${head}profiles: ${first}\n`);
    put('wrong.yaml', `${head}profiles: [{ plugins: { score: { enabled: [{ name: FirstFitt }] } } }]\n`);
    put('text.yaml', 'FirstFit\n');
    const given = ['plain.yaml', '--no-report', '--json', '--set', 'Deployment/web:/spec/replicas=6'];
    const { variants } = jsonOf(
      await run(...given, '--schedulers', 'WorstFit,first.yaml', '--out', 'files'),
    ) as Printed;
    expect(variants.map(({ variant }) => variant)).toEqual(['WorstFit', 'first']);
    // Six pods of 100m on two nodes, or on one.
    expect(variants[1].figures['nodes_used'].mean).toBeLessThan(variants[0].figures['nodes_used'].mean);
    const already = ['--set', 'spec.scheduler.policy=Tetris', '--schedulers', 'default,first.yaml', '--out', 'already'];
    const both = jsonOf(await run(...given, ...already)) as Printed;
    expect(both.variants[1].figures).toEqual(expect.objectContaining({ nodes_used: expect.anything() as unknown }));
    expect((await run(...given, '--schedulers', 'wrong.yaml')).stderr).toMatch(
      /^wrong\.yaml:\d+:\d+: profiles\[0\].*unknown plugin "FirstFitt".*\(did you mean "FirstFit"\?\)/,
    );
    expect((await run(...given, '--schedulers', 'text.yaml')).status).toBe(2);
  });

  it('may be orders of the queue and plugins that add to the default ones', async () => {
    const schedulers = 'default,DominantResourceFairness,EasyBackfilling,QOSSort,NodeName';
    const finished = await run('plain.yaml', '--schedulers', schedulers, '--no-report', '--out', 'orders');
    expect([finished.status, finished.stderr]).toEqual([0, '']);
    expect(finished.stdout).toContain('No figure of the table differs from default.');
  });

  it('take the place of profiles that the scenario has', async () => {
    const profiles = '[{ schedulerName: default-scheduler, percentageOfNodesToScore: 50 }]';
    const finished = await run(
      'plain.yaml',
      '--set',
      `spec.scheduler.profiles=${profiles}`,
      '--no-report',
      '--out',
      'profiles',
    );
    expect([finished.status, finished.stderr]).toEqual([0, '']);
    const both = await wavetank(
      [
        'run',
        'plain.yaml',
        '--set',
        `spec.scheduler.profiles=${profiles}`,
        '--set',
        'spec.scheduler.policy=Tetris',
        '--no-report',
      ],
      cwd,
    );
    expect([both.status, both.stderr]).toEqual([0, '']);
  });
});

it('wavetank bench --help shows how', () => {
  const { stdout, status } = wavetankProcess(['bench', '--help'], cwd);
  expect(status).toBe(0);
  expect(stdout).toContain('wavetank bench scheduler-shootout');
  expect(stdout).toContain('--schedulers default,TightestFit,Tetris');
});
