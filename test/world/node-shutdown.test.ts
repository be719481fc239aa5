// Graceful node shutdown: pods end by their priority before the machine does, the node says so and takes no others; then it is off, or back.
import { describe, expect, it } from 'vitest';
import { nodeObject } from '../../src/model/complete-objects/node-object.ts';
import { complaints, HEADER, load } from '../scenario/tank.ts';
import { eventsOf, type FinishedRun, podsOf, runScenario, worldOf } from '../support/world-rig.ts';

const pod = (name: string, more = '', container = ''): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { nodeName: w-0, terminationGracePeriodSeconds: 60, ${more} containers: [{ name: a, image: ${name} ${container} }] }
`;
const PRE_STOP = ', lifecycle: { preStop: { sleep: { seconds: 8 } } }';

const scenario = (kubelet: string, fault: string, objects: string, duration = '5m'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: shutdown }
spec:
  duration: ${duration}
  cluster: { nodePools: [{ name: w, count: 2, zones: [a], capacity: { cpu: 2, memory: 4Gi } }] }
  kubelet: { cachedImages: ["*"], ${kubelet} }
  behaviors:
    - { image: stubborn, startup: 1s, shutdown: { drain: false }, requests: { service: 1ms } }
  timeline:
    - { at: 1m, fault: { NodeShutdown: { node: w-0, ${fault} } } }
    - { at: 62s, apply: { apiVersion: v1, kind: Pod, metadata: { name: late }, spec: { nodeName: w-0, containers: [{ name: a, image: a }] } } }
${objects}`;

const CRITICAL = 'priorityClassName: system-cluster-critical,';
const endOf = (outcome: FinishedRun, name: string): number => {
  const { containers, pods } = outcome.world.state;
  return containers.finishedAt[pods.firstContainer[outcome.world.state.findPod('default', name)]] / 1e6;
};

describe('a node that shuts down with grace', () => {
  const outcome = runScenario(
    scenario(
      'shutdownGracePeriod: 30s, shutdownGracePeriodCriticalPods: 10s',
      'for: 60s',
      pod('web', '', PRE_STOP) + pod('quick') + pod('dns', CRITICAL, PRE_STOP),
    ),
  );

  it('ends ordinary pods first, then critical ones, then the machine', () => {
    expect(endOf(outcome, 'quick')).toBeCloseTo(60, 0);
    expect(endOf(outcome, 'web')).toBeGreaterThan(67.9);
    expect(endOf(outcome, 'web')).toBeLessThan(70);
    expect(endOf(outcome, 'dns') - endOf(outcome, 'web')).toBeGreaterThan(7.9);
    expect(endOf(outcome, 'dns') - endOf(outcome, 'web')).toBeLessThan(10.1);
    const [began] = eventsOf(outcome, 'FaultStarted');
    expect(began.time_seconds - endOf(outcome, 'dns')).toBeGreaterThan(0.9);
    expect(began.time_seconds - endOf(outcome, 'dns')).toBeLessThan(1.5);
  });

  it('says so at once, and no more when it is back', () => {
    const [said] = eventsOf(outcome, 'NodeShutdown');
    expect([said.kind, said.name, said.time_seconds]).toEqual(['Node', 'w-0', expect.closeTo(60, 1)]);
    const [notReady] = eventsOf(outcome, 'NodeNotReady');
    expect(notReady.message).toBe('Node w-0 status is now: NodeNotReady');
    const { state } = outcome.world;
    const ready = nodeObject(state, state.findNode('w-0')).status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'True', reason: 'KubeletReady' });
  });

  it('takes no pods meanwhile', () => {
    const late = podsOf(outcome).find(({ pod: name }) => name === 'late');
    expect([late?.phase, late?.reason]).toEqual(['Failed', 'NodeShutdown']);
    const { state } = outcome.world;
    expect(state.pods.messages.get(state.findPod('default', 'late'))).toBe(
      'Pod was rejected: Pod was rejected as the node is shutting down.',
    );
  });

  it('shows while it lasts why it is not Ready, and is tainted', () => {
    const world = worldOf(scenario('shutdownGracePeriod: 30s', '', pod('web', '', PRE_STOP)));
    world.engine.run(65e6);
    const { conditions = [] } = nodeObject(world.state, world.state.findNode('w-0')).status ?? {};
    expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'KubeletNotReady',
      message: 'node is shutting down',
    });
    const { spec } = nodeObject(world.state, world.state.findNode('w-0'));
    expect(spec?.taints?.map(({ key }) => key)).toContain('node.kubernetes.io/not-ready');
  });
});

