// Gangs: the pods of a PodGroup get nodes together or not at all, whoever else wants the nodes.
import { describe, expect, it } from 'vitest';
import { deployment, scenarioOf } from '../../../test/support/manifests.ts';
import { eventsOf, podsOf, runScenario, worldOf } from '../../../test/support/world-rig.ts';
import type { World } from '../../world/build.ts';

const PROFILE =
  '{ plugins: { multiPoint: { enabled: [{ name: Coscheduling }] }, queueSort: { enabled: [{ name: Coscheduling }], disabled: [{ name: PrioritySort }] } }';

interface Options {
  readonly nodes?: number;
  readonly args?: string;
  readonly timeline?: string;
  readonly duration?: string;
  readonly seed?: number;
}

/** Nodes with room for two pods each. */
function cluster({ nodes = 3, args = '', timeline = '', duration = '2m', seed = 1 }: Options = {}): string {
  const config = args === '' ? '' : `, pluginConfig: [{ name: Coscheduling, args: { ${args} } }]`;
  return scenarioOf(`  duration: ${duration}
  seed: ${seed}
  cluster: { nodePools: [{ name: w, count: ${nodes}, capacity: { cpu: 2100m, memory: 8Gi, pods: 110 } }] }
  scheduler: { profiles: [${PROFILE}${config} }] }
  timeline: [${timeline}]`);
}

const group = (name: string, minMember: number, more = ''): string =>
  `---\napiVersion: scheduling.x-k8s.io/v1alpha1\nkind: PodGroup\nmetadata: { name: ${name} }\nspec: { minMember: ${minMember}${more} }\n`;

const gang = (name: string, replicas: number, more = ''): string =>
  deployment(name, { replicas, cpu: '1', labels: `, scheduling.x-k8s.io/pod-group: ${name}`, pod: more });

/** Pods of each group that have a node, as the API server knows it. */
function bound({ state }: World, groups: readonly string[]): number[] {
  const { pods, classes } = state;
  return groups.map((name) => {
    let count = 0;
    for (let row = 0; row < pods.length; row += 1) {
      if (pods.alive[row] === 0 || pods.node[row] < 0) continue;
      if (classes.get(pods.podClass[row]).labels['app'] === name) count += 1;
    }
    return count;
  });
}

const messages = (text: string, reason = 'FailedScheduling'): string[] =>
  eventsOf(runScenario(text), reason).map(({ message }) => message);

describe('a gang', () => {
  it('is bound when all of it has found nodes', () => {
    const outcome = runScenario(cluster() + group('a', 6) + gang('a', 6));
    expect(podsOf(outcome).every(({ node }) => node !== '')).toBe(true);
  });

  it('has not one pod bound while it lacks members', () => {
    const text = cluster() + group('a', 4) + gang('a', 3);
    expect(podsOf(runScenario(text)).map(({ node }) => node)).toEqual(['', '', '']);
    expect(messages(text).at(-1)).toMatch(
      /cannot find enough sibling pods, current pods number: 3, minMember of group: 4\./,
    );
  });

  it('has not one pod bound while it lacks room', () => {
    const text = cluster({ args: 'podGroupBackoffSeconds: 20' }) + group('a', 7) + gang('a', 7);
    expect(podsOf(runScenario(text)).every(({ node }) => node === '')).toBe(true);
    expect(messages(text).some((message) => message.includes('podGroup default/a failed recently'))).toBe(true);
  });

  it('may have more members than it needs', () => {
    const outcome = runScenario(cluster() + group('a', 4) + gang('a', 9));
    expect(podsOf(outcome).filter(({ node }) => node !== '')).toHaveLength(6);
  });

  it('waits for its PodGroup', () => {
    const late = cluster({
      timeline:
        '{ at: 30s, apply: { apiVersion: scheduling.x-k8s.io/v1alpha1, kind: PodGroup, metadata: { name: a }, spec: { minMember: 2 } } }',
    });
    const outcome = runScenario(late + gang('a', 2));
    expect(podsOf(outcome).map(({ scheduled_seconds }) => Math.floor(scheduled_seconds ?? -1))).toEqual([30, 30]);
    expect(eventsOf(outcome, 'FailedScheduling')[0].message).toBe('PodGroup not found');
  });

  it('gives up its nodes when one of it does not come in time', () => {
    const bare = (index: number, more = '') =>
      `---\napiVersion: v1\nkind: Pod\nmetadata: { name: p${index}, labels: { scheduling.x-k8s.io/pod-group: a } }\nspec: { containers: [{ name: main, image: i }]${more} }\n`;
    const text =
      cluster({ duration: '20s' }) +
      group('a', 3, ', scheduleTimeoutSeconds: 5') +
      bare(0, ', schedulingGates: [{ name: example.com/later }]') +
      bare(1) +
      bare(2);
    const outcome = runScenario(text);
    expect(podsOf(outcome).map(({ node }) => node)).toEqual(['', '', '']);
    const failures = eventsOf(outcome, 'FailedScheduling').filter(({ time_seconds }) => time_seconds > 1);
    const told = failures.slice(0, 2).map(({ time_seconds, message }) => `${Math.floor(time_seconds)}: ${message}`);
    expect(told.toSorted()).toEqual([
      '5: rejection in Unreserve',
      '5: timed out waiting on permit plugin Coscheduling',
    ]);
  });

  it('is not begun when the cluster lacks its minResources', () => {
    // Three nodes with 2 cpu that may be used: 6.
    const text = cluster() + group('a', 2, ', minResources: { cpu: 7 }') + gang('a', 2);
    expect(messages(text)[0]).toMatch(/cannot find enough|resource gap: 1000m cpu/);
    expect(messages(text).at(-1)).toContain('resource gap: 1000m cpu');
    const enough = cluster() + group('a', 2, ', minResources: { cpu: 6 }') + gang('a', 2);
    expect(podsOf(runScenario(enough)).every(({ node }) => node !== '')).toBe(true);
  });

  it('changes nothing for pods without a group', () => {
    const plain = gang('a', 3).replace(', scheduling.x-k8s.io/pod-group: a', '');
    expect(podsOf(runScenario(cluster() + plain)).every(({ node }) => node !== '')).toBe(true);
  });

  it('is checked for its fields', () => {
    expect(() => runScenario(cluster() + group('a', 2, ', minMembers: 2'))).toThrow(/unknown field/);
  });
});

describe('two gangs that do not both fit', () => {
  it.each([1, 2, 3])('never hold a part of what they need (seed %i)', (seed) => {
    for (const [first, second, nodes] of [
      [4, 4, 3],
      [5, 3, 3],
      [3, 3, 2],
      [6, 2, 3],
      [8, 8, 6],
    ]) {
      const text = cluster({
        nodes,
        seed,
        args: 'permitWaitingTimeSeconds: 5, podGroupBackoffSeconds: 3',
        duration: '11m',
      });
      const world = worldOf(text + group('a', first) + group('b', second) + gang('a', first) + gang('b', second));
      let most = 0;
      for (let at = 1; at <= 11 * 60; at += 1) {
        world.engine.run(at * 1e6);
        const [a, b] = bound(world, ['a', 'b']);
        expect(a === 0 || a === first, `a has ${a} of ${first} at ${at} s`).toBe(true);
        expect(b === 0 || b === second, `b has ${b} of ${second} at ${at} s`).toBe(true);
        most = Math.max(most, a + b);
      }
      // And they do not block each other for good.
      expect(most).toBeGreaterThan(0);
    }
  });
});
