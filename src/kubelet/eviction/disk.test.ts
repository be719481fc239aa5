// Disks that fill: limits of pods, pressure on the node, images before pods; and memory that requests hold.
import { describe, expect, it } from 'vitest';
import { eventsOf, plainBehavior, rig, template } from '../../../test/support/cluster-rig.ts';
import type { Usage, UsageCurve } from '../../model/settings/usage.ts';

const GI = 2 ** 30;
const thresholds = [
  { signal: 'nodefs', bytes: 0, share: 0.1, graceUs: 0, reclaimBytes: 0 },
  { signal: 'imagefs', bytes: 0, share: 0.15, graceUs: 0, reclaimBytes: 0 },
] as const;
const eviction = { thresholds, maxPodGraceUs: 0, transitionUs: 60e6 };
/** So many bytes more each second. */
const growing = (bytesPerSecond: number): UsageCurve => [
  { atUs: 0, amount: 0 },
  { atUs: 3600e6, amount: 3600 * bytesPerSecond },
];
const using = (usage: Partial<Usage>) => ({ usage: { ...plainBehavior.usage, ...usage } });
const work = { name: 'work', emptyDir: {} };
const mounts = { volumeMounts: [{ name: 'work', mountPath: '/work' }] };

describe('a limit of a pod', () => {
  const world = (usage: Partial<Usage>, spec: object, container: object) => {
    const made = rig({ diskBytes: 1000 * GI, kubelet: { eviction }, behaviors: { one: using(usage) } });
    made.pod('one', template(['one'], spec, container), 'node-0');
    made.pod('other', template(['other']), 'node-0');
    made.engine.run(300e6);
    return eventsOf(made, 'Evicted').map((text) => text.replace(/^[\d.]+ /, ''));
  };

  it('of an emptyDir volume', () => {
    const volumes = [{ name: 'work', emptyDir: { sizeLimit: '1Gi' } }];
    expect(world({ volumeBytes: new Map([['work', growing(GI / 100)]]) }, { volumes }, mounts)).toEqual([
      'one: Usage of EmptyDir volume "work" exceeds the limit "1Gi". ',
    ]);
  });

  it('of a container counts its layer and its logs; a volume counts for the whole pod', () => {
    const resources = { limits: { 'ephemeral-storage': '1Gi' } };
    expect(world({ layerBytes: growing(GI / 200), logBytes: growing(GI / 200) }, {}, { resources })).toEqual([
      'one: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
    ]);
    const volumeBytes = new Map([['work', growing(GI / 100)]]);
    expect(world({ volumeBytes }, { volumes: [work] }, { resources, ...mounts })).toEqual([
      'one: Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ',
    ]);
  });

  it('of one container of several', () => {
    const made = rig({
      diskBytes: 1000 * GI,
      kubelet: { eviction },
      behaviors: { one: using({ layerBytes: growing(GI / 50) }) },
    });
    const limit = (size: string) => ({ resources: { limits: { 'ephemeral-storage': size } } });
    const containers = [
      { name: 'c0', image: 'one', ...limit('2Gi') },
      { name: 'c1', image: 'two', ...limit('8Gi') },
    ];
    made.pod('one', { metadata: {}, spec: { containers } }, 'node-0');
    made.engine.run(300e6);
    expect(eventsOf(made, 'Evicted').map((text) => text.slice(text.indexOf('Container')))).toEqual([
      'Container c0 exceeded its local ephemeral storage limit "2Gi". ',
    ]);
  });

  it('is no limit for a volume that no container says it mounts', () => {
    const volumes = [{ name: 'work', emptyDir: { sizeLimit: '1Gi' } }];
    expect(world({ volumeBytes: new Map([['work', growing(GI / 100)]]) }, { volumes }, {})).toEqual([]);
  });
});

