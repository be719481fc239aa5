// Argo's Rollouts in whole clusters: who gets the traffic, step by step, and what the commands of its kubectl plugin do.
import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../src/controllers/rollout/rollout-objects.ts';
import type { PodRow } from '../../src/model/rows.ts';
import { rollout } from '../support/argo-manifests.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const CANARY_SERVICES = ['stable', 'canary'];
const routed = (steps: string, more = ''): string =>
  rollout(
    `{ canary: { stableService: stable, canaryService: canary, trafficRouting: { smi: {} }, steps: [${steps}]${more} } }`,
    CANARY_SERVICES,
  );
const entry = (at: string, action: string): string => `    - { at: ${at}, ${action} }\n`;
const toV2 = 'setImage: { kind: Rollout, name: web, container: main, image: test/v2 }';
const command = (at: string, what: string): string => entry(at, `argoRollouts: { rollout: web, command: ${what} }`);

function run(timeline: string, objects: string, spec = '') {
  return runScenario(scenario(3, `  duration: 10m\n  timeline:\n${timeline}${spec}`) + objects);
}

function stored({ world }: ReturnType<typeof run>): Rollout {
  const { objects } = world.state;
  return objects.get(objects.find('Rollout', 'default', 'web')) as Rollout;
}

/** Sizes by image, the oldest first. */
function sets({ world }: ReturnType<typeof run>): string[] {
  const { objects } = world.state;
  return [...objects.ofKind('ReplicaSet')].map((row) => {
    const { spec } = objects.get(row) as unknown as {
      spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
    };
    return `${spec.template.spec.containers[0].image} ${spec.replicas}`;
  });
}

const messages = (outcome: ReturnType<typeof run>, reason: string): string[] =>
  eventsOf(outcome, reason).map(({ message }) => message);

describe('a canary behind a router', () => {
  it('gives the new pods their weight, waits, and goes on when it is promoted', () => {
    const steps = '{ setWeight: 25 }, { pause: {} }, { setWeight: 50 }, { pause: { duration: 20s } }';
    const outcome = run(entry('1m', toV2) + command('3m', 'promote'), routed(steps));
    // Of one object a client sends 25 events in a row, then one in five minutes: later ones are lost.
    const weights = messages(outcome, 'TrafficWeightUpdated').filter((one) => one !== 'Traffic weight updated ');
    expect(weights).toEqual([
      'Traffic weight updated to 0',
      'Traffic weight updated from 0 to 25',
      'Traffic weight updated from 25 to 50',
    ]);
    expect(stored(outcome).status).toMatchObject({
      phase: 'Healthy',
      canary: { weights: { canary: { weight: 0 }, stable: { weight: 100 } } },
    });
    expect(sets(outcome)).toEqual(['test/web 0', 'test/v2 4']);
  });

  it('splits the requests by weight, not by the number of pods', () => {
    const steps = '{ setCanaryScale: { replicas: 4 } }, { setWeight: 10 }, { pause: {} }';
    const traffic = '  traffic: [{ name: users, to: stable, arrivals: { poisson: { rate: 50/s } }, start: 1m }]\n';
    const broken = `  behaviors: [{ image: test/v2, requests: { errorRate: 1 } }]\n`;
    const outcome = run(entry('1m', toV2), routed(steps), traffic + broken);
    expect(sets(outcome)).toEqual(['test/web 4', 'test/v2 4']);
    expect(outcome.summary.requests_error_ratio).toBeGreaterThan(0.08);
    expect(outcome.summary.requests_error_ratio).toBeLessThan(0.11);
  });

  it('goes back at once when it is aborted, and starts over when it is retried', () => {
    const steps = '{ setWeight: 50 }, { pause: {} }';
    const aborted = run(entry('1m', toV2) + command('3m', 'abort'), routed(steps));
    expect(stored(aborted).status).toMatchObject({
      phase: 'Degraded',
      message: 'RolloutAborted: Rollout aborted update to revision 2',
      currentStepIndex: 0,
      canary: { weights: { canary: { weight: 0 }, stable: { weight: 100 } } },
    });
    expect(sets(aborted)).toEqual(['test/web 4', 'test/v2 0']);
    const retried = run(
      entry('1m', toV2) + command('3m', 'abort') + command('5m', 'retry') + command('7m', 'promote, full: true'),
      routed(steps),
    );
    expect(stored(retried).status?.phase).toBe('Healthy');
    expect(sets(retried)).toEqual(['test/web 0', 'test/v2 4']);
  });
});

