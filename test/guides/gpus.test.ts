// docs/guides/gpus.md: its scenario holds, and its table of plugins is complete.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { podsOf, runScenario } from '../support/world-rig.ts';
import { wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-gpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/gpus.md');
writeFiles(guide, folder);

it('runs as the guide says', async () => {
  const [command = ''] = guide.commands;
  const [program, ...args] = words(command);
  expect(program).toBe('wavetank');
  const { status, stdout, stderr } = await wavetank(args, folder);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/ok +gpu\.allocated_ratio > 0\.86 +0\.867/);
});

it('packs the shares onto as few devices as they need', () => {
  const text = guide.files.get('gpus.yaml') ?? '';
  const pods = podsOf(runScenario(text));
  const devices = new Set(
    pods.filter(({ pod }) => pod.startsWith('notebooks')).map(({ node, gpu_index }) => `${node}/${gpu_index}`),
  );
  // Twelve fifths are three devices.
  expect(devices.size).toBe(3);
});

it('names the plugins that there are', async () => {
  const listed = (await wavetank(['list', 'schedulerPlugins'], folder)).stdout;
  const text = readFileSync('docs/guides/gpus.md', 'utf8');
  const named = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(named).toHaveLength(7);
  for (const name of named) expect(listed).toContain(`${name}  `);
});
