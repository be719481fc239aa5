// The API server by arithmetic: buckets, concurrency, conflicts, the order of watches, the reuse of rows.
import { describe, expect, it } from 'vitest';
import { idealApi, rig, template } from '../../test/support/cluster-rig.ts';
import { Engine } from '../engine/engine.ts';
import type { Script } from '../engine/script.ts';
import { Change } from '../model/change-log.ts';
import type { KubeObject } from '../model/object-store.ts';
import { PodBit } from '../model/pods.ts';
import { ClusterState } from '../model/state.ts';
import { ApiClient } from './client.ts';
import { ApiServer } from './server.ts';
import type { ApiSettings } from './settings.ts';
import { TokenBuckets } from './token-buckets.ts';
import { Refused } from './refused.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';

const constant = (value: number) => ({ type: 'constant', value }) as const;

function world(settings: Partial<ApiSettings> = {}) {
  const engine = new Engine({ seed: 1 });
  const state = new ClusterState('1');
  const api = new ApiServer(engine, state, { ...idealApi, ...settings });
  return { engine, state, api, client: new ApiClient(api, 'test', { qps: Infinity, burst: 1 }) };
}

const configMap = (name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  spec: data,
});

/** Runs a script to its end and returns what it collected. */
function story<T>(engine: Engine, tell: (out: T[]) => Script): T[] {
  const out: T[] = [];
  engine.spawn('story', tell(out));
  engine.run(3600e6);
  return out;
}

