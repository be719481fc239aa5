// Node pools that grow for pods without a place and shrink again, in whole runs.
import { describe, expect, it } from 'vitest';
import { deployment, scenarioOf } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const QUICK =
  'scaleDownUnneededTime: 20s, scaleDownDelayAfterAdd: 20s, initialNodeGroupBackoff: 20s, maxNodeProvisionTime: 60s';

/** A pool of nodes with room for four pods each; times are short. */
const cluster = (autoscaling: string, more = '', autoscaler = `cluster-autoscaler: { ${QUICK} }`): string =>
  scenarioOf(`  duration: 8m
  interval: 10s
  cluster:
    nodePools:
      - { name: base, count: 1, capacity: { cpu: 4, memory: 16Gi, pods: 5 } }
      - name: burst
        count: 0
        hourlyCost: 0.6
        capacity: { cpu: 4, memory: 16Gi, pods: 5 }
        autoscaling: { boot: 5s, register: 5s, ${autoscaling} }
  nodeAutoscaler: { ${autoscaler} }
${more}`);

const scale = (at: string, replicas: number): string =>
  `    - { at: ${at}, scale: { deployment: web, replicas: ${replicas} } }`;
const web = (replicas: number, more = ''): string =>
  deployment('web', { replicas, cpu: '900m', ...(more === '' ? {} : { pod: more }) });
const reasons = (outcome: ReturnType<typeof runScenario>): string[] => eventsOf(outcome).map(({ reason }) => reason);
const counts = (outcome: ReturnType<typeof runScenario>): readonly number[] =>
  outcome.world.measure.nodePools.nodeCounts;

describe('growing', () => {
  it('asks for as many nodes as the pods without a place need, and says so to them', () => {
    const outcome = runScenario(cluster('max: 5') + web(11));
    expect(outcome.world.gauges.ready).toBe(11);
    expect(outcome.summary.kube_node_info).toBe(3);
    const told = eventsOf(outcome).filter(({ reason }) => reason === 'TriggeredScaleUp');
    expect(told).toHaveLength(7);
    expect(told[0]?.message).toBe('pod triggered scale-up: [{burst 0->2 (max: 5)}]');
    const times = podsOf(outcome).map((pod) => pod.scheduled_seconds ?? 0);
    // A loop after the pods came, ten seconds for the machine.
    expect(Math.max(...times)).toBeGreaterThan(15);
    expect(Math.max(...times)).toBeLessThan(35);
  });

  it('stops at the limit, and says why to those who wait', () => {
    const outcome = runScenario(cluster('max: 1') + web(11));
    expect(outcome.world.gauges.ready).toBe(8);
    const told = eventsOf(outcome).filter(({ reason }) => reason === 'NotTriggerScaleUp');
    expect(told.map(({ message }) => message)).toContain("pod didn't trigger scale-up: 1 max node group size reached");
  });

  it('does not ask for what would not help', () => {
    const outcome = runScenario(cluster('max: 5') + web(1, ', nodeSelector: { disk: fast }'));
    expect(outcome.summary.kube_node_info).toBe(1);
    const told = eventsOf(outcome).find(({ reason }) => reason === 'NotTriggerScaleUp');
    expect(told?.message).toBe("pod didn't trigger scale-up: 1 node(s) didn't match Pod's node affinity/selector");
  });

  it.each([
    ['Refused', 'FailedToScaleUpGroup'],
    ['OutOfResources', 'ScaleUpFailed'],
    ['NeverRegisters', 'ScaleUpTimedOut'],
  ])('backs off when the provider fails (%s) and tries again', (kind, reason) => {
    const failures = `failures: [{ kind: ${kind}, until: 30s }]`;
    const outcome = runScenario(cluster(`max: 5, ${failures}`) + web(7));
    expect(reasons(outcome)).toContain(reason);
    expect(outcome.world.gauges.ready).toBe(7);
    const lastUs = Math.max(...podsOf(outcome).map((pod) => pod.scheduled_seconds ?? Infinity));
    expect(lastUs).toBeGreaterThan(40);
    expect(lastUs).toBeLessThan(180);
  });

  it('keeps pools as they are without an autoscaler', () => {
    const outcome = runScenario(cluster('max: 5', '', 'none: {}') + web(11));
    expect(outcome.summary.kube_node_info).toBe(1);
    expect(reasons(outcome).filter((reason) => reason.includes('Scale'))).toEqual([]);
  });
});

