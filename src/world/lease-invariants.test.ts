// Planted: leases that are taken too early.
import { expect, it } from 'vitest';
import type { KubeObject } from '../model/object-store.ts';
import { LeaseInvariants } from './lease-invariants.ts';

const lease = (holderIdentity: string, leaseDurationSeconds = 15): KubeObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { namespace: 'kube-system', name: 'kube-scheduler' },
  spec: { holderIdentity, leaseDurationSeconds },
});

it('a lease is taken when it has run out, or was given back', () => {
  const leases = new LeaseInvariants();
  const at = (seconds: number, holder: string) => leases.committed(lease(holder), seconds * 1e6);
  expect([at(0, 'a'), at(2, 'a'), at(17, 'b'), at(18, ''), at(19, 'a')]).toEqual(Array(5).fill(undefined));
});

it('a lease that is taken before it has run out is noticed', () => {
  const leases = new LeaseInvariants();
  leases.committed(lease('a'), 0);
  leases.committed(lease('a'), 10e6);
  expect(leases.committed(lease('b'), 24.9e6)).toBe(
    'b took the lease kube-system/kube-scheduler from a 14.900 s after its last renewal, before its 15 s were over',
  );
});
