// Spot machines: taken back at random or by a fault, after a notice on which somebody may act, and replaced by their group.
import { describe, expect, it } from 'vitest';
import { complaints, HEADER, load } from '../scenario/tank.ts';
import { eventsOf, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

const scenario = (spot: string, more = '', pool = ''): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: spot }
spec:
  duration: 10m
  interval: 5s
  cluster:
    nodePools:
      - { name: base, count: 1, zones: [a], capacity: { cpu: 2 } }
      - { name: s, count: 2, zones: [a], capacity: { cpu: 2 }, hourlyCost: 0.1, instanceType: m5.large,
          autoscaling: { min: 2, max: 4, boot: 20s, register: 10s ${pool} }, spot: { ${spot} } }
  kubelet: { cachedImages: ["*"], shutdownGracePeriod: 20s, shutdownGracePeriodCriticalPods: 5s }
  ${more}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - { weight: 100, podAffinityTerm: { topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } } }
      containers: [{ name: a, image: web, lifecycle: { preStop: { sleep: { seconds: 3 } } } }]
`;

const RECLAIM = 'timeline: [{ at: 1m, fault: { SpotReclaim: { node: s-0 } } }]';
const nodesOf = ({ world: { state } }: FinishedRun): string[] =>
  state.nodes.spec.filter((_, node) => state.nodes.alive[node] === 1).map(({ name }) => name);
const reclaimed = (outcome: FinishedRun): number => outcome.world.measure.nodePools.reclaims.at(-1) ?? -1;
const timesOf = (outcome: FinishedRun, reason: string): number[] =>
  eventsOf(outcome, reason).map(({ time_seconds }) => time_seconds);

describe('a spot machine that is taken back', () => {
  it('has its notice first, is then gone, and its group has another', () => {
    const outcome = runScenario(scenario('notice: 30s, onNotice: nothing', RECLAIM));
    const [notice] = eventsOf(outcome, 'SpotInterruption');
    expect([notice.name, notice.message]).toEqual(['s-0', 'The provider takes the machine back in 30 s']);
    expect(notice.time_seconds).toBeCloseTo(60, 1);
    expect(nodesOf(outcome)).toEqual(['base-0', 's-1', 's-2']);
    const { nodes } = outcome.world.state;
    // 30 s of notice, 30 s until the new one is there.
    const row = outcome.world.state.findNode('s-2');
    expect(nodes.createdAt[row] / 1e6).toBeCloseTo(120, 0);
    expect(outcome.world.state.classes.labelSets.get(nodes.labels[row])['node.kubernetes.io/instance-type']).toBe(
      'm5.large',
    );
    expect(reclaimed(outcome)).toBe(1);
    const last = outcome.world.measure.nodePools.rows.at(-1);
    expect([last?.pool, last?.nodes, last?.desired, last?.reclaimed]).toEqual(['s', 2, 2, 1]);
  });

  it('without anybody who acts is noticed when its kubelet is silent for long enough', () => {
    const outcome = runScenario(scenario('notice: 30s, onNotice: nothing', RECLAIM));
    expect(
      podsOf(outcome)
        .filter(({ finished_seconds }) => finished_seconds === null)
        .map(({ phase }) => phase),
    ).toEqual(['Running', 'Running']);
    const lost = podsOf(outcome).find(({ node }) => node === 's-0');
    expect(lost?.finished_seconds ?? 0).toBeGreaterThan(140);
  });

  it('is drained by a node termination handler, once that has seen the notice', () => {
    const outcome = runScenario(scenario('notice: 30s, onNotice: drain, reaction: 4s', RECLAIM));
    const lost = podsOf(outcome).find(({ node }) => node === 's-0');
    expect(lost?.deleted_seconds).toBeGreaterThan(63.9);
    expect(lost?.finished_seconds).toBeLessThan(69);
    expect(outcome.world.gauges.evicted).toBe(1);
  });

  it('shuts down, which its kubelet delays, and is gone before its time is over', () => {
    const outcome = runScenario(scenario('notice: 2m, onNotice: shutdown', RECLAIM));
    expect(timesOf(outcome, 'NodeShutdown')[0]).toBeCloseTo(60, 1);
    // 3 s for the hook, 1 s to halt, 30 s for the new machine.
    expect(outcome.world.state.nodes.createdAt[outcome.world.state.findNode('s-2')] / 1e6).toBeLessThan(96);
    expect(reclaimed(outcome)).toBe(1);
  });

  it('is cut off when the notice is shorter than what its kubelet wants', () => {
    const outcome = runScenario(scenario('notice: 1s, onNotice: shutdown', RECLAIM));
    expect(outcome.world.state.nodes.createdAt[outcome.world.state.findNode('s-2')] / 1e6).toBeCloseTo(91, 0);
    expect(reclaimed(outcome)).toBe(1);
  });

  it('without notice is gone at once', () => {
    const outcome = runScenario(scenario('notice: 0, onNotice: drain', RECLAIM));
    expect(outcome.world.state.nodes.createdAt[outcome.world.state.findNode('s-2')] / 1e6).toBeCloseTo(90, 0);
  });

  it('is replaced later when there are none to be had', () => {
    const none = ', failures: [{ kind: OutOfResources, from: 80s, until: 3m }]';
    const outcome = runScenario(scenario('notice: 30s, onNotice: nothing', RECLAIM, none));
    // Asked for at 90, 150 and 210 s.
    expect(outcome.world.state.nodes.createdAt[outcome.world.state.findNode('s-2')] / 1e6).toBeCloseTo(240, 0);
  });

  it('twice at the same instant is taken back once', () => {
    const twice =
      'timeline: [{ at: 1m, fault: { SpotReclaim: { node: s-0 } } }, { at: 1m, fault: { SpotReclaim: { node: s-0 } } }]';
    const outcome = runScenario(scenario('notice: 30s, onNotice: nothing', twice));
    expect(reclaimed(outcome)).toBe(1);
    expect(eventsOf(outcome, 'FaultFired').map(({ message }) => message)).toContain(
      'SpotReclaim: s-0 is no spot machine that runs now',
    );
  });

  it('has its place filled by the cluster autoscaler where its group cannot', () => {
    const text = scenario(
      'notice: 30s, onNotice: drain',
      `${RECLAIM}\n  nodeAutoscaler: { cluster-autoscaler: { scanInterval: 5s } }`,
      ', failures: [{ kind: OutOfResources, from: 0 }]',
    )
      .replace(
        '{ name: base, count: 1, zones: [a], capacity: { cpu: 2 } }',
        '{ name: base, count: 0, zones: [a], capacity: { cpu: 2 }, autoscaling: { min: 0, max: 3, boot: 20s, register: 10s } }',
      )
      .replace('name: a, image: web,', 'name: a, image: web, resources: { requests: { cpu: 1500m } },');
    const outcome = runScenario(text);
    expect(nodesOf(outcome)).toEqual(expect.arrayContaining(['base-0', 's-1']));
    const living = podsOf(outcome).filter(({ finished_seconds }) => finished_seconds === null);
    expect(new Map(living.map(({ node, phase }) => [node, phase]))).toEqual(
      new Map([
        ['base-0', 'Running'],
        ['s-1', 'Running'],
      ]),
    );
  });
});

describe('lifetimes', () => {
  it('are drawn for each machine by its name, whatever happens elsewhere', () => {
    const spot = 'lifetime: { exponential: { mean: 2m } }, notice: 30s, onNotice: nothing';
    const first = (outcome: FinishedRun): Map<string, number> =>
      new Map(eventsOf(outcome, 'SpotInterruption').map(({ name, time_seconds }) => [name, time_seconds]));
    const alone = first(runScenario(scenario(spot)));
    const other = first(runScenario(scenario(spot, 'timeline: [{ at: 10s, fault: { NodeCrash: { node: base-0 } } }]')));
    expect(alone.size).toBeGreaterThan(4);
    for (const name of ['s-0', 's-1'])
      expect(Math.abs((alone.get(name) ?? 0) - (other.get(name) ?? 1e9))).toBeLessThan(0.1);
    expect(alone.get('s-0')).not.toBe(alone.get('s-1'));
  });
});

describe('what is wrong', () => {
  it.each([
    ['cluster: { nodePools: [{ name: s, spot: {} }] }', 'needs autoscaling, which says how machines come'],
    ['timeline: [{ at: 1s, fault: SpotReclaim }]', ''],
    [
      'cluster: { nodePools: [{ name: s, autoscaling: { max: 4 }, spot: { onNotice: panic } }] }',
      'expected one of drain, shutdown, nothing',
    ],
  ])('%s', (body, message) => {
    expect(complaints(() => load(`${HEADER}  duration: 1m\n  ${body}`))).toContain(message);
  });

  it('a fault where there is no spot pool, or none of that name', () => {
    const bare = `${HEADER}  duration: 1m\n  timeline: [{ at: 1s, fault: SpotReclaim }]\n`;
    expect(() => runScenario(bare)).toThrow('SpotReclaim: no node pool has `spot`');
    const typo = scenario('notice: 30s', 'timeline: [{ at: 1m, fault: { SpotReclaim: { pool: spots } } }]');
    expect(() => runScenario(typo)).toThrow('SpotReclaim: there is no node pool "spots" with spot machines');
  });
});
