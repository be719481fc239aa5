// A Job that selects by hand counts the pods that it finds, adopts them with its finalizer, and lets go of those that no longer match.
import { describe, expect, it } from 'vitest';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const pod = (name: string, image: string, labels = 'app: sum') => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { ${labels} } }
spec: { restartPolicy: Never, containers: [{ name: c, image: ${image} }] }
`;

function run(
  pods: string,
  { more = '', at = '20s', manual = 'manualSelector: true, selector: { matchLabels: { app: sum } }' } = {},
) {
  const finished = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: by-hand }
spec:
  preset: ideal
  duration: 10m
  cluster: { nodePools: [{ name: node, count: 2, zones: [a] }] }
  behaviors: [{ image: short, run: { length: 10s } }, { image: long, run: { length: 1m } }, { image: fails, run: { length: 30s, failure: { probability: 1, exitCode: 3 } } }]
  timeline:
    - at: ${at}
      apply:
        apiVersion: batch/v1
        kind: Job
        metadata: { name: sum }
        spec:
          { completions: 3, parallelism: 3, ${manual}, template: { metadata: { labels: { app: sum } }, spec: { restartPolicy: Never, containers: [{ name: c, image: long }] } } }
${more}
${pods}`);
  const [job] = [...finished.world.measure.jobs.runs];
  return { finished, job, pods: podsOf(finished) };
}

describe('a Job with manualSelector', () => {
  it('adopts orphans that match, those that have ended too, and makes only what is missing', () => {
    const { job, pods, finished } = run(
      pod('ended', 'short') + pod('works', 'long') + pod('other', 'long', 'app: else'),
    );
    expect(job).toMatchObject({ outcome: 'Complete', succeeded: 3, failed: 0 });
    const owners = Object.fromEntries(pods.map(({ pod: name, owner }) => [name, owner]));
    expect([owners['ended'], owners['works'], owners['other']]).toEqual(['sum', 'sum', '']);
    expect(eventsOf(finished, 'SuccessfulCreate')).toHaveLength(1);
    // What it counted has no finalizer any more.
    const { state } = finished.world;
    for (let row = 0 as PodRow; row < 4; row = (row + 1) as PodRow) {
      expect(podObject(state, row).metadata?.finalizers ?? []).toEqual([]);
    }
  });

  it('counts an orphan that fails', () => {
    const { job } = run(pod('fails', 'fails'));
    expect(job).toMatchObject({ outcome: 'Complete', succeeded: 3, failed: 1 });
  });

  it('adopts one that comes later, and deletes one too many', () => {
    const { job, finished } = run('', {
      more: `    - { at: 30s, apply: { apiVersion: v1, kind: Pod, metadata: { name: late, labels: { app: sum } }, spec: { restartPolicy: Never, containers: [{ name: c, image: short }] } } }`,
    });
    expect(eventsOf(finished, 'SuccessfulDelete').length).toBe(1);
    expect(job).toMatchObject({ outcome: 'Complete', succeeded: 3 });
  });

  it('without it nobody is adopted, and its own pods have the labels of a Job', () => {
    const plain = run(pod('works', 'long'), { manual: 'backoffLimit: 6' });
    expect(plain.pods.find(({ pod: name }) => name === 'works')?.owner).toBe('');
    const labelsOf = ({ finished }: ReturnType<typeof run>, row: number) =>
      Object.keys(podObject(finished.world.state, row as PodRow).metadata?.labels ?? {});
    expect(labelsOf(plain, 1)).toContain('job-name');
    expect(labelsOf(run(''), 0)).toEqual(['app']);
  });
});
