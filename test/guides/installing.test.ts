// docs/guides/installing.md: its commands work as they stand, and its table has every check.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-installing-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAGE = 'docs/guides/installing.md';
const text = readFileSync(PAGE, 'utf8');

it.each(readGuide(PAGE).commands)('%s', async (command) => {
  const { status, stdout, stderr } = await wavetank(words(command).slice(1), folder);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.split('\n').length).toBeGreaterThan(5);
});

it('has every check of the doctor in its table', async () => {
  const { stdout } = await wavetank(['doctor', '--json'], folder);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Finding[] };
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .join('\n');
  for (const { check } of findings) expect(rows).toContain(`\`${check}\``);
});
