// The packaged scenarios about workloads, policies, nodes and masters: each holds what it expects, so that an expectation fails when what it is about no longer works.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { jsonOf, wavetank } from '../support/command.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-packaged-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Printed {
  readonly expect: readonly { readonly text: string; readonly actual: number | null; readonly pass: boolean }[];
}

/** How many expectations each has, so that none is lost. */
it.each([
  ['run', 'minikube-hello-world', 5],
  ['run', 'streamlit-detector', 7],
  ['run', 'mlflow', 9],
  ['run', 'mysql-statefulset', 11],
  ['run', 'hpa-spike', 9],
  ['bench', 'node-autoscaling', 13],
  ['run', 'nightly-batch', 11],
  ['run', 'training-gangs', 11],
  ['run', 'daemonset-update', 15],
  ['run', 'drain-with-budgets', 11],
  ['run', 'noisy-neighbour', 5],
  ['run', 'quota', 11],
  ['bench', 'right-sizing', 21],
  ['run', 'etcd-quorum', 9],
  ['run', 'disaster-recovery', 10],
  ['run', 'zone-evacuation', 4],
  ['run', 'partition', 8],
  ['run', 'bad-deploy', 4],
  ['run', 'registry-outage', 6],
  ['bench', 'lost-master', 14],
  ['bench', 'canary-analysis', 10],
  ['bench', 'rollout-strategies', 18],
])('wavetank %s %s', (verb, name, count) => {
  const finished = wavetank([verb, name, '--json', '--no-report'], cwd);
  expect(finished.stderr).toBe('');
  const { expect: judged } = jsonOf(finished) as Printed;
  expect(judged.filter(({ pass }) => !pass)).toEqual([]);
  expect(judged).toHaveLength(count);
  expect(finished.status).toBe(0);
});
