// `wavetank optimize` against queueing theory: how many queues M/M/1 need so that the mean time stays below a bound.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-optimize-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** 100/s at random among n pods of 50/s: 1 / (50 − 100/n) s is 60 ms for 3, and 40 ms for 4, below 50 ms. */
writeFileSync(
  join(root, 'queues.yaml'),
  scenarioOf(`  duration: 40s
  warmup: 10s
  interval: 10s
  preset: ideal
  network: { balancer: Random }
  behaviors: [{ image: a, requests: { service: { exponential: { mean: 20ms } }, concurrency: 1, queue: 1000 } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 100/s } }, start: 5s, timeout: 5s }]
  sweep: { Deployment/web:/spec/replicas: [3, 4, 5, 6, 7, 8] }
  expect: ['requests.mean over seeds: mean < 50ms']
`) +
    deployment('web', { image: 'a', cpu: '10m' }) +
    service('web'),
);

interface Printed {
  readonly jobs: readonly unknown[];
  readonly optimum: {
    readonly method: string;
    readonly best: {
      readonly axes: Readonly<Record<string, unknown>>;
      readonly cost: number;
      readonly seeds: number;
    } | null;
    readonly share_shown: number | null;
    readonly settings: readonly { readonly cost: number; readonly keeps: boolean }[];
    readonly remarks: readonly string[];
  };
}

const optimize = (...more: string[]) =>
  wavetank(['optimize', 'queues.yaml', '--json', '--threads', '0', ...more], root);

describe('optimize', () => {
  it('finds four by bisection, proves it with fresh seeds, and draws the frontier', async () => {
    const finished = await optimize('--seeds', '2', '--verify', '5', '--out', 'found');
    expect(finished.status).toBe(0);
    const { optimum } = jsonOf(finished) as Printed;
    expect(optimum.best).toMatchObject({ axes: { 'Deployment/web:/spec/replicas': 4 }, cost: 4, seeds: 7 });
    expect(optimum.settings.filter(({ keeps }) => !keeps).map(({ cost }) => cost)).toEqual([3]);
    // 0.05^(1/5) = 0.549.
    expect(optimum.share_shown).toBeCloseTo(0.549, 3);
    expect(optimum.remarks).toEqual(['3, the next cheaper value, breaks an expectation.']);
    const folder = join(root, 'found/test/optimize');
    const rows = parse<Record<string, string>>(readFileSync(join(folder, 'optimize.csv'), 'utf8'), { columns: true });
    expect(rows.map((row) => [row['web.replicas'], row['keeps'], row['best']]).slice(0, 2)).toEqual([
      ['3', 'no', 'no'],
      ['4', 'yes', 'yes'],
    ]);
    expect(existsSync(join(folder, 'charts/frontier.png'))).toBe(true);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('at least 54 % of runs do');
  });

  it('says so when none keeps them', async () => {
    const { status, stdout } = await wavetank(
      [
        'optimize',
        'queues.yaml',
        '--no-report',
        '--seeds',
        '1',
        '--vary',
        'Deployment/web:/spec/replicas=1,2',
        '--out',
        'none',
      ],
      root,
    );
    expect(status).toBe(1);
    expect(stdout).toContain('No setting that was run keeps the expectations.');
  });

  it.each([
    [['--vary', 'spec.seed=1,2'], 'say what is the cost of several axes'],
    [
      ['--minimize', 'web.replica'],
      'expected a figure such as nodes.cost, or axes with * and + between them (web.replicas) (did you mean "web.replicas"?)',
    ],
    [
      ['--minimize', 'nodes.costs'],
      '--minimize: "nodes.costs": unknown figure "nodes.costs" (did you mean "nodes.cost"?)',
    ],
    [['--budget', '9'], '--budget: is for --method bayesian'],
    [['--verify', '1'], 'one seed shows nothing'],
    [['--set', 'spec.expect=[]'], 'has no expectations to keep'],
  ])('refuses %j', async (words, message) => {
    const { status, stderr } = await optimize(...words, '--no-report', '--out', 'refused');
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('axes of a search', () => {
  const placed = `  duration: 20s
  interval: 10s
  preset: ideal
`;
  const best = async (file: string, ...vary: string[]) => {
    const words = ['optimize', file, '--json', '--no-report', '--threads', '0', '--seeds', '1', '--verify', '2'];
    return (jsonOf(await wavetank([...words, ...vary, '--out', 'axes'], root)) as Printed).optimum.best;
  };

  it('may be the number of nodes: ten pods of 0.9 CPUs take three nodes of four', async () => {
    const pool = 'cluster: { nodePools: [{ name: node, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 110 } }] }';
    writeFileSync(
      join(root, 'nodes.yaml'),
      scenarioOf(`${placed}  ${pool}\n  expect: ["pods.pending <= 0"]`) +
        deployment('web', { cpu: '900m', replicas: 10 }),
    );
    const found = await best('nodes.yaml', '--vary', 'spec.cluster.nodePools[0].count=1..8');
    expect(found).toMatchObject({ axes: { 'spec.cluster.nodePools[0].count': 3 }, cost: 3 });
  });

  it('may be the weight of a score plugin: packing outweighs spreading by the tenfold', async () => {
    // The second pod of one CPU on nodes of ten: 20 · w beside the first, 10 · w + 100 on the other node.
    const profile = `cluster: { nodePools: [{ name: node, count: 2, capacity: { cpu: 10, memory: 16Gi, pods: 110 } }] }
  scheduler:
    profiles:
      - plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit, weight: 1 }, { name: PodTopologySpread, weight: 1 }] } }
        pluginConfig:
          - { name: NodeResourcesFit, args: { scoringStrategy: { type: MostAllocated, resources: [{ name: cpu, weight: 1 }] } } }`;
    const spread =
      ', topologySpreadConstraints: [{ maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: web } } }]';
    writeFileSync(
      join(root, 'weights.yaml'),
      scenarioOf(`${placed}  ${profile}\n  expect: ["nodes.used <= 1"]`) +
        deployment('web', { cpu: '1', replicas: 4, pod: spread }),
    );
    const path = 'spec.scheduler.profiles[0].plugins.score.enabled[0].weight';
    const found = await best('weights.yaml', '--vary', `${path}=1,2,5,9,11,20,40`);
    expect(found).toMatchObject({ axes: { [path]: 11 } });
  });
});
