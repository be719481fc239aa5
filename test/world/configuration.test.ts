// ConfigMaps and Secrets in whole runs: what a container waits for that misses one, and when a process sees what has changed.
import { describe, expect, it } from 'vitest';
import { containerReasons, ContainerState } from '../../src/model/containers.ts';
import type { World } from '../../src/world/build.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { type FinishedRun, jobOf, runScenario, worldOf } from '../support/world-rig.ts';

const object = (kind: string, name: string, data: string): string =>
  `{ apiVersion: v1, kind: ${kind}, metadata: { name: ${name}, namespace: default }, ${data} }`;

/** `waiting for a reason` or `running`, of the only container of the only pod. */
function containerAt(world: World, seconds: number): string {
  world.engine.run(seconds * 1e6);
  const { containers, pods } = world.state;
  const row = pods.firstContainer[0];
  return containers.state[row] === ContainerState.Running ? 'running' : containerReasons[containers.reason[row]];
}

describe('a container that misses what it is configured with', () => {
  const env = (source: string): string => `, env: [{ name: A, valueFrom: { ${source} } }]`;
  const map = object('ConfigMap', 'flags', 'data: { a: x }');
  const secret = object('Secret', 'key', 'stringData: { a: x }');

  it.each([
    ['a ConfigMap', env('configMapKeyRef: { name: flags, key: a }'), map, ''],
    ['a Secret', env('secretKeyRef: { name: key, key: a }'), secret, ''],
    ['a whole ConfigMap', ', envFrom: [{ configMapRef: { name: flags } }]', map, ''],
    [
      'a key',
      env('configMapKeyRef: { name: flags, key: a }'),
      map,
      `---\n${object('ConfigMap', 'flags', 'data: { b: x }')}\n`,
    ],
    [
      'a key of a Secret',
      env('secretKeyRef: { name: key, key: a }'),
      secret,
      `---\n${object('Secret', 'key', 'stringData: { b: x }')}\n`,
    ],
  ])('waits with CreateContainerConfigError for %s, and starts at one of the next tries', (_, fields, late, before) => {
    const head = scenario(1, `  duration: 5m\n  timeline: [{ at: 2m, apply: ${late} }]`);
    const world = worldOf(head + deployment('web', { fields }) + before);
    expect(containerAt(world, 60)).toBe('CreateContainerConfigError');
    expect(containerAt(world, 119)).toBe('CreateContainerConfigError');
    // Nothing tells the kubelet: it tries every 10 to 15 s, on its tick.
    expect(containerAt(world, 120.5)).toBe('CreateContainerConfigError');
    expect(containerAt(world, 137)).toBe('running');
  });

  it.each([
    ['an optional key', env('configMapKeyRef: { name: flags, key: a, optional: true }'), ''],
    [
      'an optional key of a ConfigMap that is there without it',
      env('configMapKeyRef: { name: flags, key: a, optional: true }'),
      `---\n${object('ConfigMap', 'flags', 'data: { b: x }')}\n`,
    ],
    [
      'an optional key of a Secret that is there without it',
      env('secretKeyRef: { name: key, key: a, optional: true }'),
      `---\n${object('Secret', 'key', 'stringData: { b: x }')}\n`,
    ],
    ['an optional Secret', ', envFrom: [{ secretRef: { name: key, optional: true } }]', ''],
  ])('does not wait for %s', (_, fields, before) => {
    const world = worldOf(scenario(1, '  duration: 5m') + deployment('web', { fields }) + before);
    expect(containerAt(world, 20)).toBe('running');
  });

  it('is not created before its volume is there, unless that is optional', () => {
    const mounted = (optional: boolean): World => {
      const pod = `, volumes: [{ name: v, configMap: { name: flags, optional: ${optional} } }]`;
      const fields = ', volumeMounts: [{ name: v, mountPath: /etc/flags }]';
      const head = scenario(1, `  duration: 10m\n  timeline: [{ at: 2m, apply: ${map} }]`);
      return worldOf(head + deployment('web', { fields, pod }));
    };
    expect(containerAt(mounted(true), 20)).toBe('running');
    const world = mounted(false);
    expect(containerAt(world, 119)).toBe('ContainerCreating');
    // Set-ups that fail are tried again after 0.5 s, 1 s … and 2 min 2 s at most.
    expect(containerAt(world, 260)).toBe('running');
  });
});

