// Planted: a process that has ended, or is stopped, and writes all the same.
import { expect, it } from 'vitest';
import { idealApi } from '../../test/support/cluster-rig.ts';
import { ApiClient } from '../api/client.ts';
import { ClientRetries } from '../api/flow-control/client-retries.ts';
import { ProcessClient, ProcessConnection } from '../api/process-connection.ts';
import { ApiServer } from '../api/server.ts';
import { Engine } from '../engine/engine.ts';
import { Process } from '../engine/process.ts';
import { ClusterState } from '../model/state.ts';
import { watchWriters } from './process-write-invariants.ts';

/** A process whose requests never get further than to the server's door, where `seen` counts them. */
function rig(refuses: boolean) {
  const engine = new Engine({ seed: 1 });
  const api = new ApiServer(engine, new ClusterState('1'), idealApi);
  const retries = new ClientRetries(api);
  const seen: number[] = [];
  api.path = {
    arrive: (request) => {
      seen.push(request);
      if (refuses) retries.refused(request, 1);
    },
    work: () => undefined,
    serverOf: () => 0,
    redial: () => undefined,
    pin: () => undefined,
  };
  watchWriters(api);
  const life = new Process(engine, 'p', true).begin();
  const client = new ApiClient(new ProcessConnection(new ProcessClient(api, 'p', 'cp1'), life), 'c', {
    qps: 0,
    burst: 1,
  });
  client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
  engine.run(100_000);
  return { engine, api, life, seen };
}

it('one that lives may write', () => {
  expect(rig(false).seen).toHaveLength(1);
});

it.each([
  ['dead', 'p is dead and sends a write'],
  ['stopped', 'p is stopped and sends a write'],
])('one that is %s may not', (how, message) => {
  const { api, life, seen } = rig(false);
  if (how === 'dead') life.end();
  else life.stop();
  expect(() => api.arrive(seen[0])).toThrow(message);
});

it('one that was turned away sends again while it lives, waits while it is stopped, and is silent when it is dead', () => {
  const { engine, api, life, seen } = rig(true);
  engine.run(1.5e6);
  expect(seen).toHaveLength(2);
  life.stop();
  engine.run(5e6);
  expect(seen).toHaveLength(2);
  life.goOn();
  engine.run(5.1e6);
  expect(seen).toHaveLength(3);
  life.end();
  engine.run(20e6);
  expect([seen.length, api.inflight]).toEqual([3, 0]);
});
