// The resource surface: whole v1 objects of every kind in and out, refusals in the API server's words, watches as late as they are.
import { describe, expect, it } from 'vitest';
import { idealApi, template } from '../../../test/support/cluster-rig.ts';
import { Engine } from '../../engine/engine.ts';
import type { Script } from '../../engine/script.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { ClusterState } from '../../model/state.ts';
import { ApiClient } from '../client.ts';
import { ApiServer } from '../server.ts';
import type { ApiSettings } from '../settings.ts';
import { type Answer, Resources, type Target } from './resources.ts';
import type { IdentityRow, NodeRow, ObjectRow } from '../../model/rows.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;

function world(settings: Partial<ApiSettings> = {}) {
  const engine = new Engine({ seed: 1 });
  const state = new ClusterState('1');
  const amounts = { cpu: 4000, memory: 2 ** 34, pods: 110 };
  const spec = { labels: {}, taints: [], unschedulable: false, capacity: amounts, allocatable: amounts, hourlyCost: 0 };
  for (const name of ['n0', 'n1']) state.addNode({ name, ...spec }, 0);
  const api = new ApiServer(engine, state, { ...idealApi, ...settings });
  const client = new ApiClient(api, 'test', { qps: Infinity, burst: 1 });
  const resources = new Resources(client);
  const tell = <T>(script: (out: T[]) => Script): T[] => {
    const out: T[] = [];
    engine.spawn('story', script(out));
    engine.run(engine.now + 3600e6);
    return out;
  };
  /** Does requests one after the other. */
  const answers = (...requests: (() => ReturnType<Resources['get']>)[]): Answer[] =>
    tell<Answer>(function* (out) {
      for (const request of requests) out.push(yield* request().wait());
    });
  return { engine, state, api, client, resources, tell, answers };
}

const target = (apiVersion: string, kind: string, name: string, namespace?: string): Target => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});
const WEB = target('apps/v1', 'Deployment', 'web');

const web = (replicas?: number): KubeObject => ({
  ...WEB,
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: 'a' } },
    template: template(['web:1']),
  },
});
const pod = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  ...target('v1', 'Pod', name),
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'a:1' }] },
});

