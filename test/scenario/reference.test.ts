// docs/reference/scenario.md says what the schema, the defaults and the families are now.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('the reference of the scenario is fresh', () => {
  const result = spawnSync(process.execPath, ['scripts/generate-scenario-reference.mjs', '--check'], {
    encoding: 'utf8',
  });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
});