describe('a volume that names keys', () => {
  it.each([
    ['a ConfigMap', 'configMap: { name: flags, items: [{ key: a, path: a }] }', 'ConfigMap', 'data', 'config'],
    ['a Secret', 'secret: { secretName: flags, items: [{ key: a, path: a }] }', 'Secret', 'stringData', 'secret'],
    [
      'a projection',
      'projected: { sources: [{ configMap: { name: flags, items: [{ key: a, path: a }] } }] }',
      'ConfigMap',
      'data',
      'config',
    ],
  ])('is set up when %s has them', (_, source, kind, data, what) => {
    const late = object(kind, 'flags', `${data}: { a: x }`);
    const head = scenario(1, `  duration: 10m\n  timeline: [{ at: 2m, apply: ${late} }]`);
    const fields = ', volumeMounts: [{ name: v, mountPath: /etc/flags }]';
    const web = deployment('web', { fields, pod: `, volumes: [{ name: v, ${source} }]` });
    const world = worldOf(`${head}${web}---\n${object(kind, 'flags', `${data}: { b: x }`)}\n`);
    expect(containerAt(world, 119)).toBe('ContainerCreating');
    const { events } = world.state;
    const said = Array.from({ length: events.length }, (_unused, row) => events.messages.get(events.message[row]));
    expect(said.map(({ message }) => message).join('\n')).toContain(
      `MountVolume.SetUp failed for volume "v" : references non-existent ${what} key: a`,
    );
    expect(containerAt(world, 260)).toBe('running');
  });
});

