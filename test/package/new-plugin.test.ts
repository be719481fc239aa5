// `wavetank new` where only the package is installed: a plugin of every family whose types fit and whose test passes as it is.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-new-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const families = [
  'balancer',
  'arrival',
  'fault',
  'rollout',
  'node-autoscaler',
  'job-queue',
  'policy',
  'scheduler-plugin',
  'chart',
];

function node(...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

describe('wavetank new', () => {
  beforeAll(() => {
    // Whatever package lies in a folder above is none of its business.
    writeFileSync(join(folder, 'package.json'), '{ "name": "mine" }\n');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules/wavetank'));
    for (const name of ['zod', 'kubernetes-types']) {
      symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name));
    }
  });

  it.each(families)('%s: writes a plugin and its test', async (family) => {
    const { status, stdout, stderr } = await wavetank(['new', family, `my-${family}`], folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`new  my-${family}.mjs\nnew  my-${family}.test.mjs\n`);
  });

  it('the tests that come with them pass', () => {
    writeFileSync(join(folder, 'all.mjs'), families.map((family) => `import './my-${family}.test.mjs';\n`).join(''));
    const { status, text } = node('all.mjs');
    expect(status, text).toBe(0);
    const passed = Number(/^(?:#|\S+) pass (\d+)$/m.exec(text)?.[1]);
    expect(passed, text).toBeGreaterThanOrEqual(families.length);
  });

  it('fits the types of wavetank/plugin', () => {
    const options = '--noEmit --checkJs --allowJs --strict --module nodenext --target es2022 --skipLibCheck'.split(' ');
    const files = families.map((family) => `my-${family}.mjs`);
    const { status, text } = node(resolve('node_modules/typescript/bin/tsc'), ...options, ...files);
    expect(text).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    [['new', 'balnacer', 'mine'], /unknown family "balnacer".*did you mean "balancer"/],
    [['new', 'fault', 'MyFault'], /"MyFault" is not in kebab-case, such as my-balancer/],
    [['new', 'balancers', 'my-balancer'], /my-balancer\.mjs: is there already/],
  ])('%j is refused', async (args, says) => {
    const { status, stderr } = await wavetank(args, folder);
    expect(stderr).toMatch(says);
    expect(status).toBe(2);
  });
});
