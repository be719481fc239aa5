// Leases as resources: those of nodes, which their kubelets renew without an event, and those that users write.
import { expect, it } from 'vitest';
import { ApiClient } from '../../src/api/client.ts';
import { type Answer, Resources } from '../../src/api/resources/resources.ts';
import type { Script } from '../../src/engine/script.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import { scenario } from '../support/manifests.ts';
import { worldOf } from '../support/world-rig.ts';

const LEASE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };
const lease = (namespace: string, name: string, spec?: object): KubeObject => ({
  ...LEASE,
  metadata: { namespace, name },
  ...(spec === undefined ? {} : { spec }),
});

function world(text = '') {
  const { engine, api } = worldOf(scenario(2, `  duration: 10m\n${text}`));
  const resources = new Resources(new ApiClient(api, 'test', { qps: Infinity, burst: 1 }));
  const tell = <T>(untilUs: number, script: (out: T[]) => Script): T[] => {
    const out: T[] = [];
    engine.spawn('story', script(out));
    engine.run(untilUs);
    return out;
  };
  return { engine, resources, tell };
}

it('of nodes are renewed every ten seconds, and no longer when the node is dead', () => {
  const { engine, resources, tell } = world('  timeline: [{ at: 1m, fault: { NodeCrash: { node: node-1 } } }]');
  const renewals: Record<string, number> = {};
  resources.watch(
    'coordination.k8s.io/v1',
    'Lease',
    { namespace: 'kube-node-lease' },
    (type, { metadata: { name } }) => {
      if (type === 'MODIFIED') renewals[name] = (renewals[name] ?? 0) + 1;
    },
  );
  const [answer] = tell<Answer>(120e6, function* (out) {
    out.push(yield* resources.get(lease('kube-node-lease', 'node-0')).wait());
  });
  expect(answer).toMatchObject({
    object: {
      metadata: { ownerReferences: [{ kind: 'Node', name: 'node-0' }] },
      spec: { holderIdentity: 'node-0', leaseDurationSeconds: 40 },
    },
  });
  expect(engine.now).toBe(120e6);
  expect(renewals['node-0']).toBeGreaterThanOrEqual(11);
  expect(renewals['node-1']).toBeLessThanOrEqual(6);
});

it('of users are stored, validated, and changed', () => {
  const { resources, tell } = world();
  const answers = tell<Answer>(60e6, function* (out) {
    out.push(
      yield* resources.create(lease('default', 'leader', { holderIdentity: 'a', leaseDurationSeconds: 15 })).wait(),
    );
    out.push(
      yield* resources
        .patch(lease('default', 'leader'), { type: 'merge', patch: { spec: { holderIdentity: 'b' } } })
        .wait(),
    );
    out.push(yield* resources.create(lease('default', 'wrong', { leaseDurationSeconds: 0 })).wait());
    out.push(yield* resources.delete(lease('kube-node-lease', 'node-0')).wait());
  });
  expect(answers[1]).toMatchObject({ object: { spec: { holderIdentity: 'b', leaseDurationSeconds: 15 } } });
  expect(answers.slice(2).map((one) => ('failure' in one ? [one.failure.code, one.failure.message] : one))).toEqual([
    [
      422,
      'Lease.coordination.k8s.io "wrong" is invalid: spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ],
    [501, 'the lease of a node is what its kubelet says (not simulated)'],
  ]);
});
