// The packaged scenarios about requests, whose callers and queues are real: each holds what it expects, as its first lines say it is run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { type ExpectingVerb, expectToHold } from '../support/expectations.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-request-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it.each<[ExpectingVerb, string, number]>([
  ['bench', 'cache-stampede', 11],
  ['bench', 'consumer-groups', 12],
  ['run', 'cpu-throttling', 6],
  ['bench', 'database-failover', 15],
  ['sweep', 'flash-crowd', 8],
  ['sweep', 'ingress-paths', 26],
  ['bench', 'mesh', 15],
  ['bench', 'mesh-injection', 15],
  ['sweep', 'network-policies', 12],
  ['run', 'gateway-api', 8],
  ['bench', 'load-balancer-zones', 6],
  ['bench', 'on-the-minute', 9],
  ['bench', 'open-or-closed', 10],
  ['bench', 'queue-workers', 19],
  ['bench', 'snat-exhaustion', 11],
  ['run', 'where-time-goes', 11],
  ['bench', 'who-is-shed', 7],
])('wavetank %s %s', (verb, name, count) => expectToHold(verb, name, count, cwd));
