// Clusters with volumes in a storm: pods come and go, nodes crash, claims are deleted. Afterwards nothing is left over.
import { expect, it } from 'vitest';
import { CounterRandom } from '../../src/engine/counter.ts';
import type { Claim, PersistentVolume, VolumeAttachment } from '../../src/model/storage/objects.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { runScenario } from '../support/world-rig.ts';
import type { PodRow } from '../../src/model/rows.ts';

const NODES = 6;
const STORM_S = 600;
const QUIET_S = 1500;

const objects = (mode: string) => `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: zonal }
provisioner: csi.example.com
volumeBindingMode: ${mode}
allowedTopologies: [{ matchLabelExpressions: [{ key: topology.kubernetes.io/zone, values: [a, b, c] }] }]
`;

const claim = (index: number) => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data-${index} }
spec: { accessModes: [ReadWriteOnce], storageClassName: zonal, resources: { requests: { storage: 10Gi } } }
`;

function storm(seed: number): string[] {
  const random = new CounterRandom(seed, 'storm');
  const actions: string[] = [];
  for (let at = 20; at < STORM_S; at += 5 + random.int(25)) {
    const what = random.int(4);
    if (what === 0) actions.push(`{ at: ${at}s, scale: { deployment: many, replicas: ${random.int(13)} } }`);
    if (what === 1) actions.push(`{ at: ${at}s, rolloutRestart: { deployment: owner-${random.int(3)} } }`);
    if (what === 2)
      actions.push(`{ at: ${at}s, delete: { kind: PersistentVolumeClaim, name: data-${random.int(3)} } }`);
    if (what === 3) {
      actions.push(
        `{ at: ${at}s, fault: { NodeCrash: { node: node-${random.int(NODES)}, for: ${20 + random.int(200)}s } } }`,
      );
    }
  }
  // At the end all is as it was wished.
  actions.push(`{ at: ${STORM_S}s, scale: { deployment: many, replicas: 5 } }`);
  return actions;
}

it.each([1, 2, 3, 4].map((seed): [number, string] => [seed, seed % 2 === 0 ? 'Immediate' : 'WaitForFirstConsumer']))(
  'storm %i, %s',
  (seed, mode) => {
    const ephemeral =
      ', volumes: [{ name: scratch, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce], storageClassName: zonal, resources: { requests: { storage: 1Gi } } } } } }]';
    const text =
      scenario(
        NODES,
        `  duration: ${STORM_S + QUIET_S}s\n  timeline:\n${storm(seed)
          .map((one) => `    - ${one}\n`)
          .join('')}`,
      ) +
      objects(mode) +
      deployment('many', { replicas: 4, pod: ephemeral }) +
      [0, 1, 2]
        .map(
          (index) =>
            claim(index) +
            deployment(`owner-${index}`, {
              pod: `, volumes: [{ name: data, persistentVolumeClaim: { claimName: data-${index} } }]`,
            }),
        )
        .join('');
    // The invariants watch: each volume has one claim, and is attached to one node.
    const { state } = runScenario(text).world;
    const of = <T>(kind: string) => [...state.objects.ofKind(kind)].map((row) => state.objects.get(row) as T);
    const { pods } = state;
    const names = new Set<string>();
    const places = new Set<string>();
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
      if (pods.alive[pod] === 0) continue;
      const name = state.podName(pod);
      names.add(name);
      if (pods.node[pod] >= 0) places.add(state.nodeName(pods.node[pod]));
    }
    const claims = of<Claim>('PersistentVolumeClaim');
    const own = claims.filter(({ metadata }) => metadata.ownerReferences !== undefined);
    expect(own).toHaveLength(5);
    for (const { metadata, status } of own) {
      expect(names).toContain(metadata.ownerReferences?.[0].name);
      expect(status?.phase).toBe('Bound');
    }
    // A class of the policy Delete: no volume without its claim, no claim without its volume.
    const volumes = of<PersistentVolume>('PersistentVolume');
    expect(new Set(volumes.map(({ spec }) => spec?.claimRef?.uid))).toEqual(
      new Set(claims.map(({ metadata }) => metadata.uid)),
    );
    expect(volumes).toHaveLength(claims.length);
    // Attached where pods are, and nowhere else.
    for (const { spec, status } of of<VolumeAttachment>('VolumeAttachment')) {
      expect(status?.attached).toBe(true);
      expect(places).toContain(spec?.nodeName);
    }
  },
);