describe('of two pools that could grow', () => {
  /** Six pods of 900m: two small nodes with little waste, or a large one that costs less. */
  const grown = (expander: string, priorities = ''): string[] => {
    const outcome = runScenario(
      scenarioOf(`  duration: 2m
  cluster:
    nodePools:
      - { name: base, count: 1, capacity: { cpu: 500m, memory: 1Gi } }
      - { name: small, count: 0, hourlyCost: 2, capacity: { cpu: 4, memory: 16Gi }, autoscaling: { boot: 5s, register: 5s, max: 5 } }
      - { name: large, count: 0, hourlyCost: 0.5, capacity: { cpu: 16, memory: 64Gi }, autoscaling: { boot: 5s, register: 5s, max: 5 } }
  nodeAutoscaler: { cluster-autoscaler: { expander: "${expander}" } }`) +
        web(6) +
        (priorities === ''
          ? ''
          : `---
apiVersion: v1
kind: ConfigMap
metadata: { name: cluster-autoscaler-priority-expander, namespace: kube-system }
data: { priorities: "${priorities}" }
`),
    );
    expect(outcome.world.gauges.ready).toBe(6);
    return outcome.world.state.nodes.spec
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('base'))
      .sort();
  };
  const small = ['small-0', 'small-1'];
  const large = ['large-0'];

  it.each([
    ['least-waste', '', small],
    ['price', '', large],
    ['least-nodes', '', large],
    ['priority', '{ 10: [small], 20: [large] }', large],
    ['priority', '{ 10: [large], 20: [small] }', small],
    // Whoever is first in a chain leaves the others nothing; a name that matches no group leaves all.
    ['price,least-waste', '', large],
    ['least-waste,price', '', small],
    ['priority,least-waste', '{ 10: [other] }', small],
    ['priority,price', '{ 10: [other] }', large],
  ])('the expander %s %s chooses', (expander, priorities, chosen) => {
    expect(grown(expander, priorities)).toEqual(chosen);
  });
});

