// Case 09: a Service whose targetPort is a name that no container port has. Every connection is refused.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';

it('refuses every connection to a Service whose target port nobody has', () => {
  const outcome = runScenario(readFileSync(new URL('09-named-target-port.yaml', import.meta.url), 'utf8'));
  expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true]);
  expect(outcome.summary.requests_refused_total).toBe(outcome.summary.requests_total);
});
