// The packaged scenarios about rollouts, chaos and availability: each holds what it expects, as its first lines say it is run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';
import { type ExpectingVerb, expectToHold } from '../support/expectations.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-chaos-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it.each<[ExpectingVerb, string, number]>([
  ['bench', 'dark-launch', 14],
  ['bench', 'api-overload', 10],
  ['bench', 'retry-storm', 9],
  ['bench', 'dns-outage', 8],
  ['bench', 'grpc-skew', 15],
  ['bench', 'slow-clients', 5],
  ['bench', 'hedging', 4],
  ['bench', 'adaptive-concurrency', 8],
  ['sweep', 'ingress-balancers', 10],
  ['bench', 'spot-fleet', 6],
])('wavetank %s %s', (verb, name, count) => expectToHold(verb, name, count, cwd));

// A year takes half of the time in a process that has not seen everything else before.
it.each([
  ['chaos', 'chaos-matrix', 4],
  ['bench', 'a-year-of-failures', 8],
])('wavetank %s %s', async (verb, name, count) => {
  const finished = await wavetank([verb, name, '--json', '--no-report'], cwd);
  expect(finished.stderr).toBe('');
  const { expect: judged } = jsonOf(finished) as { readonly expect: readonly { readonly pass: boolean }[] };
  expect(judged.map(({ pass }) => pass)).toEqual(Array(count).fill(true));
  expect(finished.status).toBe(0);
});
