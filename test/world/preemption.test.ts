// Preemption in a running cluster: victims and their grace, nominations, budgets, priority classes, and what may come in between.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Signal } from '../../src/engine/script.ts';
import { family, member } from '../../src/lib/family.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Handle, Plugin } from '../../src/scheduler/framework/interface.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import type { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import { Code, type Status } from '../../src/scheduler/framework/status.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';
import { type FinishedRun, runJob } from '../../src/world/run.ts';
import type { PodRow } from '../../src/model/rows.ts';

const priorityClass = (name: string, value: number, more = ''): string => `---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: { name: ${name} }
value: ${value}
${more}
`;
const budget = (name: string, spec: string): string => `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: ${name} }
spec: { selector: { matchLabels: { app: ${name} } }, ${spec} }
`;
const named = (outcome: FinishedRun, prefix: string) =>
  podsOf(outcome).filter(({ pod }) => pod.startsWith(`${prefix}-`));
const preempted = (outcome: FinishedRun): string[] => eventsOf(outcome, 'Preempted').map(({ name }) => name);
/** A container that takes its time to stop. */
const slow = `, terminationGracePeriodSeconds: 60`;
const sleeping = (name: string, replicas: number, cpu: string, pod = ''): string =>
  deployment(name, { replicas, cpu, pod: `${slow}${pod}` }).replace(
    'resources:',
    'lifecycle: { preStop: { sleep: { seconds: 20 } } }, resources:',
  );

const highAndSleepingLow =
  priorityClass('high', 100) +
  sleeping('low', 2, '1800m') +
  deployment('high', { replicas: 0, cpu: '3500m', pod: ', priorityClassName: high' });

describe('a pod that needs the room of others', () => {
  const outcome = runScenario(
    scenario(
      3,
      `  duration: 5m
  timeline: [{ at: 1m, scale: { deployment: high, replicas: 2 } }]`,
    ) +
      priorityClass('high', 100) +
      sleeping('low', 6, '1800m') +
      deployment('high', { replicas: 0, cpu: '3500m', pod: ', priorityClassName: high' }),
  );
  const high = named(outcome, 'high');

  it('has them deleted with their grace, and is bound when they are gone', () => {
    expect(high.map(({ ready_seconds }) => ready_seconds !== null)).toEqual([true, true]);
    for (const { scheduled_seconds } of high) {
      // The preStop hook takes 20 s.
      expect(scheduled_seconds).toBeGreaterThan(80);
      expect(scheduled_seconds).toBeLessThan(95);
    }
  });

  it('takes each victim once, two on each of two nodes', () => {
    const victims = preempted(outcome);
    expect(new Set(victims).size).toBe(4);
    expect(victims).toHaveLength(4);
    const nodes = named(outcome, 'low')
      .filter(({ pod }) => victims.includes(pod))
      .map(({ node }) => node);
    expect(new Set(nodes).size).toBe(2);
    expect(new Set(high.map(({ node }) => node))).toEqual(new Set(nodes));
  });

  it('says so', () => {
    const [{ message, source, type }] = eventsOf(outcome, 'Preempted');
    const [one, other] = high.map(({ uid, node }) => `Preempted by pod ${uid} on node ${node}`);
    expect([one, other]).toContain(message);
    expect([source, type]).toEqual(['default-scheduler', 'Normal']);
    const notes = eventsOf(outcome, 'FailedScheduling').filter(({ name }) => name.startsWith('high-'));
    expect(notes[0].message).toBe('0/3 nodes are available: 3 Insufficient cpu.');
    expect(notes.map((one) => one.message).join('\n')).toContain(
      'preemption: not eligible due to a terminating pod on the nominated node.',
    );
  });

  it('leaves nothing behind: no nomination, no victim that counts as evicted', () => {
    expect(outcome.world.state.pods.nominated.size).toBe(0);
    expect(outcome.summary.kube_pod_evicted_total).toBe(0);
    expect(outcome.world.scheduler.preemptor.counts).toEqual({ preemptions: 2, victims: 4 });
  });
});

it('spares pods that a budget protects while others will do, and takes them when there are none', () => {
  const run = (replicas: number): FinishedRun =>
    runScenario(
      scenario(
        2,
        `  duration: 3m
  timeline: [{ at: 1m, scale: { deployment: high, replicas: ${replicas} } }]`,
      ) +
        priorityClass('high', 100) +
        budget('kept', 'minAvailable: 2') +
        deployment('kept', { replicas: 2, cpu: '1800m' }) +
        deployment('free', { replicas: 2, cpu: '1800m' }) +
        deployment('high', { replicas: 0, cpu: '1800m', pod: ', priorityClassName: high' }),
    );
  const two = run(2);
  expect(preempted(two).map((name) => name.split('-')[0])).toEqual(['free', 'free']);
  expect(named(two, 'high').filter(({ ready_seconds }) => ready_seconds !== null)).toHaveLength(2);
  const [row] = two.world.state.objects.ofKind('PodDisruptionBudget');
  expect(two.world.state.objects.get(row)?.status).toMatchObject({
    currentHealthy: 2,
    desiredHealthy: 2,
    expectedPods: 2,
    disruptionsAllowed: 0,
    conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' }],
  });
  // A preemptor that comes before a deletion is seen may name a victim again.
  const three = [...new Set(preempted(run(3)))];
  expect(three.map((name) => name.split('-')[0]).sort()).toEqual(['free', 'free', 'kept']);
});

it('comes to terms with victims that somebody else deletes meanwhile', () => {
  const outcome = runScenario(
    scenario(
      1,
      `  duration: 3m
  timeline: [{ at: 1m, scale: { deployment: high, replicas: 1 } }, { at: 60010ms, delete: { kind: Deployment, name: low } }]`,
    ) + highAndSleepingLow,
  );
  const [pod] = named(outcome, 'high');
  expect(pod.scheduled_seconds).toBeGreaterThan(80);
  expect(pod.scheduled_seconds).toBeLessThan(95);
});

it('gives the room to others when the preemptor goes away', () => {
  const outcome = runScenario(
    scenario(
      1,
      `  duration: 4m
  timeline: [{ at: 1m, scale: { deployment: high, replicas: 1 } }, { at: 65s, delete: { kind: Deployment, name: high } }]`,
    ) + highAndSleepingLow,
  );
  expect(preempted(outcome)).toHaveLength(2);
  expect(outcome.world.state.pods.nominated.size).toBe(0);
  const replacements = named(outcome, 'low').filter(({ created_seconds }) => created_seconds > 60);
  expect(replacements).toHaveLength(2);
  for (const { scheduled_seconds } of replacements) expect(scheduled_seconds).toBeLessThan(100);
});

describe('a preemptor whose node a more important pod takes', () => {
  const run = (duration: string): FinishedRun =>
    runScenario(
      scenario(
        1,
        `  duration: ${duration}
  timeline: [{ at: 1m, scale: { deployment: mid, replicas: 1 } }, { at: 65s, scale: { deployment: high, replicas: 1 } }]`,
      ) +
        priorityClass('high', 100) +
        priorityClass('mid', 50) +
        sleeping('low', 2, '1800m') +
        deployment('mid', { replicas: 0, cpu: '1800m', pod: ', priorityClassName: mid' }) +
        deployment('high', { replicas: 0, cpu: '3500m', pod: ', priorityClassName: high' }),
    );
  const nominated = ({ world: { state } }: FinishedRun) =>
    [...state.pods.nominated.keys()]
      .map((row) => podObject(state, row))
      .map(({ metadata, status }) => {
        return [metadata?.name?.split('-')[0], status?.nominatedNodeName];
      });

  it('loses its nomination, and waits', () => {
    expect(nominated(run('64s'))).toEqual([['mid', 'node-0']]);
    expect(nominated(run('70s'))).toEqual([['high', 'node-0']]);
    const outcome = run('3m');
    expect(named(outcome, 'high')[0].ready_seconds).not.toBeNull();
    expect(named(outcome, 'mid')[0]).toMatchObject({ scheduled_seconds: null, deleted_seconds: null });
    expect(nominated(outcome)).toEqual([]);
    expect(new Set(preempted(outcome)).size).toBe(2);
  });

  it('shows why its victims go', () => {
    const { state } = run('64s').world;
    const victims = Array.from({ length: state.pods.length }, (_, row) => podObject(state, row as PodRow)).filter(
      ({ metadata }) => metadata?.deletionTimestamp !== undefined,
    );
    const conditions = victims.flatMap(({ status }) => status?.conditions ?? []);
    expect(conditions.filter(({ type }) => type === 'DisruptionTarget')).toEqual([
      { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' },
    ]);
  });
});

/** Holds pods of Deployment low back before they are bound: at Permit, or at PreBind. */
const holdsBack = (at: string) =>
  member({
    name: 'HoldsBack',
    summary: 'Holds pods back.',
    args: z.strictObject({}),
    create(_args, _handle: Handle): Plugin {
      const holds = (pod: PodInfo): boolean => pod.podClass.labels['app'] === 'low';
      return {
        permit: (pod) => ({ code: at === 'Permit' && holds(pod) ? Code.Wait : Code.Success, reasons: [] }),
        preBind: (pod) => (at === 'PreBind' && holds(pod) ? new Signal<Status>({ now: 0 }) : undefined),
      };
    },
  });

it.each(['Permit', 'PreBind'])('turns pods that wait at %s back instead of deleting them', (at) => {
  const plugins = [...schedulerPlugins.members, holdsBack(at)];
  const families = { ...builtInFamilies, schedulerPlugins: family('schedulerPlugins', 'With one more.', plugins) };
  const text =
    scenario(
      1,
      `  duration: 90s
  scheduler: { profiles: [{ schedulerName: default-scheduler, plugins: { multiPoint: { enabled: [{ name: HoldsBack }] } } }] }
  timeline: [{ at: 1m, scale: { deployment: high, replicas: 1 } }]`,
    ) +
    priorityClass('high', 100) +
    deployment('low', { replicas: 2, cpu: '1800m' }) +
    deployment('high', { replicas: 0, cpu: '3500m', pod: ', priorityClassName: high' });
  const schemas = familySchemas(families);
  const loaded = loadScenario([{ file: 'test.yaml', text }], { families: schemas });
  const [job] = expandJobs(loaded, { families: schemas });
  const outcome = runJob(job, { families, check: true });
  expect(new Set(preempted(outcome)).size).toBe(2);
  expect(
    named(outcome, 'low').map(({ deleted_seconds, scheduled_seconds }) => [deleted_seconds, scheduled_seconds]),
  ).toEqual([
    [null, null],
    [null, null],
  ]);
  const [high] = named(outcome, 'high');
  expect(high.scheduled_seconds).toBeGreaterThan(60);
  expect(high.scheduled_seconds).toBeLessThan(65);
});

describe('a priority class', () => {
  it('with preemptionPolicy Never goes first but takes nothing', () => {
    const outcome = runScenario(
      scenario(
        1,
        `  duration: 4m
  timeline: [{ at: 1m, scale: { deployment: meek, replicas: 1 } }, { at: 2m, scale: { deployment: low, replicas: 1 } }]`,
      ) +
        priorityClass('meek', 100, 'preemptionPolicy: Never') +
        deployment('low', { replicas: 2, cpu: '1800m' }) +
        deployment('meek', { replicas: 0, cpu: '1800m', pod: ', priorityClassName: meek' }),
    );
    expect(preempted(outcome)).toEqual([]);
    const [pod] = named(outcome, 'meek');
    expect(pod.scheduled_seconds).toBeGreaterThan(120);
    expect(pod.scheduled_seconds).toBeLessThan(160);
    expect(eventsOf(outcome, 'FailedScheduling')[0].message).toMatch(/not eligible due to preemptionPolicy=Never\.$/);
  });

  it('that is the global default is that of pods without one', () => {
    const outcome = runScenario(
      scenario(1, '  duration: 1m') +
        priorityClass('usual', 7, 'globalDefault: true') +
        deployment('web') +
        deployment('node', { pod: ', priorityClassName: system-node-critical' }),
    );
    const { classes, pods } = outcome.world.state;
    const specs = Array.from({ length: pods.length }, (_, row) => classes.get(pods.podClass[row]).spec);
    const fields = specs.map(({ priority, priorityClassName }) => `${priorityClassName} ${priority}`);
    expect(fields.sort()).toEqual(['system-node-critical 2000001000', 'usual 7']);
  });

  it('that does not exist keeps pods from being created, until it does', () => {
    const outcome = runScenario(
      scenario(
        1,
        `  duration: 3m
  timeline: [{ at: 1m, apply: { apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: late }, value: 5 } }]`,
      ) +
        deployment('web', { replicas: 2, pod: ', priorityClassName: late' }) +
        `---
apiVersion: v1
kind: Pod
metadata: { name: bare }
spec: { priorityClassName: none, containers: [{ name: main, image: bare }] }
`,
    );
    const [failure] = eventsOf(outcome, 'FailedCreate');
    expect(failure).toMatchObject({ type: 'Warning', kind: 'ReplicaSet', source: 'replicaset-controller' });
    expect(failure.message).toBe(
      `Error creating: pods "${failure.name}-" is forbidden: no PriorityClass with name late was found`,
    );
    const pods = named(outcome, 'web');
    expect(pods).toHaveLength(2);
    for (const { created_seconds, ready_seconds } of pods) {
      expect(created_seconds).toBeGreaterThan(60);
      expect(ready_seconds).not.toBeNull();
    }
    const refusals = eventsOf(outcome).filter(({ message }) => message.includes('Error from server (Forbidden)'));
    expect(refusals.map(({ message }) => message)).toEqual([
      'apply Pod bare: Error from server (Forbidden): pods "bare" is forbidden: no PriorityClass with name none was found',
    ]);
  });
});
