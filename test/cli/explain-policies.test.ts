// `wavetank explain --workload pdb/… and vpa/…`: what their numbers come to, and the pods that they are about.
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { workloadName } from '../../src/cli/explain/workload-name.ts';
import { workloadText } from '../../src/cli/explain/workload-text.ts';
import { explainWorkload, type WorkloadExplanation } from '../../src/world/explain/workload.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { jobOf } from '../support/world-rig.ts';

function explained(job: ReturnType<typeof jobOf>, name: string, atUs: number): WorkloadExplanation {
  const found = explainWorkload(job, builtInFamilies, workloadName(name), atUs);
  return 'existing' in found ? expect.fail(`${name} does not exist`) : found;
}

describe('a PodDisruptionBudget', () => {
  const budget = (name: string, spec: string): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { ${spec}, selector: { matchLabels: { app: web } } }
`;
  const job = jobOf(
    [
      scenario(3, '  duration: 10m\n  timeline: [{ at: 2m, fault: { NodeCrash: { node: node-0 } } }]'),
      deployment('web', { replicas: 3, cpu: '2500m' }),
      budget('web', 'minAvailable: 2'),
      budget('all', 'maxUnavailable: 0'),
      budget('none', 'minAvailable: 1').replace('app: web', 'app: other'),
    ].join(''),
  );

  it('that allows some says how many', () => {
    const { facts, pods, conditions } = explained(job, 'pdb/web', 60e6);
    expect(facts).toEqual(['minAvailable 2 of 3 pods: 2 must be healthy, 3 are, 1 may be evicted']);
    expect(pods).toBe(3);
    expect(conditions).toMatchObject([{ type: 'DisruptionAllowed', status: 'True' }]);
  });

  it('that allows none names the pods that are missing', () => {
    const budgeted = explained(job, 'pdb/web', 4 * 60e6);
    expect(budgeted.facts).toEqual([
      'minAvailable 2 of 3 pods: 2 must be healthy, 2 are, none may be evicted',
      expect.stringMatching(/^evictions wait until web-\w+-\w+ is healthy$/),
    ]);
    expect(budgeted.troubles).toMatchObject([{ why: 'its node does not answer', pods: 1 }]);
    expect(budgeted.conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' },
    ]);
    expect(workloadText(budgeted, 200, createColors(false))).toMatch(
      /\n\nWhat its numbers come to:\n {2}minAvailable 2 of 3 pods: .*\n {2}evictions wait until /,
    );
  });

  it('that asks for all of them says that this never ends', () => {
    expect(explained(job, 'pdb/all', 60e6).facts).toEqual([
      'maxUnavailable 0 of 3 pods: 3 must be healthy, 3 are, none may be evicted',
      'it asks for all pods that there are: no drain ever ends unless there are more, or it asks for fewer',
    ]);
  });

  it('that guards nobody says so', () => {
    expect(explained(job, 'pdb/none', 60e6)).toMatchObject({
      pods: 0,
      facts: ['minAvailable 1 of 0 pods: 1 must be healthy, 0 are, none may be evicted'],
    });
  });
});

describe('a VerticalPodAutoscaler', () => {
  const autoscaler = (name: string, mode: string, target = 'web'): string => `---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: { name: ${name} }
spec: { targetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }, updatePolicy: { updateMode: "${mode}" } }
`;
  const behaviors =
    '  behaviors: [{ image: test/web, usage: { cpu: 400m, memory: 300Mi } }, { image: test/one, usage: { cpu: 400m, memory: 300Mi } }]';
  const job = jobOf(
    [
      scenario(3, `  duration: 40m\n${behaviors}`),
      deployment('web', { replicas: 3, cpu: '10m', memory: '64Mi' }),
      deployment('one', { replicas: 1, cpu: '10m', memory: '64Mi' }),
      autoscaler('web', 'Off'),
      autoscaler('one', 'Recreate', 'one'),
      autoscaler('lost', 'Recreate', 'nobody'),
    ].join(''),
  );

  it('says what is requested, what is recommended between which bounds, and who acts', () => {
    const { facts, pods, conditions } = explained(job, 'vpa/web', 35 * 60e6);
    expect(pods).toBe(3);
    expect(conditions).toMatchObject([{ type: 'RecommendationProvided', status: 'True' }]);
    expect(facts).toEqual([
      'Deployment/default/web has 3 pods, updateMode Off',
      expect.stringMatching(
        /^main: cpu 10m requested, 4\d\dm recommended \(\d+m to \d+m\); memory 64Mi requested, 3\d{8} recommended \(\d+ to \d+\)$/,
      ),
      'of 3 pods the requests are outside the bounds: nobody acts on it (Off)',
    ]);
  });

  it('says that it leaves a single pod alone', () => {
    expect(explained(job, 'vpa/one', 35 * 60e6).facts.at(-1)).toBe(
      'of 1 pod the requests are outside the bounds: the updater leaves them alone: there are fewer than 2 (minReplicas)',
    );
  });

  it('says that nothing is measured yet, and that its target does not exist', () => {
    expect(explained(job, 'vpa/web', 1e6).facts.at(-1)).toBe(
      'nothing is recommended yet: no container of its pods was measured',
    );
    expect(explained(job, 'vpa/lost', 60e6).facts).toEqual(['its target Deployment/default/nobody does not exist']);
  });
});
