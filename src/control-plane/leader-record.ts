// The Lease object by which processes of one component say who leads.
import { microTimestamp } from '../lib/timestamp.ts';
import type { KubeObject } from '../model/object-store.ts';

/** Where the leases of the control plane are. */
export const LEASES = 'kube-system';

export interface LeaderRecord {
  /** Empty when the lease was given back. */
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

export interface LeaseObject extends KubeObject {
  readonly spec: LeaderRecord;
}

/** The record of a holder at a time, on top of the one before; with another holder it is a transition, unless there was none. */
export function heldBy(holder: string, seconds: number, nowUs: number, before?: LeaderRecord): LeaderRecord {
  const renewTime = microTimestamp(nowUs);
  const same = before?.holderIdentity === holder;
  return {
    holderIdentity: holder,
    leaseDurationSeconds: seconds,
    acquireTime: same ? before.acquireTime : renewTime,
    renewTime,
    leaseTransitions: before === undefined ? 0 : before.leaseTransitions + (same ? 0 : 1),
  };
}

/** The record of one who gives the lease back. */
export function releasedBy(before: LeaderRecord, nowUs: number): LeaderRecord {
  const now = microTimestamp(nowUs);
  return { ...before, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: now, renewTime: now };
}

/** The object that says so; a later version of `before`, if there is one. */
export function leaseOf(name: string, spec: LeaderRecord, before?: LeaseObject): LeaseObject {
  const metadata = before?.metadata ?? { name, namespace: LEASES };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

export function sameRecord(a: LeaderRecord, b: LeaderRecord): boolean {
  return (
    a.holderIdentity === b.holderIdentity &&
    a.renewTime === b.renewTime &&
    a.acquireTime === b.acquireTime &&
    a.leaseTransitions === b.leaseTransitions &&
    a.leaseDurationSeconds === b.leaseDurationSeconds
  );
}
