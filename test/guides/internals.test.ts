// docs/guides/internals.md: its commands run, and come to what it says.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-internals-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { commands } = readGuide('docs/guides/internals.md');

it.each(commands)('%s', async (command) => {
  const [, ...args] = words(command);
  const { status, stdout } = await wavetank(args, folder);
  expect(status).toBe(0);
  if (args.includes('--engine')) expect(stdout).toMatch(/^ *[\d.]+s {2}kubelet\.listening {2}-?\d+ -?\d+$/m);
  else if (args[0] === 'trace') expect(stdout).toContain('Scheduled');
  if (args[0] === 'reproduce') expect(stdout).toContain('same');
  if (args[0] === 'new') expect(existsSync(join(folder, 'my-balancer.mjs'))).toBe(true);
});
