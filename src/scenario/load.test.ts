// Good input: what a scenario means once it is read.
import { figures } from '../world/figures/index.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rate } from '../lib/units.ts';
import { deployment, scenarioOf, service } from '../../test/support/manifests.ts';
import { behaviorOf } from './behaviors.ts';
import { expandJobs } from './expand.ts';
import { loadScenario } from './load.ts';
import type { LoadOptions } from './load.ts';
import type { LoadedScenario, SourceText } from './scenario.ts';

const none = z.strictObject({});
const families = {
  balancers: new Map([
    ['Random', none],
    ['RoundRobin', none],
  ]),
  arrivals: new Map([['poisson', z.strictObject({ rate })]]),
  faults: new Map([['ZoneOutage', z.strictObject({ zone: z.string() })]]),
  jobQueues: new Map(),
  nodeAutoscalers: new Map(),
  policies: new Map(),
  rollouts: new Map([['RollingUpdate', none]]),
  schedulerPlugins: new Map([['NodeName', none]]),
  figures,
};

const WEB =
  deployment('web', { namespace: 'shop', replicas: 3, container: 'web', image: 'shop/web:v1' }) +
  service('web', 'shop');

const scenario = (body: string) => scenarioOf(`  duration: 5m\n${body}`) + WEB;

function load(text: string, options: Partial<LoadOptions> = {}, file = 'some/test.yaml'): LoadedScenario {
  return loadScenario([{ file, text }], { families, ...options });
}

describe('a plain manifest', () => {
  const loaded = load(WEB, {}, 'deploy/My Shop.yaml');

  it('is a scenario of ten minutes on three nodes', () => {
    expect(loaded.scenario).toMatchObject({ name: 'my-shop', durationUs: 600e6, warmupUs: 0, seed: 1, seeds: 1 });
    expect(loaded.scenario.cluster.nodePools).toEqual([
      {
        name: 'default',
        count: 3,
        zones: ['zone-a'],
        region: 'region-1',
        capacity: {
          cpuMilli: 4000,
          memoryBytes: 16 * 2 ** 30,
          ephemeralStorageBytes: 100 * 2 ** 30,
          pods: 110,
          extended: {},
        },
        reservedCpuMilli: 100,
        systemCpuMilli: undefined,
        // 4 - 0.1 cores; 16 Gi - 300 Mi - 100 Mi; 90 % of the disk
        allocatable: {
          cpuMilli: 3900,
          memoryBytes: 16 * 2 ** 30 - 400 * 2 ** 20,
          ephemeralStorageBytes: 90 * 2 ** 30,
          pods: 110,
          extended: {},
        },
        labels: {},
        taints: [],
        hourlyCost: 0,
      },
    ]);
  });

  it('makes the namespace and says so', () => {
    expect(loaded.objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual([
      'Namespace shop',
      'Deployment web',
      'Service web',
    ]);
    expect(loaded.notes).toEqual(['the namespace shop is not in the input and was created']);
  });

  it('lists what it assumes, once each, with marks', () => {
    const fields = loaded.assumptions.map(({ field }) => field);
    expect(new Set(fields).size).toBe(fields.length);
    expect(loaded.assumptions).toContainEqual({
      field: 'spec.controlPlane.etcd.commit',
      value: '{ lognormal: { median: 1.6ms, sigma: 0.5 } }',
      mark: 'P',
    });
    expect(loaded.assumptions).toContainEqual({
      field: 'spec.cluster.nodePools[name=default].capacity.cpu',
      value: '4',
      mark: 'A',
    });
    expect(loaded.assumptions).toContainEqual({
      field: 'spec.behaviors[image=shop/web:v1]',
      value: 'same as [image=*]',
      mark: 'A',
    });
    expect(loaded.assumptions).toContainEqual({ field: 'spec.network.balancer', value: 'Random', mark: 'K' });
  });

  it('takes the command line', () => {
    const other = load(WEB, { nodes: 7, duration: '90s', seed: 9 });
    expect(other.scenario.cluster.nodePools[0]?.count).toBe(7);
    expect(other.scenario).toMatchObject({ durationUs: 90e6, seed: 9 });
    expect(other.assumptions.map(({ field }) => field)).not.toContain('spec.cluster.nodePools[name=default].count');
  });

  it('with Node objects runs on them', () => {
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: { name: n1, labels: { topology.kubernetes.io/zone: z } }\n---\n';
    const other = load(node + WEB);
    expect(other.scenario.cluster.nodePools).toEqual([]);
    expect(other.nodes.map(({ object }) => object.metadata.name)).toEqual(['n1']);
  });

  it('in a List, as kubectl get prints it', () => {
    const items = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', uid: 'x', resourceVersion: '5' } },
        {
          apiVersion: 'v1',
          kind: 'ServiceList',
          items: [{ metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } }],
        },
      ],
    });
    expect(load(items).objects.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual([
      'ConfigMap a',
      'Service s',
    ]);
  });
});

