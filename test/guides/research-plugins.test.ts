// docs/guides/research-plugins.md: every command holds what its scenario expects, and every plugin of research is named.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const PAGE = 'docs/guides/research-plugins.md';
const guide = readGuide(PAGE);
const folder = mkdtempSync(join(tmpdir(), 'wavetank-research-guide-'));
writeFiles(guide, folder);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stdout } = await wavetank([...args, '--no-report', '--threads', '0'], folder);
  expect(stdout).not.toMatch(/FAILED/);
  expect(status).toBe(0);
});

it('names every plugin that is not of kube-scheduler', () => {
  const page = readFileSync(PAGE, 'utf8');
  const own = schedulerPlugins.members.map(({ name }) => name);
  const from = own.indexOf('Coscheduling');
  expect(own.slice(from).filter((name) => name !== 'GpuShare' && !page.includes(`\`${name}\``))).toEqual([]);
});
