// Selectors that tell the pods of one workload apart find them: by a Job's index, by the Job of a CronJob, by a StatefulSet's ordinal.
import { describe, expect, it } from 'vitest';
import { podsOf, runScenario } from '../support/world-rig.ts';

const HEAD = (duration: string, more = '') => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: labels }
spec:
  preset: ideal
  duration: ${duration}
  cluster: { nodePools: [{ name: node, count: 3, zones: [a] }] }
  behaviors: [{ image: work, run: { length: 100s }, requests: { service: 1ms } }, { image: serve, requests: { service: 1ms } }]
${more}
`;

const service = (name: string, label: string) => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { ${label} }, ports: [{ port: 80 }] }
`;

/** Requests to one Service that were answered, and those that found nobody. */
function asked(objects: string, label: string): { readonly completed: number; readonly refused: number } {
  const traffic = '  traffic: [{ name: users, to: one, start: 10s, arrivals: { poisson: { rate: 10/s } } }]';
  const { summary } = runScenario(HEAD('1m', traffic) + objects + service('one', label));
  return { completed: summary.requests_completed_total, refused: summary.requests_refused_total };
}

const job = `---
apiVersion: batch/v1
kind: Job
metadata: { name: train }
spec:
  completionMode: Indexed
  completions: 3
  parallelism: 3
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: c
          image: work
          env: [{ name: RANK, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } } }]
`;

const set = `---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 2
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: c, image: serve }] }
`;

describe('a Service', () => {
  it.each([
    ['the first rank of a Job', job, 'batch.kubernetes.io/job-completion-index: "0"', true],
    ['a rank that there is not', job, 'batch.kubernetes.io/job-completion-index: "3"', false],
    ['a Job by its name', job, 'job-name: train', true],
    ['both', job, 'batch.kubernetes.io/job-name: train, batch.kubernetes.io/job-completion-index: "2"', true],
    ['a pod of a StatefulSet', set, 'statefulset.kubernetes.io/pod-name: db-1', true],
    ['its index', set, 'apps.kubernetes.io/pod-index: "0", app: db', true],
    ['one that there is not', set, 'statefulset.kubernetes.io/pod-name: db-2', false],
  ])('finds %s', (_what, objects, label, found) => {
    const { completed, refused } = asked(objects, label);
    expect(completed > 300).toBe(found);
    expect(refused > 300).toBe(!found);
  });
});

it('affinity keeps Jobs of a CronJob apart by a label whose value nobody knows before', () => {
  const cronJob = (affinity: string) => `---
apiVersion: batch/v1
kind: CronJob
metadata: { name: tick }
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          ${affinity}
          containers: [{ name: c, image: work }]
`;
  const apart = `affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchExpressions: [{ key: job-name, operator: Exists }] } }] } }`;
  const run = runScenario(HEAD('2m30s').replace('count: 3', 'count: 1') + cronJob(apart));
  // The second one waits until the first has ended, a hundred seconds after it began.
  const [first, second] = podsOf(run).map(({ scheduled_seconds }) => scheduled_seconds ?? Infinity);
  expect(second - first).toBeGreaterThan(95);
  const together = podsOf(runScenario(HEAD('2m30s').replace('count: 3', 'count: 1') + cronJob('')));
  expect((together[1].scheduled_seconds ?? 0) - (together[0].scheduled_seconds ?? 0)).toBeLessThan(65);
});

it('an environment that asks for the index costs no classes', () => {
  expect(podClasses(job)).toBe(podClasses(job.replace(/ *env: .*/, '')));
  expect(podClasses(job + service('rank', 'batch.kubernetes.io/job-completion-index: "0"'))).toBe(podClasses(job) + 3);
});

function podClasses(objects: string): number {
  return runScenario(HEAD('20s') + objects).world.state.classes.length;
}
