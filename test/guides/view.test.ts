// docs/guides/view.md: its commands run, and leave a page behind that stands alone.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-view-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/view.md');

it.each(guide.commands)('%s', async (command) => {
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
});

it('leaves a page behind', () => {
  const page = readFileSync(join(folder, 'partition.html'), 'utf8');
  expect(page).toContain('<title>partition, seed 1</title>');
  expect(page).not.toMatch(/(?:src|href)="(?!#)/);
});
