// What workloads had at the end of each interval: rows, figures, objects that come, go and come back, and how many rows are too many.
import { describe, expect, it } from 'vitest';
import type { ObjectRow } from '../../model/rows.ts';
import { ClusterState } from '../../model/state.ts';
import { WorkloadHistory } from './history.ts';

function object(kind: string, name: string, replicas: number, ready: number, owned = false) {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u', controller: true };
  const metadata = { name, namespace: 'shop', ...(owned && { ownerReferences: [owner] }) };
  const status = { replicas, readyReplicas: ready };
  return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas }, status };
}

function begin() {
  const state = new ClusterState('1');
  const history = new WorkloadHistory();
  let seconds = 0;
  const add = (one: ReturnType<typeof object>): ObjectRow => state.objects.add(one, -1, 0);
  const sample = (): void => history.sample(state, (seconds += 10));
  const rows = () =>
    [...history.rows()].map(
      ({ time_seconds, kind, name, desired, ready, updated }) =>
        `${time_seconds} ${kind} ${name}: ${ready}/${desired}, ${updated ?? '-'}`,
    );
  return { state, history, add, sample, rows };
}

describe('rows', () => {
  it('list the kinds in one order, and of ReplicaSets those that nobody controls', () => {
    const { add, sample, rows } = begin();
    add(object('StatefulSet', 'db', 3, 1));
    add(object('ReplicaSet', 'alone', 2, 2));
    add(object('ReplicaSet', 'web-1', 2, 2, true));
    add(object('Deployment', 'web', 2, 0));
    sample();
    expect(rows()).toEqual(['10 Deployment web: 0/2, 0', '10 ReplicaSet alone: 2/2, -', '10 StatefulSet db: 1/3, 0']);
  });

  it('are there while the object is, and again for one of the same name', () => {
    const { state, history, add, sample, rows } = begin();
    sample();
    const first = add(object('Deployment', 'web', 1, 1));
    sample();
    sample();
    state.objects.remove(first);
    sample();
    add(object('Deployment', 'web', 4, 2));
    sample();
    expect(rows()).toEqual([20, 30, 50].map((at) => `${at} Deployment web: ${at < 50 ? '1/1' : '2/4'}, 0`));
    expect(history.values('Deployment', 'shop/web', 'desired', 0, 5)).toEqual([0, 1, 1, 0, 4]);
    expect(history.values('Deployment', 'shop/web', 'ready', 2, 5)).toEqual([1, 0, 2]);
    expect(history.values('Deployment', 'shop/other', 'ready', 0, 2)).toEqual([0, 0]);
  });

  it('follow an object that is given away by its controller, and one that gets one', () => {
    const { state, add, sample, rows } = begin();
    const row = add(object('ReplicaSet', 'web-1', 2, 2, true));
    for (const owned of [true, false, true]) {
      state.objects.set(row, object('ReplicaSet', 'web-1', 2, 2, owned));
      sample();
    }
    expect(rows()).toEqual(['20 ReplicaSet web-1: 2/2, -']);
  });

  it('are thinned out when there are too many, and the last interval has its own', () => {
    const { history, add, sample } = begin();
    for (let at = 0; at < 1000; at += 1) add(object('StatefulSet', `db-${at}`, 1, 1));
    for (let at = 0; at < 401; at += 1) sample();
    expect(history.every).toBe(3);
    const times = new Set([...history.rows()].map(({ time_seconds }) => time_seconds));
    expect([...times].slice(0, 2)).toEqual([30, 60]);
    expect([...times].slice(-2)).toEqual([3990, 4010]);
  });

  it('are none without an interval or a workload', () => {
    const { history, sample } = begin();
    expect([...history.rows()]).toEqual([]);
    sample();
    expect([...history.rows()]).toEqual([]);
    expect(history.every).toBe(1);
  });
});
