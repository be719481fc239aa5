// The report works from the built program too, with the fonts beside it, and lets the process end.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { family } from '../../src/lib/family.ts';
import { charts } from '../../src/report/charts/index.ts';
import { makeReport } from '../../src/report/report.ts';
import { wavetankProcess } from '../support/command.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('draws the same from the built program', async () => {
  const shape = { minutes: 2, nodes: 6 };
  writeSynthetic(shape, join(root, 'built'));
  expect(wavetankProcess(['report', 'built'], root)).toMatchObject({ status: 0, stderr: '' });
  const direct = writeSynthetic(shape, join(root, 'direct'));
  const latency = charts.members.filter(({ name }) => name === 'latency');
  await makeReport(direct, { charts: family(charts.name, charts.summary, latency) });
  const file = 'charts/latency.png';
  expect(readFileSync(join(root, 'built', file)).equals(readFileSync(join(direct, file)))).toBe(true);
});
