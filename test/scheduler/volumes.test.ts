// The parts of the volume plugins: candidates against a plain search, assumptions, and hints after each event.
import { NamedObjects } from '../../src/api/named-objects.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectView } from '../../src/api/object-view.ts';
import { Change } from '../../src/model/change-log.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { Claim, PersistentVolume } from '../../src/model/storage/objects.ts';
import { ClusterEvent, Happening } from '../../src/scheduler/framework/cluster-events.ts';
import { Candidates } from '../../src/scheduler/volumes/candidates.ts';
import { usableOn } from '../../src/scheduler/volumes/topology.ts';
import { SchedulerCluster } from '../support/scheduler-cluster.ts';
import type { ObjectRow } from '../../src/model/rows.ts';

const object = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name },
  ...more,
});

const claim: Claim = {
  ...object('PersistentVolumeClaim', 'data'),
  metadata: { name: 'data', namespace: 'default', uid: 'u1' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, storageClassName: 'disks' },
};

describe('candidates', () => {
  const KEYS = ['host', 'zone', 'disk'];
  const VALUES = ['0', '1', '2'];
  const expressions = fc.record({
    key: fc.constantFrom(...KEYS),
    operator: fc.constantFrom('In', 'In', 'In', 'NotIn', 'Exists', 'DoesNotExist'),
    values: fc.uniqueArray(fc.constantFrom(...VALUES), { minLength: 1 }),
  });
  const term = fc.record({ matchExpressions: fc.array(expressions, { minLength: 1, maxLength: 3 }) });
  const volume = fc
    .record({
      gigabytes: fc.constantFrom(5, 10, 10, 20, 20, 50),
      phase: fc.constantFrom('Available', 'Available', 'Available', 'Bound', 'Pending'),
      terms: fc.option(fc.array(term, { minLength: 1, maxLength: 2 }), { nil: undefined }),
      reserved: fc.constantFrom(undefined, undefined, undefined, undefined, 'data', 'other'),
      mode: fc.constantFrom('ReadWriteOnce', 'ReadWriteOnce', 'ReadOnlyMany'),
    })
    .map(({ gigabytes, phase, terms, reserved, mode }) => ({
      spec: {
        capacity: { storage: `${gigabytes}Gi` },
        accessModes: [mode],
        storageClassName: 'disks',
        ...(terms === undefined ? {} : { nodeAffinity: { required: { nodeSelectorTerms: terms } } }),
        ...(reserved === undefined ? {} : { claimRef: { namespace: 'default', name: reserved } }),
      },
      status: { phase },
    }));
  const labels = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom(...VALUES));

  /** FindMatchingVolume as Kubernetes writes it: one pass over all volumes for each node. */
  function plainSearch(volumes: readonly PersistentVolume[], node: Record<string, string>, taken: Set<string>) {
    let best: PersistentVolume | undefined;
    let least = 0;
    for (const one of volumes) {
      const size = Number.parseInt(one.spec?.capacity?.['storage'] ?? '', 10);
      const ref = one.spec?.claimRef?.name;
      if (taken.has(one.metadata.name) || ref === 'other' || size < 10) continue;
      if (ref === 'data') return usableOn(one, node) ? one : undefined;
      if (one.status?.phase !== 'Available' || one.spec?.accessModes?.includes('ReadWriteOnce') !== true) continue;
      if (!usableOn(one, node) || (best !== undefined && size >= least)) continue;
      best = one;
      least = size;
    }
    return best;
  }

  it('give each node what a search through all volumes finds for it', () => {
    fc.assert(
      fc.property(fc.array(volume, { maxLength: 12 }), fc.array(labels, { maxLength: 6 }), (specs, nodes) => {
        let meant = 0;
        const volumes = specs.flatMap((spec, index): PersistentVolume[] => {
          // At most one volume is meant for a claim.
          if (spec.spec.claimRef?.name === 'data') meant += 1;
          return meant > 1 && spec.spec.claimRef?.name === 'data'
            ? []
            : [{ ...object('PersistentVolume', `v${index}`), ...spec }];
        });
        const candidates = new Candidates(claim, volumes);
        for (const node of nodes) {
          const taken = new Set<string>();
          for (let round = 0; round < 3; round += 1) {
            const found = candidates.find(node, taken)?.metadata.name;
            if (meant === 0 || round === 0) expect(found).toBe(plainSearch(volumes, node, taken)?.metadata.name);
            if (found !== undefined) taken.add(found);
          }
        }
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

describe('an assumption', () => {
  function cacheOf() {
    const view = new ObjectView('PersistentVolume');
    const cache = new NamedObjects<PersistentVolume>(view, (one) => one.spec?.storageClassName ?? '');
    const put = (row: ObjectRow, name: string, resourceVersion: string, spec: object, what: number = Change.Spec) => {
      const made = { ...object('PersistentVolume', name, { spec }), metadata: { name, resourceVersion } };
      view.send(row, made, -1, what);
      view.advance();
      return made as PersistentVolume;
    };
    return { cache, put };
  }

  it('holds until the watch brings a newer version, or until it is taken back', () => {
    const { cache, put } = cacheOf();
    const first = put(0 as ObjectRow, 'v', '5', { storageClassName: 'a' });
    const assumed = { ...first, spec: { ...first.spec, claimRef: { name: 'data' } } };
    expect(cache.assume(assumed)).toBeUndefined();
    expect([cache.named('v'), cache.known('v')]).toEqual([assumed, first]);
    put(0 as ObjectRow, 'v', '5', { storageClassName: 'a' });
    expect(cache.named('v')).toBe(assumed);
    cache.restore('v');
    expect(cache.named('v')).toBe(first);
    cache.assume(assumed);
    const newer = put(0 as ObjectRow, 'v', '6', { storageClassName: 'a' });
    expect(cache.named('v')).toBe(newer);
  });

  it('about an old version, or about nothing, is refused', () => {
    const { cache, put } = cacheOf();
    const old = put(0 as ObjectRow, 'v', '5', {});
    put(0 as ObjectRow, 'v', '7', {});
    expect(cache.assume(old)).toBe('v1.PersistentVolume "v" is out of sync (stored: 7, assume: 5)');
    put(0 as ObjectRow, 'v', '8', {}, Change.Removed);
    expect(cache.assume(old)).toBe('could not find v1.PersistentVolume "v"');
  });

  it('keeps its place in its group, whose order is that of first sight', () => {
    const { cache, put } = cacheOf();
    const names = () => cache.members('a').map(({ metadata }) => metadata.name);
    put(0 as ObjectRow, 'first', '1', { storageClassName: 'a' });
    put(1 as ObjectRow, 'second', '2', { storageClassName: 'a' });
    put(0 as ObjectRow, 'first', '3', { storageClassName: 'a' });
    expect(names()).toEqual(['first', 'second']);
    put(0 as ObjectRow, 'first', '4', { storageClassName: 'b' });
    expect(names()).toEqual(['second']);
  });
});

describe('a pod that a volume plugin rejected', () => {
  const cluster = new SchedulerCluster();
  const framework = cluster.framework(null);
  const pod = cluster.addPod({
    metadata: { name: 'p' },
    spec: { containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  });
  const sharing = cluster.addPod({
    metadata: { name: 'q', labels: { app: 'q' } },
    spec: { containers: [], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] },
  });
  const plain = cluster.addPod({ metadata: { name: 'plain' }, spec: { containers: [] } });

  /** Whether the event requeues the pod: as the plugin's registrations and hints say. */
  function worth(plugin: string, kind: number, more: Partial<ClusterEvent> = {}): boolean {
    const event = Object.assign(new ClusterEvent(), { kind, ...more });
    const registered = framework.installed.find(({ name }) => name === plugin)?.plugin.registrations ?? [];
    return registered.some((one) => (one.events & kind) !== 0 && (one.hint === undefined || one.hint(pod, event)));
  }

  const inNamespace = (namespace: string, name: string) =>
    ({ ...object('PersistentVolumeClaim', name), metadata: { name, namespace } }) as KubeObject;
  const mine = inNamespace('default', 'data');
  const other = inNamespace('default', 'other');
  const elsewhere = inNamespace('shop', 'data');
  const csiNode = (count?: number) =>
    object('CSINode', 'n', {
      spec: { drivers: [{ name: 'csi', ...(count === undefined ? {} : { allocatable: { count } }) }] },
    });
  const capacity = (text?: string) => object('CSIStorageCapacity', 'c', text === undefined ? {} : { capacity: text });

  it.each<[plugin: string, event: keyof typeof Happening, more: Partial<ClusterEvent>, requeues: boolean]>([
    ['VolumeRestrictions', 'ClaimAdd', { object: mine }, true],
    ['VolumeRestrictions', 'ClaimAdd', { object: other }, false],
    ['VolumeRestrictions', 'ClaimAdd', { object: elsewhere }, false],
    ['VolumeRestrictions', 'ClaimUpdate', { object: mine, oldObject: mine }, false],
    ['VolumeRestrictions', 'AssignedPodDelete', { oldPodClass: sharing.podClass.id }, true],
    ['VolumeRestrictions', 'AssignedPodDelete', { oldPodClass: plain.podClass.id }, false],
    ['VolumeRestrictions', 'NodeAdd', {}, true],
    ['NodeVolumeLimits', 'AssignedPodDelete', { oldPodClass: sharing.podClass.id }, true],
    ['NodeVolumeLimits', 'AssignedPodDelete', { oldPodClass: plain.podClass.id }, false],
    ['NodeVolumeLimits', 'CsiNodeAdd', { object: csiNode() }, true],
    ['NodeVolumeLimits', 'CsiNodeUpdate', { object: csiNode(3), oldObject: csiNode(2) }, true],
    ['NodeVolumeLimits', 'CsiNodeUpdate', { object: csiNode(2), oldObject: csiNode(3) }, false],
    ['NodeVolumeLimits', 'ClaimAdd', { object: mine }, true],
    ['NodeVolumeLimits', 'ClaimAdd', { object: other }, false],
    ['NodeVolumeLimits', 'AttachmentDelete', {}, true],
    ['NodeVolumeLimits', 'NodeAdd', {}, false],
    ['VolumeBinding', 'ClaimUpdate', { object: mine, oldObject: mine }, true],
    ['VolumeBinding', 'ClaimUpdate', { object: elsewhere, oldObject: elsewhere }, false],
    ['VolumeBinding', 'VolumeAdd', { object: object('PersistentVolume', 'v') }, true],
    ['VolumeBinding', 'StorageClassAdd', { object: object('StorageClass', 's') }, true],
    [
      'VolumeBinding',
      'StorageClassUpdate',
      { object: object('StorageClass', 's'), oldObject: object('StorageClass', 's') },
      false,
    ],
    [
      'VolumeBinding',
      'StorageClassUpdate',
      {
        object: object('StorageClass', 's', { allowedTopologies: [] }),
        oldObject: object('StorageClass', 's'),
      },
      true,
    ],
    ['VolumeBinding', 'StorageCapacityAdd', { object: capacity('1Gi') }, true],
    ['VolumeBinding', 'StorageCapacityUpdate', { object: capacity('2Gi'), oldObject: capacity('1Gi') }, true],
    ['VolumeBinding', 'StorageCapacityUpdate', { object: capacity('1Gi'), oldObject: capacity('1Gi') }, false],
    ['VolumeBinding', 'StorageCapacityUpdate', { object: capacity('1Gi'), oldObject: capacity() }, true],
    ['VolumeBinding', 'StorageCapacityUpdate', { object: capacity(), oldObject: capacity('1Gi') }, false],
    ['VolumeBinding', 'CsiNodeUpdate', { object: csiNode(3), oldObject: csiNode(2) }, false],
    ['VolumeBinding', 'AssignedPodDelete', { oldPodClass: sharing.podClass.id }, false],
    ['VolumeZone', 'ClaimUpdate', { object: mine, oldObject: mine }, true],
    ['VolumeZone', 'ClaimUpdate', { object: other, oldObject: other }, false],
    ['VolumeZone', 'StorageClassAdd', { object: object('StorageClass', 's') }, false],
    [
      'VolumeZone',
      'StorageClassAdd',
      { object: object('StorageClass', 's', { volumeBindingMode: 'WaitForFirstConsumer' }) },
      true,
    ],
    [
      'VolumeZone',
      'VolumeUpdate',
      { object: object('PersistentVolume', 'v'), oldObject: object('PersistentVolume', 'v') },
      false,
    ],
    [
      'VolumeZone',
      'VolumeUpdate',
      {
        object: {
          ...object('PersistentVolume', 'v'),
          metadata: { name: 'v', labels: { 'topology.kubernetes.io/zone': 'a' } },
        },
        oldObject: object('PersistentVolume', 'v'),
      },
      true,
    ],
  ])('%#: %s, %s', (plugin, event, more, requeues) => {
    expect(worth(plugin, Happening[event], more)).toBe(requeues);
  });
});