describe('a disk that fills', () => {
  it('evicts the pod that is above its request, and says DiskPressure until the transition period is over', () => {
    const made = rig({
      diskBytes: 10 * GI,
      kubelet: { eviction },
      behaviors: {
        hog: using({ layerBytes: growing(GI / 20) }),
        tidy: using({ layerBytes: [{ atUs: 0, amount: 3 * GI }] }),
      },
    });
    const asks = (size: string) => ({ resources: { requests: { 'ephemeral-storage': size } } });
    made.pod('tidy', template(['tidy'], {}, asks('4Gi')), 'node-0');
    made.pod('hog', template(['hog'], {}, asks('1Gi')), 'node-0');
    made.engine.run(60e6);
    expect(eventsOf(made, 'Evicted')).toEqual([]);
    made.engine.run(200e6);
    // 5.5 GiB are the hog's after 110 s.
    expect(eventsOf(made, 'Evicted').map((text) => text.replace(/available: \d+/, 'available: N'))).toEqual([
      expect.stringMatching(
        / hog: The node was low on resource: ephemeral-storage\. Threshold quantity: 16106128\d\d, available: N\. Container c0 was using \d+, request is 1Gi, has larger consumption of ephemeral-storage\. $/,
      ),
    ]);
    made.engine.run(400e6);
    expect(eventsOf(made, 'NodeHasDiskPressure')).toHaveLength(1);
    expect(eventsOf(made, 'NodeHasNoDiskPressure')).toHaveLength(1);
  });

  it('deletes unused images before any pod is evicted', () => {
    const layers = [{ name: undefined, bytes: 5 * GI }];
    const made = rig({
      diskBytes: 10 * GI,
      kubelet: {
        eviction,
        cachedImages: ['old'],
        imagePull: { bandwidth: Infinity, roundTripUs: 0, maxParallel: 1, registry: { qps: Infinity, burst: 1 } },
        disk: { systemBytes: 0, imageFileSystemBytes: undefined, unpackedFactor: 1, logBytes: Infinity },
      },
      behaviors: {
        old: { layers, imageSizeBytes: 5 * GI },
        hog: { ...using({ layerBytes: growing(GI / 20) }), layers: [{ name: undefined, bytes: 1 }] },
      },
    });
    made.pod('hog', template(['hog']), 'node-0');
    made.engine.run(110e6);
    expect(eventsOf(made, 'EvictionThresholdMet')).toHaveLength(1);
    expect(eventsOf(made, 'Evicted')).toEqual([]);
    made.engine.run(250e6);
    expect(eventsOf(made, 'Evicted')).toHaveLength(1);
  });

  it('counts logs no further than they are kept', () => {
    const made = rig({
      diskBytes: 10 * GI,
      kubelet: {
        eviction,
        disk: { systemBytes: 0, imageFileSystemBytes: undefined, unpackedFactor: 1, logBytes: 50 * 2 ** 20 },
      },
      behaviors: { talker: using({ logBytes: growing(GI) }) },
    });
    made.pod('talker', template(['talker']), 'node-0');
    made.engine.run(300e6);
    expect(eventsOf(made, 'EvictionThresholdMet')).toEqual([]);
  });

  it('with a file system for images apart, looks only at what is on the one that is short', () => {
    const disk = { systemBytes: 0, imageFileSystemBytes: 10 * GI, unpackedFactor: 1, logBytes: Infinity };
    const made = rig({
      diskBytes: 10 * GI,
      kubelet: { eviction, disk },
      behaviors: {
        layer: using({ layerBytes: growing(GI / 20) }),
        volume: using({ volumeBytes: new Map([['work', [{ atUs: 0, amount: 8 * GI }]]]) }),
      },
    });
    made.pod('volume', template(['volume'], { volumes: [work] }, mounts), 'node-0');
    made.pod('layer', template(['layer']), 'node-0');
    made.engine.run(250e6);
    // The volume is larger, and leaves enough of its own file system.
    expect(eventsOf(made, 'Evicted').map((text) => text.split(' ')[1])).toEqual(['layer:']);
  });

  it('never evicts a critical pod', () => {
    const made = rig({
      diskBytes: 10 * GI,
      kubelet: { eviction },
      behaviors: { hog: using({ layerBytes: growing(GI / 10) }) },
    });
    made.pod('hog', template(['hog'], { priorityClassName: 'system-node-critical' }), 'node-0');
    made.engine.run(300e6);
    expect(eventsOf(made, 'EvictionThresholdMet').length).toBeGreaterThan(1);
    expect(eventsOf(made, 'Evicted')).toEqual([]);
  });
});
