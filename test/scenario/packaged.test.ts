// Every packaged scenario is what the loader accepts, expectations included, and begins with a question.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packagedScenario, packagedScenarios } from '../../src/library/package.ts';
import { wavetank } from '../support/command.ts';

it.each(packagedScenarios())('%s', (name) => {
  const { status, stderr } = wavetank(['validate', name], '.');
  expect([status, stderr]).toEqual([0, '']);
  expect(readFileSync(packagedScenario(name), 'utf8').split('\n', 1)[0]).toMatch(/^# .*\?/);
});