describe('what is not simulated', () => {
  const text = `${WEB}---
apiVersion: v1
kind: ServiceAccount
metadata: { name: c, namespace: shop }
---
apiVersion: v1
kind: Pod
metadata: { name: p, namespace: shop, uid: 5d9c2a4e-0000-4000-8000-000000000000, resourceVersion: "7" }
spec: { hostname: here, containers: [{ name: a, image: b, tty: true }] }
status: { phase: Running }
`;
  it('is listed with its place', () => {
    expect(load(text).ignored).toEqual([
      { object: 'ServiceAccount/shop/c', path: '', place: { file: 'some/test.yaml', line: 17, column: 1 } },
      { object: 'Pod/shop/p', path: 'spec.containers[].tty', place: { file: 'some/test.yaml', line: 24, column: 59 } },
      { object: 'Pod/shop/p', path: 'spec.hostname', place: { file: 'some/test.yaml', line: 24, column: 9 } },
    ]);
  });
  it('is refused by --strict', () => {
    expect(() => load(text, { strict: true })).toThrow(
      'some/test.yaml:24:9: spec.hostname: has no effect on the simulation, which --strict refuses',
    );
    expect(() => load(text, { strict: true })).toThrow('ServiceAccount/shop/c is not simulated');
    expect(load(WEB, { strict: true }).ignored).toEqual([]);
  });
});

