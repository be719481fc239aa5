// What a KubeSchedulerConfiguration changes in a run: profiles, weights, disabled plugins, arguments, rate limits.
import { describe, expect, it } from 'vitest';
import { podsOf, runScenario } from '../support/world-rig.ts';

const CONFIG = 'apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration';

const scenario = (config: string, pool = '', duration = '1m'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: ${duration}
  preset: ideal
  cluster: { nodePools: [{ name: w, count: 4, capacity: { cpu: 8, memory: 32Gi, pods: 110 }${pool} }] }
  scheduler: { config: { ${CONFIG}${config === '' ? '' : `, ${config}`} } }
`;

const deployment = (name: string, replicas: number, pod = '', cpu = '1'): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: i, resources: { requests: { cpu: ${cpu}, memory: 2Gi } } }]${pod} }
`;

const nodesOf = (text: string, owner: string): string[] =>
  podsOf(runScenario(text))
    .filter(({ pod }) => pod.startsWith(owner))
    .map(({ node }) => node);

describe('a configuration', () => {
  it('has a profile for the pods that ask for it', () => {
    const packer =
      'profiles: [{ schedulerName: default-scheduler }, { schedulerName: packer, plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit }] } }, pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: MostAllocated } } }] }]';
    const text = scenario(packer) + deployment('spread', 4) + deployment('packed', 4, ', schedulerName: packer');
    expect(new Set(nodesOf(text, 'spread')).size).toBe(4);
    expect(new Set(nodesOf(text, 'packed')).size).toBe(1);
  });

  it('switches plugins off', () => {
    const taints = ', taints: [{ key: a, value: b, effect: NoSchedule }]';
    const off = 'profiles: [{ plugins: { multiPoint: { disabled: [{ name: TaintToleration }] } } }]';
    expect(nodesOf(scenario('', taints) + deployment('web', 1), 'web')).toEqual(['']);
    expect(nodesOf(scenario(off, taints) + deployment('web', 1), 'web')).toEqual([expect.stringMatching(/^w-/)]);
  });

  it('limits the rate of bindings', () => {
    const slow = scenario('clientConnection: { qps: 2, burst: 1 }') + deployment('web', 9);
    const bound = podsOf(runScenario(slow)).map(({ scheduled_seconds }) => scheduled_seconds ?? -1);
    // One at once, then two a second.
    expect(Math.max(...bound)).toBeCloseTo(4, 1);
    expect(
      Math.max(...podsOf(runScenario(scenario('') + deployment('web', 9))).map((pod) => pod.scheduled_seconds ?? -1)),
    ).toBe(0);
  });
});
