// What is left of a process's requests, watches and buckets when it dies, is stopped, and comes back.
import { expect, it } from 'vitest';
import { idealApi } from '../../test/support/cluster-rig.ts';
import { Engine } from '../engine/engine.ts';
import { Process } from '../engine/process.ts';
import type { KubeObject } from '../model/object-store.ts';
import { ClusterState } from '../model/state.ts';
import { ApiClient } from './client.ts';
import { ProcessClient, ProcessConnection } from './process-connection.ts';
import { ApiServer } from './server.ts';

function rig() {
  const engine = new Engine({ seed: 1 });
  const state = new ClusterState('1');
  const api = new ApiServer(engine, state, idealApi);
  const process = new Process(engine, 'p', true);
  const kept = new ProcessClient(api, 'p', 'cp1');
  return { engine, state, api, process, kept };
}

const configMap = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
});

const names = (state: ClusterState): string[] =>
  [...state.objects.ofKind('ConfigMap')].map((row) => state.objects.name[row]);

it('requests that wait for a token die with their client; those that were sent arrive', () => {
  const { engine, state, api, process, kept } = rig();
  const life = process.begin();
  const client = new ApiClient(new ProcessConnection(kept, life), 'c', { qps: 1, burst: 2 });
  for (const name of ['a', 'b', 'c', 'd']) client.create(configMap(name));
  engine.run(500_000);
  life.end();
  engine.run(10e6);
  expect(names(state)).toEqual(['a', 'b']);
  expect(api.inflight).toBe(0);
  expect(api.settled).toBe(true);
});

it('requests of one that is stopped wait until it goes on, and so do answers', () => {
  const { engine, state, process, kept } = rig();
  const life = process.begin();
  const client = new ApiClient(new ProcessConnection(kept, life), 'c', { qps: 1, burst: 1 });
  const answers: number[] = [];
  life.spawn(
    'asks',
    (function* () {
      for (const name of ['a', 'b']) {
        yield* client.create(configMap(name)).wait();
        answers.push(engine.now);
      }
    })(),
  );
  engine.run(100_000);
  life.stop();
  engine.run(5e6);
  expect(names(state)).toEqual(['a']);
  life.goOn();
  engine.run(10e6);
  expect([names(state), answers]).toEqual([
    ['a', 'b'],
    [0, 5e6],
  ]);
});

it('a new life begins with a list and a full bucket, and an old view holds back nothing', () => {
  const { engine, state, api, process, kept } = rig();
  const user = new ApiClient(api, 'user', { qps: Infinity, burst: 1 });
  const first = process.begin();
  const old = new ProcessConnection(kept, first);
  const view = old.watchObjects('ConfigMap');
  const bucket = new ApiClient(old, 'c', { qps: 1, burst: 2 }).bucket;
  old.watchPods();
  user.create(configMap('a'));
  engine.run(1e6);
  expect(view.size).toBe(1);
  first.end();
  user.create(configMap('b'));
  engine.run(2e6);
  expect(view.size).toBe(1);
  const connection = new ProcessConnection(kept, process.begin());
  const next = connection.watchObjects('ConfigMap');
  const heard: string[] = [];
  next.subscribe((_row, object) => heard.push(object?.metadata.name ?? ''));
  connection.list();
  expect(heard).toEqual(['a', 'b']);
  user.create(configMap('c'));
  engine.run(3e6);
  expect([heard, next.size, view.size]).toEqual([['a', 'b', 'c'], 3, 1]);
  expect(new ApiClient(connection, 'c', { qps: 1, burst: 2 }).bucket).toBe(bucket);
  expect(state.podLog.first).toBe(state.podLog.next);
});
