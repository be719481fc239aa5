// The invariant of quotas with a planted violation: a pod past the limit, which admission has let in.
import { expect, it } from 'vitest';
import { rig, template } from '../../test/support/cluster-rig.ts';
import { Invariants } from './invariants.ts';

const quota = (used: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: 'default', resourceVersion: '0' },
  spec: { hard: { pods: '2' } },
  status: { hard: { pods: '2' }, used: { pods: used } },
});

function watched() {
  const one = rig({});
  const nothing = (): undefined => undefined;
  const invariants = new Invariants(one.engine, one.api, one.kubelets.admitted, nothing, () => true);
  const { id } = one.client.podClass('default', template(['x']));
  const make = (name: string): void => {
    one.client.createPod(id, -1, name);
    one.engine.run(one.engine.now + 1e6);
  };
  return { ...one, make, invariants };
}

it('lets pods in up to the limit, and none past it', () => {
  const { client, engine, make, state } = watched();
  client.create(quota('0'));
  engine.run(1e6);
  for (const name of ['a', 'b', 'c']) make(name);
  expect(state.pods.count).toBe(2);
});

it('catches a pod that was admitted past the limit', () => {
  const { client, engine, make, state } = watched();
  client.create(quota('0'));
  engine.run(1e6);
  make('a');
  make('b');
  // Somebody writes that less is used than there is: admission believes it.
  state.objects.set(state.objects.find('ResourceQuota', 'default', 'team'), quota('0'));
  expect(() => make('c')).toThrow(/quota default\/team has pods=3 of 2 after a pod was admitted/);
});