describe('shrinking', () => {
  it('drains a node that is not needed, and gives its machine back', () => {
    const outcome = runScenario(cluster('max: 5', `  timeline:\n${scale('2m', 5)}`) + web(12));
    expect(Math.max(...counts(outcome))).toBe(3);
    expect(outcome.summary.kube_node_info).toBe(2);
    expect(outcome.world.gauges.ready).toBe(5);
    expect(reasons(outcome)).toContain('ScaleDown');
    // Two nodes for some two minutes, one to the end.
    expect(outcome.summary.node_cost).toBeGreaterThan(0.6 * (8 / 60));
    expect(outcome.summary.node_cost).toBeLessThan(0.6 * (14 / 60));
  });

  it('waits for a budget that allows nothing', () => {
    const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 0, selector: { matchLabels: { app: web } } }
`;
    const outcome = runScenario(cluster('max: 5', `  timeline:\n${scale('2m', 5)}`) + web(12) + budget);
    const evicted = eventsOf(outcome).filter(({ reason, kind }) => reason === 'ScaleDown' && kind === 'Pod');
    expect(evicted).toEqual([]);
    // Only nodes that the Deployment itself has emptied go.
    const living = podsOf(outcome).filter((pod) => pod.finished_seconds === null);
    expect(new Set(living.map((pod) => pod.node)).size).toBe(outcome.summary.kube_node_info);
  });

  it('never goes below the least size', () => {
    const text = cluster('max: 5, min: 2').replace('count: 0', 'count: 4');
    const outcome = runScenario(text + web(1));
    expect(outcome.summary.kube_node_info).toBe(3);
    expect(Math.min(...counts(outcome))).toBe(3);
  });
});

it('is the same again for the same seed', () => {
  const text = cluster('max: 5, boot: { lognormal: { median: 5s, sigma: 0.5 } }').replace('boot: 5s, ', '') + web(11);
  expect(runScenario(text).digest).toBe(runScenario(text).digest);
});

describe('a pool that cannot be', () => {
  it.each([
    ['max: 2, min: 3', 'autoscaling.max: must be at least min (3), got 2'],
    ['max: 2, min: 1', 'count: must be between autoscaling.min and autoscaling.max (1 and 2), got 0'],
    ['max: 2, failures: [{ kind: Refuse }]', 'kind'],
  ])('%s', (autoscaling, message) => {
    expect(() => runScenario(cluster(autoscaling) + web(1))).toThrow(message);
  });
});

describe('a pool of several zones', () => {
  const zoned = (autoscaling: string, count = 0, more = ''): string =>
    cluster(autoscaling, more).replace('hourlyCost: 0.6', 'zones: [a, b, c]').replace('count: 0', `count: ${count}`);
  const zonesOf = ({ world: { state } }: ReturnType<typeof runScenario>): string[] =>
    Array.from({ length: state.nodes.length }, (_, node) => node)
      .filter((node) => state.nodes.alive[node] === 1 && state.nodes.spec[node].name.startsWith('burst'))
      .sort((a, b) => (state.nodes.spec[a].name < state.nodes.spec[b].name ? -1 : 1))
      .map((node) => state.classes.labelSets.get(state.nodes.labels[node])['topology.kubernetes.io/zone']);
  const inZone = (zone: string): string => `, nodeSelector: { topology.kubernetes.io/zone: ${zone} }`;

  it('gets its machines where it has the fewest', () => {
    expect(zonesOf(runScenario(zoned('max: 9') + web(20)))).toEqual(['a', 'b', 'c', 'a']);
    // Four are there: a, b, c, a.
    expect(zonesOf(runScenario(zoned('max: 9, min: 4', 4) + web(24)))).toEqual(['a', 'b', 'c', 'a', 'b']);
  });

  it('fills the zone that has lost machines', () => {
    const shrunk = runScenario(zoned('max: 9', 0, `  timeline:\n${scale('2m', 4)}\n${scale('5m', 20)}`) + web(20));
    expect(zonesOf(shrunk).sort()).toEqual(['a', 'a', 'b', 'c']);
  });

  it('without a node is taken to be in its first zone: pods of another one wait in vain', () => {
    const outcome = runScenario(zoned('max: 9') + web(1, inZone('b')));
    expect([outcome.world.gauges.ready, zonesOf(outcome)]).toEqual([0, []]);
    const told = eventsOf(outcome).find(({ reason }) => reason === 'NotTriggerScaleUp');
    expect(told?.message).toBe("pod didn't trigger scale-up: 1 node(s) didn't match Pod's node affinity/selector");
  });

  it('gets machines that do not help pods of one zone', () => {
    const outcome = runScenario(zoned('max: 4, min: 0') + web(8, inZone('a')));
    // Two are asked for: one comes to a, the other to b, and further ones to c and a.
    expect(outcome.world.gauges.ready).toBe(8);
    // With the one of the other pool.
    expect(Math.max(...counts(outcome))).toBe(5);
  });
});

it('keeps a node that is annotated so, and lets it go when it is not any more', () => {
  const annotate = (at: string, value: string): string =>
    `    - { at: ${at}, patch: { kind: Node, name: burst-0, patch: { metadata: { annotations: { cluster-autoscaler.kubernetes.io/scale-down-disabled: "${value}" } } } } }`;
  const timeline = (...more: string[]): string => `  timeline:\n${[...more, scale('2m', 2)].join('\n')}\n`;
  const nodes = (...more: string[]): number =>
    runScenario(cluster('max: 1', timeline(...more)).replace('count: 0', 'count: 1') + web(7)).summary.kube_node_info;
  expect(nodes()).toBe(1);
  expect(nodes(annotate('1m', 'true'))).toBe(2);
  expect(nodes(annotate('1m', 'true'), annotate('5m', 'false'))).toBe(1);
});