describe('a pod that does not end in time', () => {
  it('has what is left of its group, and has failed with the reason Terminated', () => {
    const outcome = runScenario(
      scenario(
        'shutdownGracePeriod: 12s, shutdownGracePeriodCriticalPods: 2s',
        '',
        pod('stubborn', '', ', lifecycle: { preStop: { exec: { command: ["sleep", "500"] } } }'),
      ),
    );
    const [stubborn] = podsOf(outcome);
    expect([stubborn.phase, stubborn.reason]).toEqual(['Failed', 'Terminated']);
    // The hook is given up after ten seconds.
    expect(endOf(outcome, 'stubborn')).toBeCloseTo(70, 0);
    const { state } = outcome.world;
    expect(state.pods.messages.get(state.findPod('default', 'stubborn'))).toBe(
      'Pod was terminated in response to imminent node shutdown.',
    );
  });
});

describe('groups by priority', () => {
  it('end from the lowest to the highest, each with its own time; what is below them goes with the lowest', () => {
    const classes = ['low', 'high'].map(
      (name, index) => `---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: ${name} }
value: ${index === 0 ? 500 : 5000}
`,
    );
    const outcome = runScenario(
      scenario(
        'shutdownGracePeriodByPodPriority: [{ priority: 5000, shutdownGracePeriodSeconds: 20 }, { priority: 100, shutdownGracePeriodSeconds: 20 }, { priority: 9000, shutdownGracePeriodSeconds: 20 }]',
        '',
        `${classes.join('')}${pod('none', '', PRE_STOP)}${pod('low', 'priorityClassName: low,', PRE_STOP)}${pod('high', 'priorityClassName: high,', PRE_STOP)}`,
      ),
    );
    expect(Math.abs(endOf(outcome, 'none') - endOf(outcome, 'low'))).toBeLessThan(0.2);
    expect(endOf(outcome, 'high') - endOf(outcome, 'low')).toBeGreaterThan(7.9);
    // Nobody is in the last group: it costs nothing.
    expect(eventsOf(outcome, 'FaultStarted')[0].time_seconds - endOf(outcome, 'high')).toBeLessThan(1.5);
  });
});

describe('without a grace period', () => {
  it('the machine is off at once', () => {
    const outcome = runScenario(scenario('relistPeriod: 1s', 'for: 30s', pod('web', '', PRE_STOP)));
    expect(eventsOf(outcome, 'NodeShutdown')).toEqual([]);
    expect(eventsOf(outcome, 'FaultStarted')[0].time_seconds).toBe(60);
    const [web] = podsOf(outcome);
    expect([web.phase, web.restarts]).toEqual(['Running', 1]);
  });
});

describe('the same node twice, and a crash meanwhile', () => {
  it('one shutdown serves both; a machine that crashes does not go on with it', () => {
    const twice = runScenario(
      scenario('shutdownGracePeriod: 30s', '', pod('web', '', PRE_STOP)).replace(
        '    - { at: 62s',
        '    - { at: 61s, fault: { NodeShutdown: { node: w-0 } } }\n    - { at: 62s',
      ),
    );
    expect(eventsOf(twice, 'NodeShutdown').filter(({ kind }) => kind === 'Node')).toHaveLength(1);
    const crashed = runScenario(
      scenario('shutdownGracePeriod: 30s', '', pod('web', '', PRE_STOP)).replace(
        '    - { at: 62s',
        '    - { at: 61s, fault: { NodeCrash: { node: w-0, for: 20s } } }\n    - { at: 62s',
      ),
    );
    expect(crashed.world.state.machines.nodeUp[0]).toBe(1);
    expect(podsOf(crashed).map(({ phase }) => phase)).toEqual(['Running', 'Running']);
  });
});

