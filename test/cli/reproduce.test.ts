// `wavetank reproduce`: results come out the same, or it is said whether code, input, or the files themselves are others.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../src/cli/reproduced-command.ts';
import { quote } from '../../src/cli/scenario-options.ts';
import { roCrate } from '../../src/export/ro-crate.ts';
import { wavetank, wavetankProcess } from '../support/command.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-reproduce-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const manifest = deployment('web', { replicas: 2 }) + service('web');
const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const job = 'results/small/seed-1';
const reproduce = async (folder: string) => await wavetank(['reproduce', folder], cwd);

beforeAll(async () => {
  put('web.yaml', manifest);
  put(
    'small.yaml',
    scenarioOf(
      [
        '  duration: 1m',
        '  manifests: [web.yaml]',
        '  cluster: { nodePools: [{ name: node, count: 2 }] }',
        '  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 20s }]',
        '  sweep: { "spec.traffic[0].timeout": [1s, 2s] }',
      ].join('\n'),
      'small',
    ),
  );
  await wavetank(['run', 'small.yaml', '--no-report'], cwd);
});

it('a run comes out the same', async () => {
  const { status, stdout, stderr } = await reproduce(job);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^same {2}results\/small\/seed-1 {2}\d+ files, digest [0-9a-f]{16}\n$/);
});

it('so does every cell of a sweep, whose jobs have other names', async () => {
  await wavetank(['sweep', 'small.yaml', '--seeds', '2', '--threads', '0', '--no-report', '--out', 'swept'], cwd);
  const { status, stdout } = await reproduce('swept/small');
  expect([status, stdout.match(/^same /gm)?.length]).toEqual([0, 4]);
  expect(stdout).toContain('\n4 of 4 jobs come out the same\n');
});

describe('what differs is said', () => {
  it('a comment in a manifest is another input and the same results', async () => {
    put('web.yaml', `# two of them\n${manifest}`);
    const { status, stdout } = await reproduce(job);
    put('web.yaml', manifest);
    expect(status).toBe(0);
    expect(stdout).toContain('\n  input    web.yaml has another text\n');
  });

  it('other replicas are other bytes, with the first line and column', async () => {
    put('web.yaml', manifest.replace('replicas: 2', 'replicas: 3'));
    const { status, stdout } = await reproduce(job);
    put('web.yaml', manifest);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^DIFFERS {2}results\/small\/seed-1\n {2}input {4}web\.yaml has another text\n/);
    expect(stdout).toMatch(/\n {2}bytes {4}series\.csv line \d+, \w+: \S+ then, \S+ now\n/);
    expect(stdout).not.toContain('a bug of wavetank');
  });

  it('a file that was altered since, and one with other code', async () => {
    const before = readFileSync(join(cwd, job, 'series.csv'), 'utf8');
    put(`${job}/series.csv`, before.replace(/\n10,/, '\n11,'));
    const altered = await reproduce(job);
    put(`${job}/series.csv`, before);
    expect([altered.status, altered.stdout]).toEqual([
      1,
      expect.stringContaining('  altered  series.csv: not as they were written'),
    ]);

    const record = readFileSync(join(cwd, job, 'run.json'), 'utf8');
    put(`${job}/run.json`, record.replace(/"program": "\w+"/, '"program": "0123456789abcdef"'));
    const other = await reproduce(job);
    put(`${job}/run.json`, record);
    expect([other.status, other.stdout]).toEqual([
      0,
      expect.stringMatching(/ {2}code {5}program 0123456789abcdef then, \w+ now/),
    ]);
  });

  it('standard input is not kept', async () => {
    wavetankProcess(['run', '-', '--nodes', '1', '--duration', '30s', '--no-report', '--out', 'piped'], cwd, {
      input: manifest,
    });
    const { status, stderr } = await reproduce('piped');
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('reproduce: the input was standard input, which is not kept'),
    ]);
  });
});

it('reads back what it quotes for a shell', () => {
  const set = ['Deployment/web:/metadata/annotations/a=it\'s $HOME "x" \\n', 'spec.a=1'];
  const command = `wavetank run 'my file.yaml' --seed 7 --seeds 1${set.map((one) => ` --set ${quote(one)}`).join('')} --check`;
  expect(readCommand(command, 'run.json')).toEqual({
    files: ['my file.yaml'],
    seed: '7',
    set,
    skipUnknown: false,
    check: true,
  });
  expect(() => readCommand('wavetank run x --new 1', 'run.json')).toThrow('run.json: reproduce: has the option --new');
  expect(() => readCommand('rm -rf x', 'run.json')).toThrow('expected a command `wavetank run …`');
});

it('the RO-Crate names every file with its hash, and nothing that is not in it', () => {
  interface Entity {
    readonly '@id': string;
    readonly [key: string]: unknown;
  }
  const { '@graph': graph } = roCrate(join(cwd, job)) as { '@graph': readonly Entity[] };
  const ids = new Set(graph.map((one) => one['@id']));
  expect(ids.size).toBe(graph.length);
  const referred = (value: unknown): string[] => {
    if (Array.isArray(value)) return value.flatMap(referred);
    if (typeof value !== 'object' || value === null) return [];
    return '@id' in value ? [String(value['@id'])] : [];
  };
  const outside = graph.flatMap((one) => Object.values(one).flatMap(referred)).filter((id) => !ids.has(id));
  expect(outside).toEqual(['https://w3id.org/ro/crate/1.1']);
  const inputs = graph.filter((one) => one['@id'].startsWith('#input-')).map(({ name }) => name);
  expect(inputs).toEqual(['small.yaml', 'web.yaml']);
  const root = graph.find((one) => one['@id'] === './');
  for (const needed of ['name', 'description', 'datePublished', 'license', 'hasPart'])
    expect(root).toHaveProperty(needed);
});
