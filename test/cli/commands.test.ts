// The commands as a user types them: what is printed where, what is left behind, and the exit code.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { jsonOf, wavetank, wavetankProcess } from '../support/command.ts';
import type { Explanation } from '../../src/world/explain/pod.ts';
import { deployment, scenario, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd = root;
beforeEach(() => {
  folders += 1;
  cwd = join(root, String(folders));
  mkdirSync(cwd);
});

const run = async (...args: string[]) => await wavetank(args, cwd);
const piped = (input: string, ...args: string[]) => wavetankProcess(args, cwd, { input });
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);

const web = deployment('web', { replicas: 2 });
const short = scenario(2, '  duration: 1m\n  expect: ["deployment.web.ready during 50s..1m == 2"]') + web;

describe('wavetank run', () => {
  it('takes plain manifests, with as many nodes and as long as the options say', async () => {
    put('web.yaml', web);
    const { status, stdout, stderr } = await run('run', 'web.yaml', '--nodes', '3', '--duration', '2m', '--no-report');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/pods created +2\n/);
    expect(stdout).toMatch(/nodes ready at the end +3\n/);
    expect(readdirSync(join(cwd, 'results/web/seed-1')).toSorted()).toContain('run.json');
  });

  it('takes standard input, alone and beside a file', () => {
    expect(piped(web, 'run', '-', '--nodes', '2', '--duration', '1m', '--no-report').stdout).toMatch(
      /pods created +2\n/,
    );
    put('service.yaml', service('web'));
    const both = piped(web, 'run', 'service.yaml', '-', '--nodes', '2', '--duration', '1m', '--no-report');
    expect(both.stdout).toMatch(/pods created +2\n/);
    const wrong = piped('kind: Scenari', 'validate', '-');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/^<stdin>:/);
  });

  it('prints one JSON object and nothing else with --json', async () => {
    put('short.yaml', short);
    const finished = await run('run', 'short.yaml', '--json', '--no-report');
    const result = jsonOf(finished) as Record<string, unknown>;
    expect(Object.keys(result).toSorted()).toEqual(
      [
        'digest',
        'events',
        'expect',
        'figures',
        'job',
        'peak_rss_mib',
        'pending',
        'refused',
        'results',
        'seed',
        'wall_s',
      ].toSorted(),
    );
    expect(result['expect']).toEqual([{ text: 'deployment.web.ready during 50s..1m == 2', actual: 2, pass: true }]);
    expect(finished.stderr).toBe('');
  });

  it('exits with 1 when an expectation fails, and says which', async () => {
    put('short.yaml', short.replace('== 2', '== 3'));
    const { status, stdout } = await run('run', 'short.yaml', '--no-report');
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAILED +deployment\.web\.ready during 50s\.\.1m == 3 +2\n/);
  });

  it('leaves behind a command that runs the same again, one seed alone', async () => {
    put('short.yaml', short.replace('duration: 1m', 'duration: 1m\n  seeds: 2'));
    await run('run', 'short.yaml', '--no-report', '--set', 'spec.interval=5s');
    const record = () =>
      JSON.parse(readFileSync(join(cwd, 'results/test/seed-2/run.json'), 'utf8')) as Record<string, string>;
    const { reproduce, digest } = record();
    expect(reproduce).toBe('wavetank run short.yaml --set spec.interval=5s --seed 2 --seeds 1');
    rmSync(join(cwd, 'results'), { recursive: true });
    await run(...reproduce.split(' ').slice(1), '--no-report');
    expect(readdirSync(join(cwd, 'results/test'))).toEqual(['seed-2']);
    expect(record()['digest']).toBe(digest);
  });

  it('draws the page of a job again when several seeds replace it, and no other one', async () => {
    put('short.yaml', short);
    const pages = () => [1, 2].map((seed) => existsSync(join(cwd, `results/test/seed-${seed}/report.html`)));
    await run('run', 'short.yaml');
    expect(pages()).toEqual([true, false]);
    await run('run', 'short.yaml', '--seeds', '2');
    expect(pages()).toEqual([true, false]);
    await run('run', 'short.yaml', '--seeds', '2', '--no-report');
    expect(pages()).toEqual([false, false]);
  });

  it('tells cells apart by the usual figures where nothing is expected', async () => {
    put('bare.yaml', scenario(2, '  duration: 1m') + web);
    const { status, stdout } = await run(
      'sweep',
      'bare.yaml',
      '--vary',
      'Deployment/web:/spec/replicas=1,3',
      '--no-report',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/web\.replicas +pods running +pods pending +created to ready, median +nodes ready/);
    expect(stdout).toMatch(/\n3 +3 +0 +[\d.]+s +2\n/);
  });

  it('finds a packaged scenario also where a folder has its name', async () => {
    mkdirSync(join(cwd, 'hello'));
    expect((await run('validate', 'hello')).status).toBe(0);
  });

  it('writes nothing when the input is wrong, and names every file that is', async () => {
    put('wrong.yaml', short.replace('duration:', 'duratoin:'));
    const { status, stdout, stderr } = await run('run', 'wrong.yaml');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toEqual([
      'wrong.yaml:4:1: spec.duration: is required: a duration such as "250ms", "1m30s" or 0',
      'wrong.yaml:6:3: spec.duratoin: unknown field "duratoin" (did you mean "duration"?)',
      '',
    ]);
    expect(readdirSync(cwd)).toEqual(['wrong.yaml']);
    expect((await run('validate', 'none.yaml', 'neither.yaml')).stderr).toBe(
      'none.yaml: no such file\nneither.yaml: no such file\n',
    );
  });

  it.each([
    [['run'], /^wavetank: expected wavetank run FILES…; `wavetank run --help` has examples$/m],
    [['compare', 'a'], /^wavetank: expected wavetank compare A B; /],
    [['export', 'a'], /^wavetank: --format is required; /],
    [['explain', 'web.yaml', '-o', 'xml'], /^wavetank: --output: expected one of table, json, got "xml"$/m],
    [['explain', 'web.yaml', '--pod', 'a', '--workload', 'b'], /^wavetank: --pod and --workload exclude each other$/m],
    [['list', 'balancers', 'more'], /^wavetank: "more" is one argument too many; /],
    [['run', 'web.yaml', '--threads', 'many'], /^--threads: expected a whole number/],
    [['run', 'web.yaml', '--shard', '5/4'], /^--shard: /],
    [['run', 'web.yaml', '--plugin', 'none.mjs'], /^none\.mjs: cannot be loaded: there is no such file$/m],
    [['run', 'web.yaml', '--plugin', 'web.yaml'], /^web\.yaml: cannot be loaded: expected a file of JavaScript/],
    [
      ['run', 'web.yaml', '--out', 'web.yaml'],
      /^web\.yaml\/web\/seed-1: cannot write results here: a part of its path is a file$/m,
    ],
    [['merge', 'web.yaml'], /^web\.yaml: is a file, expected a folder of results$/m],
    [['compare', 'web.yaml', 'web.yaml'], /^web\.yaml: is a file, expected a folder of results$/m],
    [['status', 'web.yaml'], /^web\.yaml: is a file, expected a folder of results$/m],
    [['schema', '--out', 'none/a'], /^none\/a: cannot be written: its folder does not exist$/m],
    [['run', 'web.yaml', '--seed', 'abc'], /^--seed: expected a whole number/],
    [['run', 'web.yaml', '--nodes', '0'], /^--nodes: expected a whole number of at least 1, got "0"/],
    [['run', 'web.yaml', '--out', ''], /^--out: expected a name, got ""$/m],
    [['report', 'results', '--out', '/proc/x'], /^--out: \/proc belongs to the kernel/],
    [['run', 'helo'], /did you mean "hello"\?/],
    [['run', 'web.yaml', '--sede', '3'], /^wavetank: unknown option --sede \(did you mean "seed"\?\); /],
    [
      ['run', 'web.yaml', '--skip-unkown', '--sede', '3'],
      /^wavetank: unknown option --skip-unkown \(did you mean "skip-unknown"\?\)/,
    ],
    [['run', 'web.yaml', '--set'], /^wavetank: --set needs a value; /],
    [['explain', 'web.yaml', '--pod'], /^wavetank: --pod needs a value; /],
    [['rum', 'web.yaml'], /^wavetank: there is no command "rum" \(did you mean "run"\?\); /],
    [['version'], /^wavetank: there is no command "version": use `wavetank --version`$/m],
    [['report', 'web.yaml'], /^web\.yaml: is a file, expected a folder of results/],
    [['list', 'balancer'], /did you mean "balancers"\?/],
    [['trace', 'web.yaml', '--from', '12h'], /^--from: 12h is after the end of the window/],
    [['explain', 'web.yaml', '--pod', 'nobody'], /^--pod: no pod nobody/],
  ])('%j is refused with exit code 2 and without a stack', async (args, complaint) => {
    put('web.yaml', web);
    const { status, stdout, stderr } = await run(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(complaint);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(join(cwd, 'results'))).toBe(false);
  });

  it('draws the report again from the results alone', async () => {
    put('short.yaml', short);
    await run('run', 'short.yaml', '--no-report');
    expect(existsSync(join(cwd, 'results/test/seed-1/report.html'))).toBe(false);
    rmSync(join(cwd, 'short.yaml'));
    expect((await run('report', 'results')).status).toBe(0);
    expect(readFileSync(join(cwd, 'results/test/seed-1/report.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });
});

describe('pods that have no node at the end', () => {
  const full =
    scenario(2, '  duration: 1m') +
    deployment('web', { replicas: 3, cpu: '3' }) +
    deployment('odd', { pod: ', schedulerName: other' });

  it('are reported by reason, on the terminal and in run.json', async () => {
    put('full.yaml', full);
    const { stdout, status } = await run('run', 'full.yaml', '--no-report');
    expect(status).toBe(0);
    expect(stdout).toMatch(/2 pods have no node at the end:\n {2}default\/\w+-/);
    expect(stdout).toMatch(/0\/2 nodes are available: 2 Insufficient cpu\./);
    expect(stdout).toContain('its spec.schedulerName is other');
    const { pending } = JSON.parse(readFileSync(join(cwd, 'results/test/seed-1/run.json'), 'utf8')) as {
      pending: { message: string; pods: number; example: string }[];
    };
    expect(pending.map(({ pods }) => pods)).toEqual([1, 1]);
    expect(pending.map(({ message }) => message).sort()[0]).toMatch(/^0\/2 nodes are available/);
  });

  it('are not mentioned where there are none', async () => {
    put('short.yaml', short);
    expect((await run('run', 'short.yaml', '--no-report')).stdout).not.toContain('no node at the end');
  });
});

describe('wavetank trace and explain', () => {
  it('print the events of a window, and say when there are none', async () => {
    put('short.yaml', short);
    const { stdout } = await run('trace', 'short.yaml', '--to', '10s');
    expect(stdout.split('\n')[0]).toMatch(
      /^ +0\.\d{6}s {2}Normal {3}ScalingReplicaSet +Deployment default\/web: Scaled up/,
    );
    const empty = await run('trace', 'short.yaml', '--from', '55s');
    expect([empty.status, empty.stdout, empty.stderr]).toEqual([0, '', 'no events from 55s to 1m0s\n']);
  });

  it('give every node a verdict and a total', async () => {
    put('short.yaml', short);
    const { stdout } = await run('explain', 'short.yaml', '--pod', 'web', '--output', 'json');
    const { pod, node, verdicts = {}, totals = {} } = JSON.parse(stdout) as Explanation;
    expect(pod).toMatch(/^default\/web-/);
    expect(Object.keys(verdicts)).toEqual(['node-0', 'node-1']);
    const best = Object.entries(totals).toSorted(([, left], [, right]) => right - left)[0][1];
    expect(totals[node ?? '']).toBe(best);
  });
});