describe('token buckets', () => {
  it('let the burst through, then one each 1/qps', () => {
    const buckets = new TokenBuckets();
    const bucket = buckets.add(20, 30);
    const delays = Array.from({ length: 33 }, () => buckets.reserve(bucket, 0));
    expect(delays.slice(0, 30).every((delay) => delay === 0)).toBe(true);
    expect(delays.slice(30)).toEqual([50_000, 100_000, 150_000]);
    // A second later 20 tokens have come; 3 were taken ahead of time.
    const later = Array.from({ length: 19 }, () => buckets.reserve(bucket, 1e6));
    expect(later.filter((delay) => delay === 0)).toHaveLength(17);
    expect(later.at(-1)).toBe(100_000);
  });

  it('fill up to the burst and no further; no limit is no delay', () => {
    const buckets = new TokenBuckets();
    const bucket = buckets.add(1, 2);
    expect([0, 0, 0].map(() => buckets.reserve(bucket, 1000e6))).toEqual([0, 0, 1e6]);
    const free = buckets.add(Infinity, 1);
    expect(Array.from({ length: 5 }, () => buckets.reserve(free, 0))).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('writes', () => {
  it.each([
    { maxMutatingInflight: 2, times: [3000, 3000, 6000, 6000, 9000] },
    { maxMutatingInflight: 0, times: [3000, 3000, 3000, 3000, 3000] },
  ])('take the server and etcd, with $maxMutatingInflight at a time (0: without a limit)', ({ times, ...limit }) => {
    const { engine, client } = world({ mutating: constant(1000), etcdCommit: constant(2000), ...limit });
    const answered = story<number>(engine, function* (out) {
      const signals = ['a', 'b', 'c', 'd', 'e'].map((name) => client.create(configMap(name)));
      for (const signal of signals) {
        yield* signal.wait();
        out.push(engine.now);
      }
    });
    expect(answered).toEqual(times);
  });

  it('give versions that rise, generations that follow the spec, and refuse what is stale', () => {
    const { engine, client, state, api } = world();
    const results = story<unknown>(engine, function* (out) {
      const row = (yield* client.create(configMap('a', { x: '1' })).wait()) as ObjectRow;
      out.push(yield* client.create(configMap('a')).wait());
      const read = state.objects.get(row) as KubeObject;
      out.push((yield* client.update(row, { ...read, spec: { x: '2' } }).wait()) === row);
      // The same version again: somebody else was faster.
      out.push(yield* client.update(row, { ...read, spec: { x: '3' } }).wait());
      const now = state.objects.get(row) as KubeObject;
      yield* client.updateStatus(row, { ...now, status: { ok: true } }).wait();
      const last = state.objects.get(row) as KubeObject;
      out.push([last.spec, last.status, last.metadata.generation, last.metadata.resourceVersion]);
      yield* client.delete(row).wait();
      out.push(yield* client.update(row, last).wait(), yield* client.delete(row).wait());
    });
    expect(results).toEqual([
      Refused.AlreadyExists,
      true,
      Refused.Conflict,
      [{ x: '2' }, { ok: true }, 2, '3'],
      Refused.NotFound,
      Refused.NotFound,
    ]);
    expect(api.counts).toMatchObject({ writes: 4, conflicts: 1, alreadyExists: 1, notFound: 2 });
  });
});

describe('watches', () => {
  it('deliver in order whatever each delivery draws, and show what was written then', () => {
    const { engine, client, api, state } = world({
      watchDelivery: { type: 'uniform', min: 0, max: 50_000 },
      mutating: constant(10),
    });
    const view = api.watchObjects('ConfigMap');
    const seen: string[] = [];
    view.subscribe((_row, object) =>
      seen.push((object?.spec as Record<string, string> | undefined)?.['x'] ?? 'deleted'),
    );
    story(engine, function* () {
      const row = (yield* client.create(configMap('a', { x: '0' })).wait()) as ObjectRow;
      for (let i = 1; i < 50; i += 1) {
        const { resourceVersion: _, ...metadata } = (state.objects.get(row) as KubeObject).metadata;
        yield* client.update(row, { ...configMap('a', { x: String(i) }), metadata }).wait();
      }
    });
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => String(i)));
  });

  it('show pods as old as they are slow', () => {
    const one = rig({ api: { ...idealApi, watchDelivery: constant(500_000) } });
    const view = one.api.watchPods();
    const seen: string[] = [];
    view.subscribe((pod, _epoch, what) =>
      seen.push(`${one.engine.now / 1e6} ${what} ${view.state[pod] & PodBit.Ready}`),
    );
    one.pod('a', template(['x']), 'node-0');
    one.engine.run(60e6);
    // Committed at 0, 0.8 and 1.0 s (the kubelet hears of the pod 0.5 s late); each is seen half a second later.
    expect(seen).toEqual([
      `0.5 ${Change.Created | Change.Bound} 0`,
      `1.3 ${Change.Status} 0`,
      `1.5 ${Change.Status} 32`,
    ]);
  });
});

describe('rows', () => {
  it('of removed pods are used again only behind the slowest view', () => {
    const { engine, client, api, state } = world({ watchDelivery: constant(1e6) });
    api.watchPods();
    const made = client.podClass('default', template(['x']));
    const rows = story<number>(engine, function* (out) {
      const first = (yield* client.createPod(made.id, -1, 'a').wait()) as PodRow;
      yield* client.deletePod(first, state.pods.epoch[first]).wait();
      const second = yield* client.createPod(made.id, -1, 'b').wait();
      out.push(first, second);
    });
    expect(rows).toEqual([0, 1]);
    const late = story<number>(engine, function* (out) {
      out.push(yield* client.createPod(made.id, -1, 'c').wait());
    });
    expect(late).toEqual([0]);
    expect(state.pods.epoch[0]).toBe(2);
    expect(state.history.length).toBe(1);
  });

  it('are refused to whoever has an old epoch', () => {
    const { engine, client } = world();
    const made = client.podClass('default', template(['x']));
    const results = story<number>(engine, function* (out) {
      const pod = (yield* client.createPod(made.id, -1, 'a').wait()) as PodRow;
      yield* client.deletePod(pod, 1).wait();
      yield* client.createPod(made.id, -1, 'b').wait();
      out.push(yield* client.deletePod(pod, 1).wait(), yield* client.patchPodStatus({ pod, epoch: 1 }).wait());
    });
    expect(results).toEqual([Refused.NotFound, Refused.NotFound]);
  });
});

describe('admission', () => {
  it('adds the default tolerations once, and equal templates are one class', () => {
    const { client } = world();
    const made = client.podClass('default', template(['x']));
    expect(made.shape.tolerations.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 300],
    ]);
    expect(client.podClass('default', template(['x'])).id).toBe(made.id);
    expect(client.podClass('other', template(['x'])).id).not.toBe(made.id);
    const own = template(['x'], {
      tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 7 }],
    });
    expect(client.podClass('default', own).shape.tolerations).toHaveLength(2);
  });
});

describe('events', () => {
  it('pass the spam filter 25 at a time and then one each five minutes', () => {
    const { engine, client, state } = world();
    const row = state.objects.add(configMap('a'), -1, 0);
    for (let i = 0; i < 30; i += 1) client.objectEvent('Normal', 'Test', 'again', row);
    engine.run(1e6);
    expect(state.events.length).toBe(25);
    engine.run(301e6);
    for (let i = 0; i < 3; i += 1) client.objectEvent('Normal', 'Test', 'again', row);
    engine.run(302e6);
    expect(state.events.length).toBe(26);
    expect(state.describeEvent(0)).toEqual({ kind: 'ConfigMap', namespace: 'default', name: 'a', message: 'again' });
  });
});
