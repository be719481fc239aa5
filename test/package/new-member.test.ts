// `npm run new` in a copy of the checkout: a member of every family that passes the checks and its test as it is.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function command(program: string, ...args: string[]): { status: number | null; text: string } {
  const env = { ...process.env, PATH: `${join(folder, 'node_modules/.bin')}:${process.env['PATH']}`, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', env });
  return { status, text: `${stdout}${stderr}` };
}

const made = [
  ['balancer', 'my-balancer', 'src/network/balancers'],
  ['arrival', 'my-arrival', 'src/traffic/arrivals'],
  ['fault', 'my-fault', 'src/faults/models'],
  ['rollout', 'my-rollout', 'src/controllers/deployment/rollouts'],
  ['node-autoscaler', 'my-node-autoscaler', 'src/autoscaler/members'],
  ['job-queue', 'my-job-queue', 'src/job-queues/members'],
  ['policy', 'my-policy', 'src/traffic/policies'],
  ['scheduler-plugin', 'my-scheduler-plugin', 'src/scheduler/plugins'],
  ['chart', 'my-chart', 'src/report/charts'],
] as const;

/** What `npm run new` writes, beside what it generates. */
const filesOf = (name: string, where: string) => [
  `${where}/${name}.ts`,
  `${where}/${name}.test.ts`,
  `${where}/index.ts`,
];

describe('npm run new', () => {
  beforeAll(() => {
    const left = new Set(['node_modules', 'dist', 'dist-docs', 'results', '.git']);
    for (const name of readdirSync('.').filter((one) => !left.has(one))) {
      cpSync(name, join(folder, name), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const generators = ['generate-scenario-reference', 'generate-json-schema'].map((name) =>
      join(folder, `scripts/${name}.mjs`),
    );
    const texts = generators.map((file) => readFileSync(file, 'utf8'));
    for (const [family, name] of made) {
      // What is generated lists all members: it is enough when the last one does it.
      const isLast = name === made[made.length - 1][1];
      for (const [index, file] of generators.entries()) writeFileSync(file, isLast ? texts[index] : '');
      const { status, text } = command(process.execPath, 'scripts/new.mjs', family, name);
      expect(status, text).toBe(0);
    }
  }, 120_000);

  it('writes a file, a test and a line in the index', () => {
    for (const [, name, where] of made) {
      const names = readdirSync(join(folder, where));
      expect(names).toEqual(expect.arrayContaining([`${name}.ts`, `${name}.test.ts`]));
      expect(readFileSync(join(folder, where, 'index.ts'), 'utf8')).toContain(`from './${name}.ts'`);
    }
    expect(readFileSync(join(folder, 'docs/reference/scenario.md'), 'utf8')).toContain('| `MyBalancer` |');
  });

  it('passes the checks', () => {
    const git = command('git', 'init', '--quiet');
    expect(git.status, git.text).toBe(0);
    const checks: [string, ...string[]][] = [
      ['biome', 'format', '.'],
      // With what tsc says of these files.
      [
        'oxlint',
        '--type-aware',
        '--type-check',
        '--deny-warnings',
        ...made.flatMap(([, name, where]) => filesOf(name, where)),
      ],
      ['node', 'scripts/layers.mjs'],
    ];
    for (const [program, ...args] of checks) {
      const { status, text } = command(program, ...args);
      expect(status, `${program}: ${text}`).toBe(0);
    }
  });

  it('passes its tests and those that know the families', () => {
    const knowing = ['bad-input', 'reference'].map((name) => `test/scenario/${name}.test.ts`);
    const own = made.map(([, name, where]) => `${where}/${name}.test.ts`);
    const { status, text } = command('vitest', 'run', '--maxWorkers=1', 'src/faults', ...own, ...knowing);
    expect(status, text).toBe(0);
    expect(text).toMatch(/Test Files +\d+ passed/);
  });

  it.each([
    [['balancer'], 'FAMILY NAME'],
    [['balancr', 'x'], 'there is no family "balancr"'],
    [['balancer', 'MyBalancer'], 'not in kebab-case'],
    [['balancer', '../x'], 'not in kebab-case'],
    [['balancer', 'my-balancer'], 'is there already'],
  ])('refuses %j', (args, message) => {
    const { status, text } = command(process.execPath, 'scripts/new.mjs', ...args);
    expect(status).toBe(2);
    expect(text).toContain(message);
  });
});
