// Quotas and limit ranges in whole clusters: what is refused, in which words, and what becomes of it.
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/object-store.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, runScenario, worldOf } from '../support/world-rig.ts';

const quota = (hard: string, more = ''): string => `---
apiVersion: v1
kind: ResourceQuota
metadata: { name: team }
spec: { hard: ${hard}${more} }
`;

const run = (timeline: readonly string[], objects: string) =>
  runScenario(scenario(3, `  duration: 10m\n  timeline:\n${timeline.join('\n')}`) + objects);
type Run = ReturnType<typeof run>;

function statusOf({ world: { state } }: Run, kind: string, name: string): unknown {
  return state.objects.get(state.objects.find(kind, 'default', name))?.status;
}

const scale = (at: string, replicas: number): string =>
  `    - { at: ${at}, scale: { deployment: web, replicas: ${replicas} } }`;

describe('a quota', () => {
  it('counts what there is and gives back what has gone', () => {
    const outcome = run([scale('2m', 3), scale('5m', 1)], quota('{ pods: 5, requests.cpu: 1 }') + deployment('web'));
    expect(statusOf(outcome, 'ResourceQuota', 'team')).toEqual({
      hard: { pods: '5', 'requests.cpu': '1' },
      used: { pods: '1', 'requests.cpu': '100m' },
    });
    expect(eventsOf(outcome, 'FailedCreate')).toEqual([]);
  });

  it('refuses the pods that exceed it, as events and as a condition, until there is room', () => {
    const outcome = run([scale('1m', 6), scale('3m', 4)], quota('{ pods: 4 }') + deployment('web', { replicas: 2 }));
    const [first] = eventsOf(outcome, 'FailedCreate');
    expect(first).toMatchObject({ kind: 'ReplicaSet', type: 'Warning' });
    expect(first.message).toMatch(
      /^Error creating: pods "web-[a-z0-9]+-[a-z0-9]{5}" is forbidden: exceeded quota: team, requested: pods=1, used: pods=4, limited: pods=4$/,
    );
    expect(statusOf(outcome, 'Deployment', 'web')).toMatchObject({ replicas: 4, availableReplicas: 4 });
    expect(statusOf(outcome, 'ResourceQuota', 'team')).toMatchObject({ used: { pods: '4' } });
  });

  it('demands that containers say what they need of what it limits', () => {
    const outcome = run([], quota('{ limits.cpu: 4 }') + deployment('web'));
    const [{ message }] = eventsOf(outcome, 'FailedCreate');
    expect(message).toContain('is forbidden: failed quota: team: must specify limits.cpu for: main');
  });

  it('of a scope leaves other pods alone', () => {
    const scoped = quota('{ pods: 0 }', ', scopes: [BestEffort]');
    const outcome = run([], scoped + deployment('web', { replicas: 3 }));
    expect(statusOf(outcome, 'Deployment', 'web')).toMatchObject({ availableReplicas: 3 });
    expect(statusOf(outcome, 'ResourceQuota', 'team')).toMatchObject({ used: { pods: '0' } });
  });

  it('of a kind refuses objects: a Deployment gets no second ReplicaSet', () => {
    const next = '    - { at: 1m, setImage: { deployment: web, container: main, image: "test/web:2" } }';
    const outcome = run([next], quota('{ count/replicasets.apps: 1 }') + deployment('web'));
    const [{ message }] = eventsOf(outcome, 'ReplicaSetCreateError');
    expect(message).toMatch(
      /^Failed to create new replica set "(web-[a-z0-9]+)": replicasets.apps "\1" is forbidden: exceeded quota: team, requested: count\/replicasets.apps=1, used: count\/replicasets.apps=1, limited: count\/replicasets.apps=1$/,
    );
  });

  it('refuses what the timeline applies', () => {
    const claim = `{ apiVersion: v1, kind: PersistentVolumeClaim, metadata: { name: big }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 2Gi } } } }`;
    const outcome = run([`    - { at: 1m, apply: ${claim} }`], quota('{ requests.storage: 1Gi }'));
    const [{ message }] = eventsOf(outcome, 'ActionRefused');
    expect(message).toContain(
      'persistentvolumeclaims "big" is forbidden: exceeded quota: team, requested: requests.storage=2Gi, used: requests.storage=0, limited: requests.storage=1Gi',
    );
  });
});