const definitionOfWidgets = (scope: string): KubeObject & { readonly spec: object } => ({
  ...target('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com'),
  spec: {
    group: 'example.com',
    scope,
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

const failureOf = (answer: Answer): string =>
  'failure' in answer ? `${answer.failure.code} ${answer.failure.reason}: ${answer.failure.message}` : 'accepted';
/** With the fields of a workload. */
interface Workload extends KubeObject {
  readonly spec?: { readonly replicas?: number };
}
const objectOf = (answer: Answer): Workload => {
  if ('failure' in answer) expect.fail(answer.failure.message);
  return answer.object;
};

describe('create', () => {
  it('gives the object as the API server stores it, with defaults and a uid', () => {
    const { answers, resources } = world();
    const [made] = answers(() => resources.create(web()));
    expect(objectOf(made)).toMatchObject({
      metadata: { name: 'web', namespace: 'default', generation: 1, resourceVersion: '1' },
      spec: { replicas: 1, strategy: { type: 'RollingUpdate' }, progressDeadlineSeconds: 600 },
    });
    expect(objectOf(made).metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a name that is taken, what is invalid and a kind that is not served, and changes nothing', () => {
    const { answers, resources, state } = world();
    const strange = { apiVersion: 'example.com/v1', kind: 'Strange', metadata: { name: 'x' } };
    const said = answers(
      () => resources.create(web()),
      () => resources.create(web()),
      () => resources.create({ ...web(-3), metadata: { name: 'other' } }),
      () => resources.create(strange),
      () => resources.create(pod('p')),
      () => resources.create(pod('p')),
    ).map(failureOf);
    expect(said).toEqual([
      'accepted',
      '409 AlreadyExists: deployments.apps "web" already exists',
      '422 Invalid: Deployment.apps "other" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0',
      '404 NotFound: the server could not find the requested resource',
      'accepted',
      '409 AlreadyExists: pods "p" already exists',
    ]);
    expect(state.objects.length).toBe(1);
    expect(state.pods.count).toBe(1);
  });

  it('refuses a second global default among priority classes, when it is created or changed', () => {
    const { answers, resources } = world();
    const named = (name: string): Target => target('scheduling.k8s.io/v1', 'PriorityClass', name);
    const classOf = (name: string, value: number, globalDefault = true) => ({ ...named(name), value, globalDefault });
    const says = (description: string, globalDefault = true) =>
      ({ type: 'merge', patch: { description, globalDefault } }) as const;
    const refused = (name: string) =>
      `403 Forbidden: priorityclasses.scheduling.k8s.io "${name}" is forbidden: ` +
      'PriorityClass usual is already marked as default. Only one default can exist';
    const said = answers(
      () => resources.create(classOf('usual', 7)),
      () => resources.create(classOf('other', 3)),
      () => resources.create(classOf('third', 3, false)),
      () => resources.patch(named('third'), says('mine')),
      () => resources.patch(named('usual'), says('still the default')),
      () => resources.patch(named('usual'), says('no longer', false)),
      () => resources.patch(named('third'), says('mine')),
    ).map(failureOf);
    const ok = 'accepted';
    expect(said).toEqual([ok, refused('other'), ok, refused('third'), ok, ok, ok]);
  });

  it('serves a custom kind once it is defined', () => {
    const { answers, resources } = world();
    const definition = definitionOfWidgets('Namespaced');
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { size: 3 } };
    const [early, , made, found] = answers(
      () => resources.create(widget),
      () => resources.create(definition),
      () => resources.create(widget),
      () => resources.get(target('example.com/v1', 'Widget', 'w')),
    );
    expect(failureOf(early)).toContain('404');
    expect(objectOf(made)).toMatchObject({ metadata: { namespace: 'default' }, spec: { size: 3 } });
    expect(objectOf(found)).toEqual(objectOf(made));
  });
});

it('an object of a cluster-wide custom kind has no namespace', () => {
  const { answers, resources } = world();
  const definition = definitionOfWidgets('Cluster');
  const widget = target('example.com/v1', 'Widget', 'w', 'default');
  const [, made, found] = answers(
    () => resources.create(definition),
    () => resources.create(widget),
    () => resources.get(widget),
  );
  expect(objectOf(made).metadata.namespace).toBeUndefined();
  expect(objectOf(found)).toEqual(objectOf(made));
  expect(resources.has(widget)).toBe(true);
});

describe('update and patch', () => {
  it('are validated like creations, and a refused one changes nothing', () => {
    const { answers, resources } = world();
    const patch = (type: 'strategic' | 'merge', spec: object) => () => resources.patch(WEB, { type, patch: { spec } });
    const [made, ...rest] = answers(
      () => resources.create(web(2)),
      patch('strategic', { replicas: -3 }),
      patch('merge', { selector: { matchLabels: { app: 'b' } } }),
      patch('strategic', { strategy: { type: 'Recreate' } }),
      patch('strategic', { strategy: { type: 'Recreate', rollingUpdate: null } }),
      () => resources.patch(WEB, { type: 'json', patch: [{ op: 'replace', path: '/spec/replicas', value: 4 }] }),
      () => resources.patch(WEB, { type: 'json', patch: [{ op: 'test', path: '/spec/replicas', value: 5 }] }),
      () => resources.get(WEB),
    );
    expect(rest.map(failureOf).map((text) => text.slice(0, 11))).toEqual([
      '422 Invalid',
      '422 Invalid',
      '422 Invalid',
      'accepted',
      'accepted',
      expect.stringMatching(/^4\d\d /) as string,
      'accepted',
    ]);
    const last = objectOf(rest.at(-1) as Answer);
    expect(last.spec).toMatchObject({ replicas: 4, strategy: { type: 'Recreate' } });
    expect(last.metadata).toMatchObject({ generation: 3, uid: objectOf(made).metadata.uid });
  });

  it('are guarded by the resourceVersion that the client read', () => {
    const { answers, resources } = world();
    const [made] = answers(() => resources.create(web(2)));
    const read = objectOf(made);
    const said = answers(
      () => resources.update({ ...read, spec: { ...read.spec, replicas: 3 } }),
      () => resources.update({ ...read, spec: { ...read.spec, replicas: 4 } }),
      () => resources.delete(WEB, { uid: 'another' }),
    );
    expect(said.map(failureOf).map((text) => text.slice(0, 12))).toEqual(['accepted', '409 Conflict', '409 Conflict']);
  });

  it('that change nothing make no new version', () => {
    const { answers, resources, state } = world();
    const [, same] = answers(
      () => resources.create(web(2)),
      () => resources.patch(WEB, { type: 'strategic', patch: { spec: { replicas: 2 } } }),
    );
    expect(objectOf(same).metadata.resourceVersion).toBe('1');
    expect(state.resourceVersion).toBe(1);
  });

  it('of a status leave the spec alone', () => {
    const { answers, resources } = world();
    const [made, after] = answers(
      () => resources.create(web(2)),
      () => resources.updateStatus({ ...web(9), status: { replicas: 7 } }),
    );
    expect(objectOf(after).spec).toEqual(objectOf(made).spec);
    expect(objectOf(after).status).toMatchObject({ replicas: 7 });
  });

  it('of a node change labels, taints and whether it takes pods', () => {
    const { answers, resources } = world();
    const n0 = target('v1', 'Node', 'n0');
    const taints = [{ key: 'a', effect: 'NoSchedule' }];
    const patch = { metadata: { labels: { disk: 'ssd' } }, spec: { unschedulable: true, taints } };
    const [after, moved] = answers(
      () => resources.patch(n0, { type: 'strategic', patch }),
      () => resources.patch(n0, { type: 'merge', patch: { metadata: { labels: { 'kubernetes.io/hostname': 'x' } } } }),
    );
    expect(objectOf(after)).toMatchObject({
      metadata: { labels: { disk: 'ssd' } },
      spec: { unschedulable: true, taints },
    });
    expect(failureOf(moved)).toContain('not simulated');
  });
});

describe('scale', () => {
  it('reads and writes the number of replicas', () => {
    const { answers, resources } = world();
    const [, before, after, refused] = answers(
      () => resources.create(web(2)),
      () => resources.getScale(WEB),
      () => resources.updateScale(WEB, 5),
      () => resources.updateScale(WEB, -1),
    );
    expect(objectOf(before)).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { selector: 'app=a' } });
    expect(objectOf(after).spec?.replicas).toBe(5);
    expect(failureOf(refused)).toContain('422 Invalid');
  });

  it('knows the pods of a ReplicationController by its map of labels', () => {
    const { answers, resources } = world();
    const { spec, metadata } = web(2);
    const old = {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata,
      spec: { ...spec, selector: { app: 'a' } },
    };
    const [, scale] = answers(
      () => resources.create(old),
      () => resources.getScale(old),
    );
    expect(objectOf(scale)).toMatchObject({ spec: { replicas: 2 }, status: { selector: 'app=a' } });
  });
});

describe('delete', () => {
  it.each([
    ['Background', undefined],
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ] as const)('%s leaves %s for the garbage collector', (propagation, finalizers) => {
    const { answers, resources, state } = world();
    const [, gone] = answers(
      () => resources.create(web()),
      () => resources.delete(WEB, { propagation }),
    );
    const left = state.objects.get(0 as ObjectRow);
    expect(left?.metadata.finalizers).toEqual(finalizers);
    expect(left === undefined).toBe(finalizers === undefined);
    if (left !== undefined) expect(objectOf(gone).metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
  });

  it('of what is not there says so', () => {
    const { answers, resources } = world();
    const [said] = answers(() => resources.delete(target('v1', 'Pod', 'p', 'shop')));
    expect(failureOf(said)).toBe('404 NotFound: pods "p" not found');
  });
});

describe('list', () => {
  it('selects by namespace, labels and the fields of the kind', () => {
    const { resources, tell } = world();
    const list = (selection: Parameters<Resources['list']>[2]) =>
      tell<string>(function* (out) {
        const answer = yield* resources.list('v1', 'Pod', selection).wait();
        if ('failure' in answer) out.push(answer.failure.message);
        else out.push(...answer.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      });
    tell(function* () {
      yield* resources.create(pod('a', { app: 'x' })).wait();
      yield* resources.create(pod('b', { app: 'y' })).wait();
      yield* resources.create({ ...pod('c', { app: 'x' }), metadata: { name: 'c', namespace: 'shop' } }).wait();
      yield* resources.bind('default', 'b', 'n1').wait();
    });
    expect(list({})).toEqual(['default/a', 'default/b', 'shop/c']);
    expect(list({ namespace: 'shop' })).toEqual(['shop/c']);
    expect(list({ labelSelector: 'app in (x)' })).toEqual(['default/a']);
    expect(list({ fieldSelector: 'spec.nodeName=n1,status.phase=Pending' })).toEqual(['default/b']);
    expect(list({ fieldSelector: 'spec.nodeName!=n1', namespace: 'default' })).toEqual(['default/a']);
    expect(list({ fieldSelector: 'spec.color=red' })).toEqual(['field label not supported: spec.color']);
  });
});

describe('watch', () => {
  it('tells of changes as they were, in order and late, and of what comes to fit a selector or no longer does', () => {
    const { engine, resources, tell } = world({ watchDelivery: constant(250_000) });
    const seen: string[] = [];
    resources.watch('apps/v1', 'Deployment', { labelSelector: 'tier=web' }, (type, { spec }: Workload) => {
      seen.push(`${engine.now / 1e6} ${type} ${spec?.replicas}`);
    });
    const patch = (body: object) => resources.patch(WEB, { type: 'merge', patch: body as Record<string, unknown> });
    tell(function* () {
      yield* resources.create(web(1)).wait();
      yield* patch({ metadata: { labels: { tier: 'web' } } }).wait();
      yield* patch({ spec: { replicas: 2 } }).wait();
      yield* patch({ metadata: { labels: null } }).wait();
      yield* patch({ metadata: { labels: { tier: 'web' } }, spec: { replicas: 3 } }).wait();
      yield* resources.delete(WEB).wait();
    });
    expect(seen).toEqual(['0.25 ADDED 1', '0.25 MODIFIED 2', '0.25 DELETED 2', '0.25 ADDED 3', '0.25 DELETED 3']);
  });

  it('of pods tells of their binding and end', () => {
    const { resources, tell } = world();
    const seen: string[] = [];
    resources.watch('v1', 'Pod', {}, (type, object) => {
      seen.push(`${type} ${(object.spec as { nodeName?: string }).nodeName ?? ''}`);
    });
    tell(function* () {
      yield* resources.create(pod('a')).wait();
      yield* resources.bind('default', 'a', 'n0').wait();
      yield* resources.delete(target('v1', 'Pod', 'a'), { gracePeriodSeconds: 0 }).wait();
    });
    expect(seen).toEqual(['ADDED ', 'MODIFIED n0', 'DELETED n0']);
  });
});

describe('events', () => {
  it('are read and watched like other objects', () => {
    const { resources, client, tell } = world();
    const seen: string[] = [];
    resources.watch('v1', 'Event', { fieldSelector: 'type=Warning' }, (type, { metadata }) => {
      seen.push(`${type} ${metadata.namespace}`);
    });
    const listed = tell<KubeObject>(function* (out) {
      yield* resources.create(pod('a')).wait();
      client.podEvent('Normal', 'Pulled', 'image of %s', 0 as IdentityRow);
      client.nodeEvent('Warning', 'Lost', 'Node %s is lost', 0 as NodeRow);
      yield* resources.get(WEB).wait();
      const answer = yield* resources.list('v1', 'Event', { fieldSelector: 'involvedObject.name=a' }).wait();
      if ('items' in answer) out.push(...answer.items);
    });
    expect(listed).toMatchObject([
      { metadata: { namespace: 'default' }, involvedObject: { kind: 'Pod', name: 'a' }, message: 'image of a' },
    ]);
    expect(seen).toEqual(['ADDED default']);
  });
});

describe('binding', () => {
  it('is refused to a pod that has a node', () => {
    const { answers, resources } = world();
    const said = answers(
      () => resources.create(pod('a')),
      () => resources.bind('default', 'a', 'n0'),
      () => resources.bind('default', 'a', 'n1'),
      () => resources.bind('default', 'a', 'n9'),
    ).map(failureOf);
    expect(said[2]).toBe(
      '409 Conflict: Operation cannot be fulfilled on pods "a": pod a is being deleted or is already assigned to a node',
    );
    expect(said[3]).toBe('404 NotFound: nodes "n9" not found');
  });
});
