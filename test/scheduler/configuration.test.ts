// What a KubeSchedulerConfiguration changes in a run: profiles, weights, disabled plugins, arguments, rate limits.
import { describe, expect, it } from 'vitest';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { podsOf, runScenario } from '../support/world-rig.ts';

const CONFIG = 'apiVersion: kubescheduler.config.k8s.io/v1, kind: KubeSchedulerConfiguration';

const scenario = (config: string, pool = '', duration = '1m'): string =>
  scenarioOf(`  duration: ${duration}
  preset: ideal
  cluster: { nodePools: [{ name: w, count: 4, capacity: { cpu: 8, memory: 32Gi, pods: 110 }${pool} }] }
  scheduler: { config: { ${CONFIG}${config === '' ? '' : `, ${config}`} } }`);

const workload = (name: string, replicas: number, pod = '', cpu = '1'): string =>
  deployment(name, { replicas, cpu, memory: '2Gi', pod });

const nodesOf = (text: string, owner: string): string[] =>
  podsOf(runScenario(text))
    .filter(({ pod }) => pod.startsWith(owner))
    .map(({ node }) => node);

describe('a configuration', () => {
  it('has a profile for the pods that ask for it', () => {
    const packer =
      'profiles: [{ schedulerName: default-scheduler }, { schedulerName: packer, plugins: { score: { disabled: [{ name: "*" }], enabled: [{ name: NodeResourcesFit }] } }, pluginConfig: [{ name: NodeResourcesFit, args: { scoringStrategy: { type: MostAllocated } } }] }]';
    const text = scenario(packer) + workload('spread', 4) + workload('packed', 4, ', schedulerName: packer');
    expect(new Set(nodesOf(text, 'spread')).size).toBe(4);
    expect(new Set(nodesOf(text, 'packed')).size).toBe(1);
  });

  it('switches plugins off', () => {
    const taints = ', taints: [{ key: a, value: b, effect: NoSchedule }]';
    const off = 'profiles: [{ plugins: { multiPoint: { disabled: [{ name: TaintToleration }] } } }]';
    expect(nodesOf(scenario('', taints) + workload('web', 1), 'web')).toEqual(['']);
    expect(nodesOf(scenario(off, taints) + workload('web', 1), 'web')).toEqual([expect.stringMatching(/^w-/)]);
  });

  it('limits the rate of bindings', () => {
    const slow = scenario('clientConnection: { qps: 2, burst: 1 }') + workload('web', 9);
    const bound = podsOf(runScenario(slow)).map(({ scheduled_seconds }) => scheduled_seconds ?? -1);
    // One at once, then two a second.
    expect(Math.max(...bound)).toBeCloseTo(4, 1);
    expect(
      Math.max(...podsOf(runScenario(scenario('') + workload('web', 9))).map((pod) => pod.scheduled_seconds ?? -1)),
    ).toBe(0);
  });
});
