// The index of pods against a look through all of them, after random lives of pods.
import { describe, expect, it } from 'vitest';
import { ApiClient } from '../../api/client.ts';
import { ApiServer } from '../../api/server.ts';
import { bindPod } from '../../api/requests/bind-pod.ts';
import { removePod } from '../../api/requests/delete-pod.ts';
import { Engine } from '../../engine/engine.ts';
import { isActive, isTerminal, PodBit, PodPhase } from '../../model/pods.ts';
import { ClusterState } from '../../model/state.ts';
import { PodIndex } from './pod-index.ts';
import type { PodLists } from './pod-lists.ts';
import type { ClassRow, NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';

const zero = { type: 'constant', value: 0 } as const;
const OWNERS = 4;

function listed<Key extends number>(lists: PodLists<Key>, key: Key): number[] {
  const pods: number[] = [];
  for (let pod = lists.first(key); pod >= 0; pod = lists.next(pod)) pods.push(pod);
  expect(lists.size(key)).toBe(pods.length);
  return pods.sort((a, b) => a - b);
}

describe('PodIndex', () => {
  it('equals a look through all pods', () => {
    const engine = new Engine({ seed: 3 });
    const state = new ClusterState('3');
    const none = { taints: [], unschedulable: false, capacity: {}, allocatable: {}, hourlyCost: 0, labels: {} };
    for (const name of ['a', 'b', 'c']) state.addNode({ name, ...none }, 0);
    const api = new ApiServer(engine, state, {
      mutating: zero,
      read: zero,
      etcdCommit: zero,
      watchDelivery: { type: 'uniform', min: 0, max: 3000 },
      maxMutatingInflight: 1e9,
    });
    const client = new ApiClient(api, 'test', { qps: 0, burst: 0 });
    const index = new PodIndex(api.watchPods());
    for (let owner = 0 as ObjectRow; owner < OWNERS; owner = (owner + 1) as ObjectRow) {
      client.create({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: `r${owner}` } });
    }
    engine.run(0);
    const random = engine.stream('test');
    const classes = ['x', 'y'].map((image) =>
      state.classes.intern('', { spec: { containers: [{ name: 'c', image }] } }),
    );
    for (let step = 0; step < 3000; step += 1) {
      const pod = random.int(Math.max(1, state.pods.length)) as PodRow;
      const epoch = state.pods.epoch[pod];
      const move = random.int(9);
      if (move < 3 || state.pods.length === 0)
        client.createPod(classes[random.int(2)].id, random.int(OWNERS) as ObjectRow);
      else if (move === 8) {
        const adopts = random.int(2) === 1;
        client.patchPodOwner({
          pod,
          epoch,
          controller: (adopts ? random.int(OWNERS) : state.pods.owner[pod]) as ObjectRow,
          adopts,
        });
      } else if (move === 3) api.submit(client.bucket, bindPod(api.requests, pod, epoch, random.int(3) as NodeRow));
      else if (move === 4)
        client.patchPodStatus({ pod, epoch, mask: PodBit.Ready, bits: random.int(2) * PodBit.Ready });
      else if (move === 5) client.deletePod(pod, epoch);
      else if (move === 6) api.submit(client.bucket, removePod(api.requests, pod, epoch));
      else if (!isTerminal(state.pods.state[pod]))
        client.patchPodStatus({ pod, epoch, mask: PodBit.PhaseMask, bits: PodPhase.Failed });
      engine.run(engine.now + random.int(2000));
      if (step % 100 === 99) compare(state, index);
    }
    engine.run(engine.now + 1e6);
    compare(state, index);
    const { view } = index;
    for (let pod = 0 as PodRow; pod < state.pods.length; pod = (pod + 1) as PodRow) {
      if (state.pods.alive[pod] === 1) expect(view.owner[pod]).toBe(state.pods.owner[pod]);
    }
    expect(state.pods.count).toBeGreaterThan(50);
    expect(index.orphansOf(0 as ClassRow) + index.orphansOf(1 as ClassRow)).toBeGreaterThan(0);
  });
});

function compare(state: ClusterState, index: PodIndex): void {
  const { view } = index;
  const rows = Array.from({ length: view.alive.length }, (_, pod) => pod).filter((pod) => view.alive[pod] === 1);
  for (let key = 0; key < OWNERS; key += 1) {
    const own = rows.filter((pod) => view.owner[pod] === key);
    expect(listed(index.byOwner, key)).toEqual(own);
    const active = own.filter((pod) => isActive(view.state[pod]));
    expect(index.active[key]).toBe(active.length);
    expect(index.ready[key]).toBe(active.filter((pod) => (view.state[pod] & PodBit.Ready) !== 0).length);
    const ending = own.filter((pod) => !isActive(view.state[pod]) && !isTerminal(view.state[pod]));
    expect(index.terminating[key]).toBe(ending.length);
    expect(listed(index.byNode, key)).toEqual(rows.filter((pod) => view.node[pod] === key));
    const ofClass = rows.filter((pod) => state.pods.podClass[pod] === key);
    expect(listed(index.byClass, key)).toEqual(ofClass);
    expect(index.orphansOf(key as ClassRow)).toBe(ofClass.filter((pod) => view.owner[pod] < 0).length);
  }
}