describe('a scenario', () => {
  it('sorts its timeline, keeping the order of the file at one time', () => {
    const { timeline } = load(
      scenario(`  timeline:
    - { at: 2m, scale: { deployment: web, namespace: shop, replicas: 5 } }
    - { at: 1m, rolloutRestart: { deployment: web, namespace: shop } }
    - { at: 2m, setImage: { deployment: web, namespace: shop, image: x } }`),
    ).scenario;
    expect(timeline.map(({ atUs, action, place }) => [atUs, action.type, place.line])).toEqual([
      [60e6, 'rolloutRestart', 8],
      [120e6, 'scale', 7],
      [120e6, 'setImage', 9],
    ]);
    expect(timeline[2]?.action).toMatchObject({ container: 'web' });
  });

  it('keeps the arguments of families as written', () => {
    const { traffic, network } = load(
      scenario(`  traffic: [{ name: u, to: shop/web, arrivals: { poisson: { rate: 5/s } } }]
  network: { balancers: { shop/web: RoundRobin } }`),
    ).scenario;
    expect(traffic[0]).toMatchObject({
      to: { namespace: 'shop', name: 'web' },
      arrivals: { name: 'poisson', args: { rate: '5/s' } },
      timeoutUs: 1e6,
      retries: { max: 0, backoffUs: 100e3, jitter: 0.2 },
      startUs: 0,
      stopUs: 300e6,
    });
    expect(network.balancers).toEqual([{ namespace: 'shop', name: 'web', balancer: { name: 'RoundRobin', args: {} } }]);
  });

  it('resolves a call in the namespace of the caller', () => {
    const { behaviors } = load(scenario('  behaviors: [{ image: shop/web, calls: [{ service: web }] }]')).scenario;
    expect(behaviors[0]?.calls[0]?.service).toEqual({ namespace: undefined, name: 'web' });
  });

  it('finds the behaviour of an image by tag, by name, else the default', () => {
    const both = load(
      scenario('  behaviors: [{ image: "shop/web:v1", imageSize: 5MB }, { image: shop/web }]'),
    ).scenario;
    expect(behaviorOf(both, 'shop/web:v1').imageSizeBytes).toBe(5e6);
    expect(behaviorOf(both, 'shop/web:v2@sha256:00').image).toBe('shop/web');
    expect(behaviorOf(both, 'shop/web:v2').imageSizeBytes).toBe(120e6);
    expect(behaviorOf(both, 'localhost:5000/x')).toBe(both.defaultBehavior);
    const all = load(scenario('  behaviors: [{ image: "*", requests: { concurrency: 1 } }]')).scenario;
    expect(behaviorOf(all, 'anything').requests.concurrency).toBe(1);
  });

  it('says which image falls back on the default behaviour, and what that is', () => {
    const assumed = (body: string) => {
      const { assumptions, notes } = load(scenario(body));
      return [assumptions.filter(({ field }) => field.includes('[image=*]')).length, notes.slice(1)];
    };
    expect(assumed('  behaviors: [{ image: shop/web }]')).toEqual([0, []]);
    expect(assumed('')).toEqual([9, []]);
    expect(assumed('  behaviors: [{ image: "shop/web:v2" }]')).toEqual([
      9,
      [
        'no container runs the image shop/web:v2 of spec.behaviors (did you mean "shop/web:v1"?)',
        'shop/web:v1 has the default behaviour; spec.behaviors has shop/web:v2 (write "shop/web" for every tag)',
      ],
    ]);
  });

  it('reads an empty field as an absent one', () => {
    expect(load(scenario('  behaviors:\n  warmup:\n  network:\n')).scenario.warmupUs).toBe(0);
  });
});

describe('the preset ideal', () => {
  const { scenario: ideal, assumptions } = load(scenario('  preset: ideal\n  kubelet: { sandbox: 3ms }'));
  it('takes all delays to zero and lifts limits, but for what the scenario says', () => {
    const zero = { type: 'constant', value: 0 };
    expect(ideal.controlPlane.etcd.commit).toEqual(zero);
    expect(ideal.controlPlane.clients.controllers.qps).toBe(0);
    expect(ideal.kubelet.sandbox).toEqual({ type: 'constant', value: 3000 });
    expect(ideal.kubelet.imagePull.bandwidth).toBe(Number.POSITIVE_INFINITY);
    expect(ideal.kubelet.cachedImages).toEqual(['*']);
    expect(Object.values(ideal.network.links)).toEqual([zero, zero, zero, zero, zero]);
    expect(ideal.scheduler.cycle).toEqual({ fixedUs: 0, perNodeFilteredUs: 0, perNodeScoredUs: 0 });
    expect(ideal.defaultBehavior.startup).toEqual(zero);
    expect(ideal.defaultBehavior.requests.service).toEqual({ type: 'lognormal', median: 5000, sigma: 0.5 });
  });
  it('is no assumption', () => {
    expect(assumptions.map(({ field }) => field)).not.toContain('spec.controlPlane.etcd.commit');
  });
});

