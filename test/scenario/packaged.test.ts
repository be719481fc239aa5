// Every packaged scenario is what the loader accepts, expectations included, and begins with a question.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { load } from '../../src/cli/scenario-options.ts';
import { packagedScenario, packagedScenarios } from '../../src/library/package.ts';
import { loadFamilies } from '../../src/library/plugins.ts';
import { wavetank } from '../support/command.ts';

it.each(packagedScenarios())('%s', async (name) => {
  const { warnings } = load({ files: [name] }, await loadFamilies(undefined));
  expect(warnings).toEqual([]);
  expect(readFileSync(packagedScenario(name), 'utf8').split('\n', 1)[0]).toMatch(/^# .*\?/);
});

it('wavetank validate accepts one without a word on standard error', async () => {
  const { status, stderr } = await wavetank(['validate', 'shop-zone-loss'], '.');
  expect([status, stderr]).toEqual([0, '']);
});
