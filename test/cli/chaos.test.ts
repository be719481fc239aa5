// `wavetank chaos` as a user types it: every strike once beside the run without a fault, the matrix, and commands that show a strike again.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';
import { deployment, service } from '../support/manifests.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-chaos-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const run = async (...args: string[]) => await wavetank(['chaos', ...args], cwd);

const scenario = (more: string, pods = deployment('web', { replicas: 2 })) => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 3m
  cluster: { nodePools: [{ name: node, count: 4, zones: [a, b] }] }
  traffic: [{ name: users, to: web, arrivals: { constant: { rate: 20/s } }, start: 20s }]
${more}
---
${pods}${service('web')}`;

interface Strike {
  readonly target: string;
  readonly moment: string;
  readonly moment_seconds: number;
  readonly during?: string;
  readonly broken: readonly string[];
  readonly requests_lost: { readonly mean: number; readonly half: number | null };
  readonly figures: Readonly<Record<string, readonly (number | null)[]>>;
  readonly reproduce: string;
}
interface Printed {
  readonly chaos: { readonly strikes: readonly Strike[]; readonly broken_without_fault: readonly string[] };
  readonly jobs: readonly { readonly job: string; readonly figures: Record<string, number>; readonly digest: string }[];
  readonly expect: readonly { readonly cell: string; readonly text: string; readonly pass: boolean }[];
}

put(
  'web.yaml',
  scenario(`  chaos: { targets: [zones, deployment/web, node/node-3], moments: [1m, 90s], for: 30s, measure: [pods.restarts] }
  expect: ['requests.error_ratio where target=deployment/web,moment=1m > 0', 'requests.failed where target=none == 0']`),
);

it('strikes a part of the targets where a part is asked for, and leaves expectations about the others alone', async () => {
  const { status, stderr, stdout } = await run('web.yaml', '--targets', 'zones', '--moments', '1m', '--no-report');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('1 expectation about strikes that were not asked for: not judged');
  expect(stdout).toMatch(/^zone\/b /m);
});

describe('a scenario with two zones, struck at two moments', async () => {
  const finished = await run('web.yaml', '--json', '--no-report', '--threads', '0', '--out', 'one');
  const printed = jsonOf(finished) as Printed;
  const { strikes } = printed.chaos;
  const rows = parse<Record<string, string>>(readFileSync(join(cwd, 'one/test/chaos/chaos.csv')), { columns: true });

  it('strikes each target at each moment once, beside the run without a fault', () => {
    expect([finished.status, finished.stderr]).toEqual([0, '']);
    expect(printed.jobs.map(({ job }) => job).sort()).toEqual(
      [
        'no-fault/seed-1',
        ...['zone-a', 'zone-b', 'deployment-web', 'node-node-3'].flatMap((target) =>
          ['1m', '1m30s'].map((moment) => `${target}-at-${moment}/seed-1`),
        ),
      ].sort(),
    );
    expect(strikes).toHaveLength(8);
    expect(new Set(printed.jobs.map(({ digest }) => digest)).size).toBeGreaterThan(6);
  });

  it('counts what failed more than without the fault, and has the worst first', () => {
    const failed = (job: string) =>
      printed.jobs.find((one) => one.job === job)?.figures['requests_failed_total'] ?? Number.NaN;
    for (const { target, moment, requests_lost: lost } of strikes) {
      const job = `${target.replace('/', '-')}-at-${moment}/seed-1`;
      expect(lost.mean).toBe(failed(job) - failed('no-fault/seed-1'));
    }
    const lost = strikes.map(({ requests_lost: { mean } }) => mean);
    expect(lost).toEqual([...lost].sort((a, b) => b - a));
    expect(lost[0]).toBeGreaterThan(0);
    // Both pods of the Deployment, and no more.
    expect(strikes.find(({ target }) => target === 'deployment/web')?.figures['pods.restarts']).toEqual([2]);
  });

  it('judges expectations about a target and a moment there and nowhere else', () => {
    expect(printed.expect.map(({ cell, pass }) => [cell, pass])).toEqual([
      ['no-fault', true],
      ['deployment-web-at-1m', true],
    ]);
  });

  it('gives each strike a command that runs it again', async () => {
    const [{ reproduce, target, moment }] = strikes;
    const words = [...reproduce.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain).slice(1);
    const again = await wavetank([...words, '--json', '--no-report', '--out', 'again'], cwd);
    expect(again.stderr).toBe('');
    const job = `${target.replace('/', '-')}-at-${moment}/seed-1`;
    expect((jsonOf(again) as { digest: string }).digest).toBe(printed.jobs.find((one) => one.job === job)?.digest);
  });

  it('writes chaos.csv, the same bytes on any number of threads', async () => {
    expect(rows.map(({ target, moment }) => [target, moment])).toEqual(
      strikes.map(({ target, moment }) => [target, moment]),
    );
    expect(rows[0]['requests_lost']).toBe(String(strikes[0].requests_lost.mean));
    expect(rows[0]).toHaveProperty(['pods.restarts']);
    expect((await run('web.yaml', '--no-report', '--threads', '2', '--out', 'two')).status).toBe(0);
    const bytes = (out: string) => readFileSync(join(cwd, out, 'test/chaos/chaos.csv'), 'utf8');
    expect(bytes('two')).toBe(bytes('one'));
  });

  it('has intervals over seeds, a page with the matrix, and goes on after an interruption', async () => {
    put('plain.yaml', scenario('  chaos: { moments: [1m] }'));
    const many = await run('plain.yaml', '--seeds', '3', '--targets', 'zone/a', '--out', 'seeds');
    expect(many.stderr).toBe('');
    expect(many.stdout).toMatch(/zone\/a .*\d+ lost/);
    expect(many.stdout).toContain("wavetank run plain.yaml --seed 1 --set 'spec.timeline[+]=");
    const page = readFileSync(join(cwd, 'seeds/test/chaos/report.html'), 'utf8');
    expect(page).toContain('What hurts when: test');
    expect(page).toContain('zone/a');
    expect(existsSync(join(cwd, 'seeds/test/chaos/charts/chaos-matrix.png'))).toBe(true);
    const [first] = parse<Record<string, string>>(readFileSync(join(cwd, 'seeds/test/chaos/chaos.csv')), {
      columns: true,
    });
    expect(Number(first['requests_lost_high'])).toBeGreaterThanOrEqual(Number(first['requests_lost']));
    const again = await run(
      'plain.yaml',
      '--seeds',
      '3',
      '--targets',
      'zone/a',
      '--out',
      'seeds',
      '--resume',
      '--no-report',
    );
    expect(again.stdout).toContain('6 jobs, 6 of them already done');
  });
});

it('an expectation that a strike breaks and nothing else is named, and the exit code is 1', async () => {
  put('breaks.yaml', scenario('  expect: [requests.failed == 0]'));
  const finished = await run('breaks.yaml', '--json', '--no-report', '--targets', 'deployment/web', '--moments', '1m');
  expect(finished.status).toBe(1);
  const { chaos } = jsonOf(finished) as Printed;
  expect(chaos.broken_without_fault).toEqual([]);
  expect(chaos.strikes.map(({ broken }) => broken)).toEqual([['requests.failed == 0']]);
});

it('without a word it strikes zones, nodes and Deployments: evenly, in the middle of rollouts, and at a peak', async () => {
  put(
    'usual.yaml',
    scenario(`  timeline: [{ at: 1m, rolloutRestart: { deployment: web } }]
  faults: []`).replace(
      'constant: { rate: 20/s }',
      'steps: { steps: [{ at: 0, rate: 5/s }, { at: 2m, rate: 50/s }, { at: 2m20s, rate: 5/s }] }',
    ),
  );
  const finished = await run('usual.yaml', '--json', '--no-report');
  expect(finished.stderr).toBe('');
  const { strikes } = (jsonOf(finished) as Printed).chaos;
  expect(new Set(strikes.map(({ target }) => target))).toEqual(
    new Set(['zone/a', 'zone/b', 'node/node-0', 'node/node-1', 'deployment/web']),
  );
  const moments = new Map(strikes.map((one) => [one.moment_seconds, one.during]));
  expect([45, 90, 135].every((seconds) => moments.has(seconds))).toBe(true);
  expect([...moments.values()].filter((during) => during !== undefined).sort()).toEqual(['peak', 'rollout of web']);
  const [rollout] = [...moments].find(([, during]) => during === 'rollout of web') ?? [];
  expect(rollout).toBeGreaterThan(60);
  expect(rollout).toBeLessThan(90);
});

it('strikes what leads of the control plane, and an API server', async () => {
  put(
    'leaders.yaml',
    scenario('  timeline: [{ at: 1m10s, scale: { deployment: web, replicas: 4 } }]\n  controlPlane: { replicas: 3 }'),
  );
  const options = ['--targets', 'control-plane', '--moments', '1m', '--for', '5m', '--measure', 'deployment.web.ready'];
  const finished = await run('leaders.yaml', ...options, '--json', '--no-report');
  expect([finished.status, finished.stderr]).toEqual([0, '']);
  const { strikes } = (jsonOf(finished) as Printed).chaos;
  expect(strikes.map(({ target }) => target).sort()).toEqual([
    'control-plane/etcd',
    'control-plane/kube-apiserver',
    'control-plane/kube-controller-manager',
    'control-plane/kube-scheduler',
  ]);
  // Somebody else leads before the run ends.
  expect(strikes.map(({ figures }) => figures['deployment.web.ready'])).toEqual([[4], [4], [4], [4]]);
});

it('strikes pods of every kind of workload in the middle of their updates, and single processes of the control plane', async () => {
  const template = (name: string) =>
    `selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: main, image: x }] } }`;
  put(
    'kinds.yaml',
    `${scenario(`  interval: 1s
  controlPlane: { replicas: 3 }
  timeline:
    - { at: 1m, rolloutRestart: { kind: StatefulSet, name: db } }
    - { at: 2m, rolloutRestart: { kind: DaemonSet, name: agent } }`)}---
{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { replicas: 3, serviceName: db, ${template('db')} } }
---
{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: agent }, spec: { ${template('agent')} } }
---
{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: front }, spec: { replicas: 2, strategy: { canary: {} }, ${template('front')} } }
---
{ apiVersion: batch/v1, kind: Job, metadata: { name: once }, spec: { template: { spec: { restartPolicy: OnFailure, containers: [{ name: main, image: x }] } } } }
`,
  );
  const measures = 'pods.restarts,etcd.leader_changes';
  const targets = 'workloads,jobs,process/etcd-cp1,process/kube-apiserver-cp2';
  const finished = await run(
    'kinds.yaml',
    '--targets',
    targets,
    '--moments',
    'rollouts',
    '--measure',
    measures,
    '--json',
    '--no-report',
  );
  expect(finished.stderr).toBe('');
  const { strikes } = (jsonOf(finished) as Printed).chaos;
  const during = new Map(strikes.map((one) => [one.moment_seconds, one.during]));
  expect(new Set(during.values())).toEqual(new Set(['rollout of agent', 'rollout of db']));
  const [first = 0] = [...during].find(([, of]) => of === 'rollout of db') ?? [];
  expect([first > 60, first < 120]).toEqual([true, true]);
  const of = (target: string, figure: string) =>
    strikes.filter((one) => one.target === target).map(({ figures }) => figures[figure]?.[0] ?? -1);
  // Those that were there then: while its pods are replaced, some of a set are not.
  expect(of('rollout/front', 'pods.restarts')).toEqual([2, 2]);
  for (const target of ['statefulset/db', 'daemonset/agent', 'deployment/web', 'job/once'])
    expect(Math.max(...of(target, 'pods.restarts'))).toBeGreaterThan(0);
  expect(of('process/kube-apiserver-cp2', 'etcd.leader_changes')).toEqual([0, 0]);
  expect(of('process/etcd-cp1', 'etcd.leader_changes')).toEqual([1, 1]);
});

describe('what is wrong is said with its place', () => {
  it.each([
    [['--targets', 'zone/x'], /--targets: .*there is no target "zone\/x".*did you mean "zone\/a"/],
    [['--targets', 'zonen'], /did you mean "zones"/],
    [['--moments', '5m'], /--moments: spec.chaos.moments\[0\]: 5m is not before the end of the run/],
    [['--moments', 'often'], /expected a time such as "3m", "evenly:4", "rollouts" or "peaks", got "often"/],
    [['--moments', 'evenly:0'], /expected 1 to 1000 moments, got 0/],
    [['--moments', 'rollouts'], /web.yaml: has no such moment/],
    [['--for', '0'], /--for: .*expected a duration above 0/],
    [
      ['--measure', 'pods.redy'],
      /--measure: .*"pods.redy": unknown figure "pods.redy" \(did you mean "pods.ready"\?\)/,
    ],
  ])('%j', async (options, expected) => {
    const { status, stderr } = await run('web.yaml', ...options);
    expect(stderr).toMatch(expected);
    expect(status).toBe(2);
  });

  it.each([
    [['--set', 'spec.chaos.targets=["zones"]'], /^web.yaml:9:\d+: .*: no such target is hit at such a moment\n$/],
    [
      ['--targets', 'zones', '--set', 'spec.expect=["requests.failed where target=zone/aa,moment=1m < 1"]'],
      /: there is no target "zone\/aa" \(did you mean "zone\/a"\?\)\n$/,
    ],
  ])('an expectation about a target that is not struck: %j', async (options, expected) => {
    const { status, stderr } = await run('web.yaml', ...options);
    expect(stderr).toMatch(expected);
    expect(status).toBe(2);
  });

  it('an item that is added to what is no list', async () => {
    const { status, stderr } = await wavetank(['run', 'web.yaml', '--set', 'spec.network[+]={}'], cwd);
    expect(stderr).toContain('--set spec.network[+]={}: ');
    expect(status).toBe(2);
  });
});
