// The packaged scenarios about rollouts, chaos and availability: each holds what it expects, as its first lines say it is run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-chaos-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Printed {
  readonly expect: readonly { readonly text: string; readonly actual: number | null; readonly pass: boolean }[];
}

it.each([
  ['chaos', 'chaos-matrix', 4],
  ['bench', 'dark-launch', 14],
  ['bench', 'api-overload', 10],
  ['bench', 'retry-storm', 9],
  ['bench', 'metastable', 14],
  ['bench', 'dns-outage', 8],
  ['bench', 'grpc-skew', 11],
  ['bench', 'hedging', 4],
  ['bench', 'adaptive-concurrency', 8],
  ['sweep', 'ingress-balancers', 10],
  ['bench', 'spot-fleet', 6],
  ['bench', 'a-year-of-failures', 5],
])('wavetank %s %s', (verb, name, count) => {
  const finished = wavetank([verb, name, '--json', '--no-report'], cwd);
  expect(finished.stderr).toBe('');
  const { expect: judged } = jsonOf(finished) as Printed;
  expect(judged.filter(({ pass }) => !pass)).toEqual([]);
  expect(judged).toHaveLength(count);
  expect(finished.status).toBe(0);
});
