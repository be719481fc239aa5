// Claims and volumes in whole clusters: binding at once and with the first consumer, provisioning, and what goes wrong on the way.
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { Claim, PersistentVolume } from '../../src/model/storage/objects.ts';
import type { Outcome } from '../../src/world/run.ts';
import { deployment, eventsOf, podsOf, runScenario, scenario } from '../support/world-rig.ts';

const storageClass = (name: string, mode: string, more = '') => `---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: ${name} }
provisioner: csi.example.com
volumeBindingMode: ${mode}
${more}
`;

const claim = (name: string, className: string, { size = '10Gi', mode = 'ReadWriteOnce', more = '' } = {}) => `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: ${name} }
spec: { accessModes: [${mode}], storageClassName: "${className}", resources: { requests: { storage: ${size} } }${more} }
`;

/** A volume on the disk of a node. */
const local = (name: string, size: string, node: string) => `---
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name} }
spec:
  accessModes: [ReadWriteOnce]
  capacity: { storage: ${size} }
  storageClassName: disks
  local: { path: /mnt }
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [${node}] }] }] } }
`;

const csiNodes = (nodes: number, more = '') =>
  Array.from(
    { length: nodes },
    (_, i) => `---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: { name: node-${i} }
spec: { drivers: [{ name: csi.example.com, nodeID: node-${i}, topologyKeys: [topology.kubernetes.io/zone]${more} }] }
`,
  ).join('');

const using = (name: string) => `, volumes: [{ name: data, persistentVolumeClaim: { claimName: ${name} } }]`;

const pod = (name: string, claimName: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { containers: [{ name: main, image: test }]${using(claimName)} }
`;

const ideal = (nodes: number, duration: string, more = '') =>
  scenario(nodes, `  preset: ideal\n  duration: ${duration}${more}`);

const objectsOf = <T extends KubeObject>({ world: { state } }: Outcome, kind: string) =>
  [...state.objects.ofKind(kind)].map((row) => state.objects.get(row) as T);
const claimsOf = (outcome: Outcome) => objectsOf<Claim>(outcome, 'PersistentVolumeClaim');
const volumesOf = (outcome: Outcome) => objectsOf<PersistentVolume>(outcome, 'PersistentVolume');
const zoneOf = (node: string) => ['a', 'b', 'c'][Number(node.replace('node-', '')) % 3];
const sentences = (outcome: Outcome, reason: string) => eventsOf(outcome, reason).map(({ message }) => message);

describe('a claim of a class that waits for its first consumer', () => {
  const outcome = runScenario(
    ideal(3, '1m', '\n  storage: { provision: 2500ms }') +
      csiNodes(3) +
      storageClass('zonal', 'WaitForFirstConsumer') +
      claim('data', 'zonal') +
      deployment('db', { pod: using('data') }),
  );
  const [db] = podsOf(outcome);
  const [volume] = volumesOf(outcome);

  it('gets a volume in the zone of the node that the scheduler chose', () => {
    expect(claimsOf(outcome)[0]).toMatchObject({
      metadata: { annotations: { 'volume.kubernetes.io/selected-node': db.node } },
      spec: { volumeName: volume.metadata.name },
      status: { phase: 'Bound', capacity: { storage: '10Gi' } },
    });
    expect(volume).toMatchObject({
      spec: {
        claimRef: { name: 'data', namespace: 'default' },
        persistentVolumeReclaimPolicy: 'Delete',
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zoneOf(db.node)] }] },
            ],
          },
        },
      },
      status: { phase: 'Bound' },
    });
  });

  it('holds the pod until it is bound: Kubernetes looks each second', () => {
    // At once after the volume's 2.5 s come the binder's writes; the third look finds them.
    expect(db.scheduled_seconds).toBe(3);
    expect(db.ready_seconds).toBeGreaterThanOrEqual(3);
  });

  it('says what it waits for', () => {
    expect(sentences(outcome, 'WaitForFirstConsumer')).toEqual([
      'waiting for first consumer to be created before binding',
    ]);
    expect(sentences(outcome, 'Provisioning')).toEqual([
      'External provisioner is provisioning volume for claim "default/data"',
    ]);
    expect(sentences(outcome, 'ProvisioningSucceeded')).toEqual([
      `Successfully provisioned volume ${volume.metadata.name}`,
    ]);
  });
});