describe('a quota that comes after pods', () => {
  const late = (seed: number, more: readonly string[] = []): string =>
    scenario(3, `  duration: 15m\n  seed: ${seed}\n  timeline: [${more.join(', ')}]`) +
    deployment('web', { replicas: 5 }) +
    quota('{ pods: 3 }');

  // It is in force from its first status on; pods that came after the controller's list and before that status count from the next recount on.
  it('leaves alone those that were admitted before it was in force', () => {
    const used = [1, 2, 3, 40].map((seed) => {
      const outcome = runScenario(late(seed));
      const { replicas } = statusOf(outcome, 'Deployment', 'web') as { replicas: number };
      expect(statusOf(outcome, 'ResourceQuota', 'team')).toMatchObject({ used: { pods: String(replicas) } });
      return replicas;
    });
    expect(Math.max(...used)).toBeGreaterThan(3);
    expect(Math.min(...used)).toBeGreaterThanOrEqual(3);
  });

  it('excuses no others', () => {
    const { engine, state } = worldOf(late(40, ['{ at: 10m, scale: { deployment: web, replicas: 7 } }']));
    engine.run(590e6);
    const row = state.objects.find('ResourceQuota', 'default', 'team');
    const object = state.objects.get(row) as KubeObject;
    expect(object.status).toEqual({ hard: { pods: '3' }, used: { pods: '4' } });
    state.objects.set(row, { ...object, status: { hard: { pods: '3' }, used: { pods: '1' } } });
    expect(() => engine.run(700e6)).toThrow(/quota default\/team has pods=5 of 3 after a pod was admitted/);
  });

  it('when it is lowered below what is there, refuses what comes', () => {
    const lower =
      '{ at: 2m, apply: { apiVersion: v1, kind: ResourceQuota, metadata: { name: team }, spec: { hard: { pods: 2 } } } }';
    const grow = '{ at: 3m, scale: { deployment: web, replicas: 6 } }';
    const outcome = runScenario(late(2, [lower, grow]));
    const { used } = statusOf(outcome, 'ResourceQuota', 'team') as { used: { pods: string } };
    expect(eventsOf(outcome, 'FailedCreate').at(-1)?.message).toContain(`used: pods=${used.pods}, limited: pods=2`);
  });
});

it('a quota refuses pods that arrive, and says so once for a stream', () => {
  const stream = `  podArrivals:
    - { name: batch, templates: [{ name: small, spec: { containers: [{ name: c, image: x }] } }], sequence: small small small small, every: 10s }`;
  const outcome = runScenario(scenario(3, `  duration: 2m\n${stream}`) + quota('{ pods: 2 }'));
  const refused = eventsOf(outcome, 'FailedCreate');
  expect(refused.map(({ message }) => message)).toEqual([
    'Error from server (Forbidden): pods "batch-2" is forbidden: exceeded quota: team, requested: pods=1, used: pods=2, limited: pods=2',
  ]);
});

describe('a limit range', () => {
  const range = `---
apiVersion: v1
kind: LimitRange
metadata: { name: team }
spec: { limits: [{ type: Container, default: { cpu: 500m }, defaultRequest: { cpu: 250m, memory: 64Mi }, max: { cpu: 1 } }] }
`;

  it('fills in what containers do not say', () => {
    const bare = deployment('web').replace('requests: { cpu: 100m }', 'requests: { memory: 32Mi }');
    const { world } = run([], range + bare);
    const { pods, classes } = world.state;
    const { spec, annotations } = classes.get(pods.podClass[0]);
    expect(spec.containers[0].resources).toEqual({
      requests: { cpu: '250m', memory: '32Mi' },
      limits: { cpu: '500m' },
    });
    expect(annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu request for container main; cpu limit for container main',
    });
  });

  it('refuses what is out of bounds', () => {
    const outcome = run([], range + deployment('web', { cpu: '2', fields: '' }));
    const [{ message }] = eventsOf(outcome, 'FailedCreate');
    expect(message).toMatch(
      /^Error creating: pods "web-[a-z0-9]+-" is forbidden: maximum cpu usage per Container is 1, but request is 2$/,
    );
  });
});

it('PodNodeSelector confines the pods of a namespace, if it is on', () => {
  const on =
    '  controlPlane: { apiServer: { podNodeSelector: { clusterDefaultNodeSelector: "disk=ssd", default: "disk=ssd" } } }';
  const { world } = runScenario(scenario(3, `${on}\n  duration: 1m`) + deployment('web'));
  expect(world.state.classes.get(world.state.pods.podClass[0]).spec.nodeSelector).toEqual({ disk: 'ssd' });
  const other = deployment('web', { pod: ', nodeSelector: { disk: hdd }' });
  const refused = runScenario(scenario(3, `${on}\n  duration: 1m`) + other);
  const [{ message }] = eventsOf(refused, 'FailedCreate');
  expect(message).toContain('is forbidden: pod node label selector conflicts with its namespace node label selector');
});

it('an admission that lets too much pass is noticed', () => {
  const timeline = `  duration: 10m\n  timeline:\n${scale('2m', 3)}`;
  const { engine, state } = worldOf(scenario(3, timeline) + quota('{ pods: 2 }') + deployment('web', { replicas: 2 }));
  engine.run(100e6);
  const row = state.objects.find('ResourceQuota', 'default', 'team');
  const object = state.objects.get(row) as KubeObject;
  // As if a pod had never been charged.
  state.objects.set(row, { ...object, status: { hard: { pods: '2' }, used: { pods: '1' } } });
  expect(() => engine.run(600e6)).toThrow(/quota default\/team has pods=3 of 2 after a pod was admitted/);
});
