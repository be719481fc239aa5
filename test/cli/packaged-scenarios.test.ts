// The packaged scenarios about workloads, policies, nodes and masters: each holds what it expects, so that an expectation fails when what it is about no longer works.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import { type ExpectingVerb, expectToHold } from '../support/expectations.ts';

const cwd = mkdtempSync(join(tmpdir(), 'wavetank-packaged-scenarios-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** How many expectations each has, so that none is lost. */
it.each<[ExpectingVerb, string, number]>([
  ['run', 'minikube-hello-world', 12],
  ['run', 'streamlit-detector', 7],
  ['run', 'mlflow', 9],
  ['run', 'mysql-statefulset', 11],
  ['run', 'hpa-spike', 9],
  ['bench', 'node-autoscaling', 13],
  ['run', 'nightly-batch', 12],
  ['run', 'training-gangs', 11],
  ['run', 'daemonset-update', 15],
  ['run', 'drain-with-budgets', 11],
  ['run', 'noisy-neighbour', 8],
  ['run', 'quota', 12],
  ['run', 'preemption', 11],
  ['run', 'changed-configuration', 10],
  ['run', 'disk-pressure', 6],
  ['run', 'gang-scheduling', 4],
  ['bench', 'right-sizing', 21],
  ['bench', 'spot-nodes', 7],
  ['run', 'etcd-quorum', 9],
  ['run', 'disaster-recovery', 10],
  ['run', 'zone-evacuation', 4],
  ['run', 'partition', 8],
  ['run', 'bad-deploy', 4],
  ['run', 'registry-outage', 6],
  ['bench', 'lost-master', 14],
  ['bench', 'canary-analysis', 10],
  ['bench', 'rollout-strategies', 18],
])('wavetank %s %s', (verb, name, count) => expectToHold(verb, name, count, cwd));
