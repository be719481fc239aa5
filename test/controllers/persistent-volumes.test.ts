// The binder's cases of pv_controller.go (binder_test.go): claims and volumes that name each other, and what becomes of lost ones.
import { describe, expect, it } from 'vitest';
import type { Claim, PersistentVolume, VolumeSpec } from '../../src/model/storage/objects.ts';
import { idealControllers, Rig } from './rig.ts';

const RESYNC_S = 15;

function claimOf(name: string, more: Partial<NonNullable<Claim['spec']>> = {}): Claim {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '10Gi' } },
      storageClassName: '',
      ...more,
    },
  };
}

function volumeOf(name: string, size = '10Gi', more: Partial<VolumeSpec> = {}): PersistentVolume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      ...more,
    },
  };
}

class Binder {
  readonly rig = new Rig({ nodes: 1, controllers: idealControllers });

  /** Creates the objects in turn, and runs for so many seconds. */
  apply(objects: readonly (Claim | PersistentVolume)[], seconds = 1): this {
    for (const object of objects) this.rig.apply(object);
    this.rig.run(seconds);
    return this;
  }

  delete(kind: string, name: string, seconds = 1): this {
    const namespace = kind === 'PersistentVolume' ? undefined : 'default';
    this.rig.user.delete(this.rig.state.objects.find(kind, namespace, name));
    this.rig.run(seconds);
    return this;
  }

  claim(name: string): Claim | undefined {
    const { objects } = this.rig.state;
    return objects.get(objects.find('PersistentVolumeClaim', 'default', name));
  }

  volume(name: string): PersistentVolume | undefined {
    const { objects } = this.rig.state;
    return objects.get(objects.find('PersistentVolume', undefined, name));
  }

  messages(reason: string): string[] {
    return this.rig.events(reason).map(({ message }) => message);
  }
}

describe('a claim that names its volume', () => {
  it('gets it, and is not marked as bound by the controller', () => {
    const binder = new Binder().apply([
      volumeOf('small'),
      volumeOf('mine', '50Gi'),
      claimOf('c', { volumeName: 'mine' }),
    ]);
    expect(binder.claim('c')).toMatchObject({ status: { phase: 'Bound', capacity: { storage: '50Gi' } } });
    expect(Object.keys(binder.claim('c')?.metadata.annotations ?? {})).toEqual(['pv.kubernetes.io/bind-completed']);
    expect(binder.volume('mine')?.metadata.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(binder.volume('small')?.status?.phase).toBe('Available');
  });

  it('waits for it, and takes it at the next look', () => {
    const binder = new Binder().apply([claimOf('c', { volumeName: 'late' })]);
    expect(binder.claim('c')?.status?.phase ?? 'Pending').toBe('Pending');
    binder.apply([volumeOf('late')], RESYNC_S);
    expect(binder.claim('c')?.status?.phase).toBe('Bound');
  });

  it('does not get one that is too small, of another class, or somebody else’s', () => {
    const binder = new Binder().apply([
      volumeOf('tiny', '1Gi'),
      volumeOf('classy', '10Gi', { storageClassName: 'gold' }),
      volumeOf('taken'),
      claimOf('first', { volumeName: 'taken' }),
      claimOf('a', { volumeName: 'tiny' }),
      claimOf('b', { volumeName: 'classy' }),
      claimOf('c', { volumeName: 'taken' }),
    ]);
    expect(['first', 'a', 'b', 'c'].map((name) => binder.claim(name)?.status?.phase ?? 'Pending')).toEqual([
      'Bound',
      'Pending',
      'Pending',
      'Pending',
    ]);
    expect(binder.messages('VolumeMismatch')).toEqual([
      'Cannot bind to requested volume "tiny": requested PV is too small',
      'Cannot bind to requested volume "classy": storageClassName does not match',
    ]);
    expect(binder.messages('FailedBinding')).toEqual(['volume "taken" already bound to a different claim.']);
  });
});

describe('a volume that is reserved for a claim', () => {
  const reserved = volumeOf('reserved', '50Gi', { claimRef: { name: 'c', namespace: 'default' } });

  it('is available, goes to no other, and to the claim in spite of smaller ones', () => {
    const binder = new Binder().apply([reserved, claimOf('other')]);
    expect(binder.volume('reserved')?.status?.phase).toBe('Available');
    expect(binder.claim('other')?.spec?.volumeName).toBeUndefined();
    binder.apply([volumeOf('small', '20Gi', { accessModes: ['ReadWriteMany'] }), claimOf('c')]);
    expect(binder.claim('c')?.spec?.volumeName).toBe('reserved');
    expect(binder.volume('reserved')?.spec?.claimRef?.uid).toBe(binder.claim('c')?.metadata.uid);
  });

  it('is reserved still when the claim has got another', () => {
    const binder = new Binder().apply([volumeOf('first'), claimOf('c')]).apply([reserved], RESYNC_S + 1);
    expect(binder.claim('c')?.spec?.volumeName).toBe('first');
    expect(binder.volume('reserved')).toMatchObject({
      spec: { claimRef: { name: 'c' } },
      status: { phase: 'Available' },
    });
  });
});

describe('what is lost', () => {
  it('is a claim whose volume is gone: for good', () => {
    const binder = new Binder().apply([volumeOf('v'), claimOf('c')]);
    expect(binder.claim('c')?.status?.phase).toBe('Bound');
    // A bound volume is protected; by force it goes nevertheless.
    binder.delete('PersistentVolume', 'v');
    expect(binder.volume('v')?.metadata.deletionTimestamp).toBeDefined();
    const row = binder.rig.state.objects.find('PersistentVolume', undefined, 'v');
    const held = binder.rig.state.objects.get(row);
    const { resourceVersion: _, ...metadata } = held?.metadata ?? { name: 'v' };
    binder.rig.user.update(row, { ...volumeOf('v'), metadata: { ...metadata, finalizers: [] } });
    binder.rig.run(1);
    expect(binder.volume('v')).toBeUndefined();
    expect(binder.claim('c')?.status?.phase).toBe('Lost');
    expect(binder.messages('ClaimLost')).toEqual([
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
    ]);
    binder.rig.run(2 * RESYNC_S);
    expect(binder.messages('ClaimLost')).toHaveLength(1);
  });

  it('is not given to a new claim of the same name', () => {
    const binder = new Binder().apply([volumeOf('v'), claimOf('c')]).delete('PersistentVolumeClaim', 'c');
    expect(binder.volume('v')?.status?.phase).toBe('Released');
    binder.apply([claimOf('c')], 2 * RESYNC_S);
    expect(binder.claim('c')?.spec?.volumeName).toBeUndefined();
    expect(binder.volume('v')?.status?.phase).toBe('Released');
  });
});

describe('binding', () => {
  it('takes four writes, and none when all is settled', () => {
    const binder = new Binder().apply([volumeOf('v')]);
    const { counts } = binder.rig.api;
    const before = counts.writes;
    binder.apply([claimOf('c')]);
    // The creation; the volume's reference and phase, the claim's volume and status.
    expect(counts.writes - before).toBe(1 + 4);
    binder.rig.run(4 * RESYNC_S);
    expect(counts.writes - before).toBe(1 + 4);
    expect(counts.conflicts).toBe(0);
  });

  it('gives a volume to one of many claims that want it', () => {
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    const binder = new Binder().apply([volumeOf('v'), ...names.map((name) => claimOf(name))], 2 * RESYNC_S);
    const bound = names.filter((name) => binder.claim(name)?.spec?.volumeName === 'v');
    expect(bound).toEqual(['c0']);
  });
});