describe('a canary without a router', () => {
  it('has as many pods as the weight says, and ends by itself', () => {
    const objects = rollout('{ canary: { steps: [{ setWeight: 50 }, { pause: {} }] } }', []);
    expect(sets(run(entry('1m', toV2), objects))).toEqual(['test/web 2', 'test/v2 2']);
    const undone = run(entry('1m', toV2) + command('4m', 'undo'), objects);
    expect(sets(undone)).toEqual(['test/web 4', 'test/v2 0']);
    expect(messages(undone, 'SkipSteps')).toEqual(['Rollback to stable ReplicaSets']);
  });
});

describe('blue-green', () => {
  const strategy = '{ blueGreen: { activeService: active, previewService: preview, autoPromotionEnabled: false } }';
  const objects = rollout(strategy, ['active', 'preview']);

  it('waits beside the old pods, and switches the Service when it is promoted', () => {
    expect(sets(run(entry('1m', toV2), objects))).toEqual(['test/web 4', 'test/v2 4']);
    const promoted = run(entry('1m', toV2) + command('5m', 'promote'), objects);
    expect(messages(promoted, 'SwitchService').at(-1)).toMatch(/^Switched selector for service 'active' from '/);
    expect(sets(promoted)).toEqual(['test/web 0', 'test/v2 4']);
    expect(stored(promoted).status?.phase).toBe('Healthy');
  });

  it('says which Service is missing', () => {
    const lost = run(entry('1m', toV2), rollout(strategy, ['active']));
    expect(stored(lost).status?.message).toBe(
      'InvalidSpec: The Rollout "web" is invalid: spec.strategy.blueGreen.previewService: Invalid value: "preview": service "preview" not found',
    );
  });
});

it('takes the template of the Deployment that it refers to', () => {
  const referring = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 0
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: test/web }] } }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 3
  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  strategy: { canary: {} }
`;
  const outcome = run(entry('2m', 'setImage: { deployment: web, image: test/v2 }'), referring);
  expect(sets(outcome).filter((one) => !one.endsWith(' 0'))).toEqual(['test/v2 3']);
});

it.each([
  [
    'a PodTemplate',
    'v1',
    'PodTemplate',
    (template: string) => `template: ${template}`,
    'selector: { matchLabels: { app: web } }',
  ],
  [
    'a ReplicaSet',
    'apps/v1',
    'ReplicaSet',
    (template: string) => `spec: { replicas: 0, selector: { matchLabels: { app: web } }, template: ${template} }`,
    '',
  ],
])('takes its template from %s, and updates with it', (_what, version, kind, body, selector) => {
  const source = (image: string): string =>
    `{ apiVersion: ${version}, kind: ${kind}, metadata: { name: web }, ${body(
      `{ metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: ${image} }] } }`,
    )} }`;
  const referring = `---
${source('test/web')}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 3
  ${selector}
  workloadRef: { apiVersion: ${version}, kind: ${kind}, name: web, scaleDown: ${kind === 'Deployment' ? 'never' : 'onsuccess'} }
  strategy: { canary: {} }