describe('an image of a private registry', () => {
  it('is not pulled without the secret, and is at the first try after it has come', () => {
    const secret = object('Secret', 'registry', 'stringData: { .dockerconfigjson: "{}" }');
    const head = scenario(
      1,
      `  duration: 10m\n  behaviors: [{ image: test/web, private: true }]\n  timeline: [{ at: 2m, apply: ${secret} }]`,
    );
    const world = worldOf(head + deployment('web', { pod: ', imagePullSecrets: [{ name: registry }]' }));
    const seen = new Set(Array.from({ length: 119 }, (_, i) => containerAt(world, i + 1)));
    expect([...seen]).toEqual(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff']);
    // Tries at about 0, 10, 30, 70 and 150 s, each up to 15 s late, and a pull of some seconds.
    expect(containerAt(world, 149)).not.toBe('running');
    expect(containerAt(world, 225)).toBe('running');
  });
});

describe('a process whose work depends on its configuration', () => {
  const SLOW = '{ configMap: flags, key: mode, value: careful, slows: 10 }';

  interface Given {
    readonly effects?: string;
    readonly fields: string;
    readonly pod?: string;
    readonly timeline: string;
    readonly replicas?: number;
    readonly objects?: string;
  }

  const flags = (mode: string): string => object('ConfigMap', 'flags', `data: { mode: ${mode} }`);
  const change = (at: string, mode: string): string => `{ at: ${at}, apply: ${flags(mode)} }`;
  const volume = ', volumes: [{ name: v, configMap: { name: flags } }]';
  const file = ', volumeMounts: [{ name: v, mountPath: /etc/flags }]';
  const environment = ', env: [{ name: MODE, valueFrom: { configMapKeyRef: { name: flags, key: mode } } }]';

  const run = ({
    effects = SLOW,
    fields,
    pod = '',
    timeline,
    replicas = 1,
    objects = flags('quick'),
  }: Given): FinishedRun =>
    runScenario(
      scenario(
        2,
        `  duration: 10m
  interval: 5s
  behaviors: [{ image: test/web, requests: { service: 10ms }, config: [${effects}] }]
  traffic: [{ name: users, to: web, start: 30s, arrivals: { constant: { rate: 10/s } } }]
  timeline: [${timeline}]`,
      ) +
        `---\n${objects}\n` +
        deployment('web', { replicas, fields, pod }) +
        service('web'),
    );

  /** Ends of the intervals in which requests took 100 ms. */
  const slow = ({ world }: FinishedRun): number[] =>
    world.measure.series
      .filter(({ request_duration_seconds_p50: half }) => Number(half) > 0.09)
      .map(({ time_seconds: end }) => end);

  it('sees a changed file when its kubelet has synced the pod, and one changed back, too', () => {
    const seen = slow(
      run({ fields: file, pod: volume, timeline: `${change('3m', 'careful')}, ${change('6m', 'quick')}` }),
    );
    // A pod is synced every 60 to 90 s.
    expect(seen.at(0)).toBeGreaterThan(180);
    expect(seen.at(0)).toBeLessThanOrEqual(275);
    expect(seen.at(-1)).toBeGreaterThan(360);
    expect(seen.at(-1)).toBeLessThanOrEqual(455);
  });

  it.each([
    ['its environment', environment, ''],
    ['a file that is mounted by subPath', ', volumeMounts: [{ name: v, mountPath: /f, subPath: mode }]', volume],
  ])('never sees a change in %s until it starts again', (_, fields, pod) => {
    const changed = change('3m', 'careful');
    expect(slow(run({ fields, pod, timeline: changed }))).toEqual([]);
    const restart = '{ at: 6m, fault: { PodCrash: { deployment: web } } }';
    const [first] = slow(run({ fields, pod, timeline: `${changed}, ${restart}` }));
    expect(first).toBeGreaterThan(360);
    expect(first).toBeLessThan(380);
  });

  it('sees nothing of what its container does not get', () => {
    expect(slow(run({ fields: '', timeline: change('3m', 'careful') }))).toEqual([]);
    const other = ', volumes: [{ name: v, configMap: { name: flags, items: [{ key: other, path: f }] } }]';
    const objects = object('ConfigMap', 'flags', 'data: { mode: quick, other: x }');
    const only = { fields: file, pod: other, objects, timeline: change('3m', 'careful') };
    expect(slow(run(only))).toEqual([]);
  });

  it('ends with its exit code when it reads what it cannot read; those that have it in their environment run on', () => {
    const effects = '{ secret: key, key: token, exitCode: 3 }';
    const given = {
      effects,
      objects: object('Secret', 'key', 'stringData: { token: x }'),
      timeline: '{ at: 3m, patch: { kind: Secret, name: key, patch: { data: { token: null } } } }',
    };
    const restarts = ({ world: { state } }: FinishedRun): number =>
      state.containers.restarts[state.pods.firstContainer[0]];
    const inVolume = ', volumes: [{ name: v, projected: { sources: [{ secret: { name: key } }] } }]';
    const crashed = run({ ...given, fields: file, pod: inVolume });
    expect(restarts(crashed)).toBeGreaterThan(2);
    expect(crashed.world.state.containers.last.get(0)).toMatchObject({ exitCode: 3 });
    const optional = ', env: [{ name: T, valueFrom: { secretKeyRef: { name: key, key: token } } }]';
    expect(restarts(run({ ...given, fields: optional }))).toBe(0);
  });

  it('sees each pod by itself', () => {
    const both = slow(run({ replicas: 2, fields: file, pod: volume, timeline: change('3m', 'careful') }));
    const one = slow(run({ fields: file, pod: volume, timeline: change('3m', 'careful') }));
    expect(both.length).toBeGreaterThan(0);
    expect(both.at(0)).not.toBe(one.at(0));
  });
});

describe('what a value does', () => {
  it.each([
    ['{ key: a, slows: 2 }', 'needs either `configMap` or `secret`'],
    ['{ configMap: a, secret: b, key: k }', 'needs either `configMap` or `secret`'],
    ['{ configMap: a, key: k, slows: 0 }', 'slows'],
    ['{ configMap: a, key: k, exitCode: 256 }', 'exitCode'],
    ['{ configMap: a, key: k, slow: 2 }', 'did you mean "slows"?'],
  ])('%s is refused', (effect, message) => {
    const text = scenario(1, `  duration: 1m\n  behaviors: [{ image: a, config: [${effect}] }]`);
    expect(() => jobOf(text)).toThrow(message);
  });
});