describe('the hash', () => {
  const hash = (body: string, options: Partial<LoadOptions> = {}) => load(scenario(body), options).hash;
  it('depends on what decides what happens, and on nothing else', () => {
    const plain = hash('  warmup: 1m');
    expect(hash('  # a comment\n  "warmup": 60s')).toBe(plain);
    expect(hash('  warmup: 1m\n  seed: 5\n  seeds: 3')).toBe(plain);
    expect(hash('  warmup: 1m\n  expect: [pods.ready > 1]')).toBe(plain);
    expect(hash('', { set: ['spec.warmup=1m'] })).toBe(plain);
    expect(hash('  warmup: 2m')).not.toBe(plain);
    expect(hash('  warmup: 1m', { set: ['Deployment/shop/web:/spec/replicas=4'] })).not.toBe(plain);
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('jobs', () => {
  const sweep =
    '  seed: 7\n  seeds: 2\n  sweep: { spec.warmup: [0, 1m], "Deployment/shop/web:/spec/replicas": [1, 2, 3] }';
  const jobs = expandJobs(load(scenario(sweep)), { families });

  it('are all cells with all seeds', () => {
    expect(jobs).toHaveLength(12);
    expect(jobs.map(({ seed }) => seed).slice(0, 3)).toEqual([7, 8, 7]);
    expect(new Set(jobs.map(({ id }) => id)).size).toBe(12);
    expect(jobs[0]?.id).toMatch(/^cell-[0-9a-f]{8}\/seed-7$/);
    expect(jobs.map(({ axes }) => axes.map(({ value }) => value))[11]).toEqual(['1m', 3]);
  });

  it('hold the scenario of their cell', () => {
    const last = jobs[11]?.loaded;
    expect(last?.scenario.warmupUs).toBe(60e6);
    expect(last?.objects.find(({ object }) => object.kind === 'Deployment')?.object['spec']).toMatchObject({
      replicas: 3,
    });
    expect(last?.overrides.set).toEqual(['spec.warmup="1m"', 'Deployment/shop/web:/spec/replicas=3']);
  });

  it('know which expectations are about them', () => {
    const about = '  expect: [pods.ready > 0, "pods.ready where web.replicas=2,warmup=1m > 1"]';
    const loaded = load(scenario(`${sweep}\n${about}`));
    expect(loaded.scenario.sweep.map(({ label }) => label)).toEqual(['warmup', 'web.replicas']);
    const applies = expandJobs(loaded, { families }).map((job) => job.loaded.scenario.expect.map((one) => one.applies));
    expect(applies.filter(([first]) => first)).toHaveLength(12);
    expect(applies.flatMap(([, second], at) => (second ? [at] : []))).toEqual([8, 9]);
    expect(expandJobs(loaded, { families, base: true }).map(({ id }) => id)).toEqual(['seed-7', 'seed-8']);
  });

  it('may get their axes from the command line', () => {
    const vary = ['spec.warmup=1s,2s', 'spec.behaviors=[],[{ image: a }]'];
    const loaded = load(scenario(sweep), { vary });
    expect(loaded.scenario.sweep.map(({ values }) => values)).toEqual([
      ['1s', '2s'],
      [1, 2, 3],
      [[], [{ image: 'a' }]],
    ]);
    expect(expandJobs(loaded, { families })).toHaveLength(24);
  });

  it('of an expectation about a cell that is not there are refused, unless the command line changed the axes', () => {
    const text = scenario(`${sweep}\n  expect: ["pods.ready where web.replicas=5 > 1"]`);
    expect(() => load(text)).toThrow('the sweep has no such cell');
    expect(load(text, { vary: ['spec.warmup=0'] }).scenario.expect).toHaveLength(1);
  });

  it('keep their ids when the sweep grows', () => {
    const more = sweep.replace('[1, 2, 3]', '[0, 1, 2, 3]').replace('seeds: 2', 'seeds: 3');
    const ids = new Set(expandJobs(load(scenario(more)), { families }).map(({ id }) => id));
    expect(jobs.every(({ id }) => ids.has(id))).toBe(true);
  });

  it('without a sweep are named by their seed, and can be sent to another thread', () => {
    const [job] = expandJobs(load(WEB), { families, seeds: 1 });
    expect(job?.id).toBe('seed-1');
    expect(structuredClone(job)).toEqual(job);
  });

  it('read no file again', () => {
    let reads = 0;
    const text = scenario('  manifests: [more.yaml]\n  sweep: { spec.warmup: [0, 1s] }');
    const readFile = (relative: string): SourceText => {
      reads += 1;
      return { file: `some/${relative}`, text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n' };
    };
    expect(expandJobs(load(text, { readFile }), { families })).toHaveLength(2);
    expect(reads).toBe(1);
  });
});