describe('settings that the kubelet refuses', () => {
  it.each([
    ['shutdownGracePeriod: 10s, shutdownGracePeriodCriticalPods: 20s', 'must not be longer than shutdownGracePeriod'],
    ['shutdownGracePeriod: 500ms', 'must be 0 or at least 1s'],
    [
      'shutdownGracePeriod: 10s, shutdownGracePeriodByPodPriority: [{ priority: 1, shutdownGracePeriodSeconds: 5 }]',
      'cannot be combined with shutdownGracePeriod',
    ],
    [
      'shutdownGracePeriodByPodPriority: [{ priority: 1, shutdownGracePeriodSeconds: 5 }, { priority: 1, shutdownGracePeriodSeconds: 5 }]',
      'names the priority 1 twice',
    ],
  ])('%s', (kubelet, message) => {
    expect(complaints(() => load(`${HEADER}  duration: 1m\n  kubelet: { ${kubelet} }`))).toContain(message);
  });
});

describe('a critical pod that does not fit', () => {
  it('has the others end one after the other, while the kubelet does nothing else', () => {
    const request = (cpu: string, more = ''): string => `, resources: { requests: { cpu: ${cpu} } } ${more}`;
    const text = `${scenario('relistPeriod: 1s', '', '').replace(/ {2}timeline:[\s\S]*/, '')}  timeline:
    - at: 1m
      apply: { apiVersion: v1, kind: Pod, metadata: { name: critical }, spec: { nodeName: w-0, priorityClassName: system-node-critical, containers: [{ name: a, image: a, resources: { requests: { cpu: 1800m } } }] } }
    - at: 65s
      apply: { apiVersion: v1, kind: Pod, metadata: { name: later }, spec: { nodeName: w-0, containers: [{ name: a, image: a }] } }
${pod('one', '', request('900m', PRE_STOP))}${pod('two', '', request('900m', PRE_STOP))}`;
    const outcome = runScenario(text);
    const phases = Object.fromEntries(podsOf(outcome).map(({ pod: name, phase }) => [name, phase]));
    expect(phases).toEqual({ one: 'Succeeded', two: 'Succeeded', critical: 'Running', later: 'Running' });
    const ends = [endOf(outcome, 'one'), endOf(outcome, 'two')].sort((a, b) => a - b);
    expect(ends[1] - ends[0]).toBeGreaterThan(7.9);
    const started = (name: string): number =>
      podsOf(outcome).find(({ pod: one }) => one === name)?.started_seconds ?? 0;
    expect(started('critical')).toBeGreaterThan(ends[1]);
    expect(started('later')).toBeGreaterThan(ends[1]);
  });

  it('and does not go on with it when the machine has crashed meanwhile', () => {
    const request = (cpu: string): string => `, resources: { requests: { cpu: ${cpu} } } ${PRE_STOP}`;
    const text = `${scenario('relistPeriod: 1s', '', '').replace(/ {2}timeline:[\s\S]*/, '')}  timeline:
    - at: 1m
      apply: { apiVersion: v1, kind: Pod, metadata: { name: critical }, spec: { nodeName: w-0, priorityClassName: system-node-critical, containers: [{ name: a, image: a, resources: { requests: { cpu: 1900m } } }] } }
    - { at: 63s, fault: { NodeCrash: { node: w-0, for: 10s } } }
${pod('one', '', request('900m'))}${pod('two', '', request('900m'))}`;
    const outcome = runScenario(text);
    const phases = Object.fromEntries(podsOf(outcome).map(({ pod: name, phase }) => [name, phase]));
    expect(phases['critical']).toBe('Running');
    expect(outcome.world.state.machines.nodeUp[0]).toBe(1);
  });
});