`;
  const full = (outcome: ReturnType<typeof run>): string[] => sets(outcome).filter((one) => !one.endsWith(' 0'));
  expect(full(run('    []\n', referring))).toEqual(['test/web 3']);
  expect(full(run(entry('2m', `apply: ${source('test/v2')}`), referring))).toEqual(['test/v2 3']);
});

describe('a Rollout that takes over from a Deployment', () => {
  const taking = (scaleDown: string): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: test/web, readinessProbe: { httpGet: { port: 80 } } }] } }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 3
  workloadRef: { apiVersion: apps/v1, kind: Deployment, name: web, scaleDown: ${scaleDown} }
  strategy: { canary: {} }
`;
  const slow = '  behaviors: [{ image: test/web, startup: 20s }]\n';
  const scaled = (outcome: ReturnType<typeof run>): string[] =>
    eventsOf(outcome, 'ScalingReplicaSet').flatMap(({ message, kind }) =>
      kind === 'Deployment' ? [message.replace(/web-[a-z0-9]+/, 'web')] : [],
    );

  it('leaves its pods, takes them when all of its own serve, or one for each that does', () => {
    expect(scaled(run('    []\n', taking('never'), slow))).toEqual(['Scaled up replica set web from 0 to 3']);
    expect(scaled(run('    []\n', taking('onsuccess'), slow)).at(-1)).toBe('Scaled down replica set web from 3 to 0');
    const slowly = scaled(run('    []\n', taking('progressively'), slow));
    expect(slowly.at(-1)).toMatch(/^Scaled down replica set web from [1-3] to 0$/);
  });
});

it('adopts a ReplicaSet of its selector that nobody controls', () => {
  const orphan = `---
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: old, labels: { app: web } }
spec:
  replicas: 2
  selector: { matchLabels: { app: web, old: "yes" } }
  template: { metadata: { labels: { app: web, old: "yes" } }, spec: { containers: [{ name: main, image: test/old }] } }
`;
  const outcome = run('    []\n', orphan + rollout('{ canary: {} }', []));
  const { objects } = outcome.world.state;
  const row = objects.find('ReplicaSet', 'default', 'old');
  expect(objects.get(row)?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Rollout', name: 'web' });
  // It is an old one to it: its pods go.
  expect(sets(outcome)).toEqual(['test/old 0', 'test/web 4']);
});

it('gives pods other labels once their ReplicaSet is the stable one', () => {
  const metadata = 'canaryMetadata: { labels: { role: canary } }, stableMetadata: { labels: { role: stable } }';
  const objects = rollout(`{ canary: { ${metadata}, steps: [{ setWeight: 50 }, { pause: {} }] } }`, []);
  const roles = (outcome: ReturnType<typeof run>): string[] => {
    const { pods, classes } = outcome.world.state;
    const found: string[] = [];
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 1) found.push(classes.get(pods.podClass[pod]).labels['role'] ?? '');
    }
    return found.sort();
  };
  expect(roles(run(entry('1m', toV2), objects))).toEqual(['canary', 'canary', 'stable', 'stable']);
  const promoted = run(entry('1m', toV2) + command('3m', 'promote'), objects);
  expect(roles(promoted)).toEqual(['stable', 'stable', 'stable', 'stable']);
  expect(stored(promoted).status?.phase).toBe('Healthy');
  // The way back finds its ReplicaSet again.
  const back = run(
    entry('1m', toV2) + command('3m', 'promote') + command('5m', 'undo') + command('6m', 'promote'),
    objects,
  );
  expect(sets(back)).toEqual(['test/web 4', 'test/v2 0']);
  expect(roles(back)).toEqual(['stable', 'stable', 'stable', 'stable']);
});

describe('a Rollout at rest', () => {
  const objects = rollout('{ canary: { maxUnavailable: 1 } }', []);

  it('replaces all its pods when it is restarted, one after the other', () => {
    const outcome = run(command('2m', 'restart'), objects);
    expect(sets(outcome)).toEqual(['test/web 4']);
    expect(stored(outcome).status).toMatchObject({ phase: 'Healthy', restartedAt: stored(outcome).spec.restartAt });
    const pods = podsOf(outcome);
    expect(pods.filter(({ created_seconds }) => created_seconds > 120)).toHaveLength(4);
    // Never fewer than three were ready.
    expect(outcome.world.measure.series.slice(6).map((row) => row.kube_pod_status_ready)).not.toContain(2);
  });

  it('rests while it is paused', () => {
    const writes = (timeline: string): number => run(timeline, objects).world.api.counts.writes;
    expect(writes(command('2m', 'pause')) - writes('    []\n')).toBeLessThan(10);
  });
});
