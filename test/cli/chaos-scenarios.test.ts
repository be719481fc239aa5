// The packaged scenarios about rollouts, chaos and availability: each holds what it expects, as its first lines say it is run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { expectToHold } from '../support/expectations.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-chaos-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it.each([
  ['chaos', 'chaos-matrix', 4],
  ['bench', 'dark-launch', 14],
  ['bench', 'api-overload', 10],
  ['bench', 'retry-storm', 9],
  ['bench', 'metastable', 32],
  ['bench', 'dns-outage', 8],
  ['bench', 'grpc-skew', 15],
  ['bench', 'slow-clients', 5],
  ['bench', 'hedging', 4],
  ['bench', 'adaptive-concurrency', 8],
  ['sweep', 'ingress-balancers', 10],
  ['bench', 'spot-fleet', 6],
  ['bench', 'a-year-of-failures', 8],
])('wavetank %s %s', (verb, name, count) => expectToHold(verb, name, count, cwd));
