// Claims and volumes in whole clusters: binding at once and with the first consumer, provisioning, and what goes wrong on the way.
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { Claim, PersistentVolume } from '../../src/model/storage/objects.ts';
import type { FinishedRun } from '../../src/world/run.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

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

/** The same in one line. */
const flow = (text: string) => `{ ${text.replace('---\n', '').trim().split('\n').join(', ')} }`;

const ideal = (nodes: number, duration: string, more = '') =>
  scenario(nodes, `  preset: ideal\n  duration: ${duration}${more}`);

const objectsOf = <T extends KubeObject>({ world: { state } }: FinishedRun, kind: string) =>
  [...state.objects.ofKind(kind)].map((row) => state.objects.get(row) as T);
const claimsOf = (outcome: FinishedRun) => objectsOf<Claim>(outcome, 'PersistentVolumeClaim');
const volumesOf = (outcome: FinishedRun) => objectsOf<PersistentVolume>(outcome, 'PersistentVolume');
const zoneOf = (node: string) => ['a', 'b', 'c'][Number(node.replace('node-', '')) % 3];
const sentences = (outcome: FinishedRun, reason: string) => eventsOf(outcome, reason).map(({ message }) => message);

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

describe('a claim that is bound at once', () => {
  it('has a volume before any pod uses it, and pods go where the volume is', () => {
    const outcome = runScenario(
      ideal(6, '1m') +
        csiNodes(6) +
        storageClass('fast', 'Immediate') +
        claim('web-data', 'fast') +
        pod('db', 'web-data'),
    );
    const terms = volumesOf(outcome)[0].spec?.nodeAffinity?.required?.nodeSelectorTerms;
    const zone = terms?.[0].matchExpressions?.[0].values?.[0];
    // FNV-1 of "web-data" is 0x77a9d52: 2 modulo the zones a, b, c.
    expect(zone).toBe('c');
    expect(zoneOf(podsOf(outcome)[0].node)).toBe('c');
    expect(claimsOf(outcome)[0].metadata.annotations).not.toHaveProperty('volume.kubernetes.io/selected-node');
  });

  it('keeps its pods waiting until it is bound, with words of Kubernetes', () => {
    const outcome = runScenario(
      ideal(3, '1m', '\n  storage: { provision: 20s }') +
        storageClass('fast', 'Immediate') +
        claim('data', 'fast') +
        pod('db', 'data'),
    );
    expect(sentences(outcome, 'FailedScheduling')[0]).toMatch(
      /^0\/3 nodes are available: pod has unbound immediate PersistentVolumeClaims\./,
    );
    const [db] = podsOf(outcome);
    expect(db.scheduled_seconds).toBeGreaterThanOrEqual(20);
    // The event of the bound claim requeues the pod: it does not wait for the flush of five minutes.
    expect(db.scheduled_seconds).toBeLessThan(22);
  });

  it('takes the smallest volume that is large enough, and the first of equals', () => {
    const plain = (name: string, size: string, more = '') => `---
apiVersion: v1
kind: PersistentVolume
metadata: { name: ${name}, labels: { tier: ${name} } }
spec: { accessModes: [ReadWriteOnce${more}], capacity: { storage: ${size} }, storageClassName: "", hostPath: { path: /x } }
`;
    const outcome = runScenario(
      ideal(1, '1m') +
        plain('huge', '100Gi') +
        plain('first', '20Gi') +
        plain('second', '20Gi') +
        plain('small', '5Gi') +
        plain('many', '12Gi', ', ReadWriteMany') +
        claim('one', '', { size: '10Gi' }) +
        claim('two', '', { size: '10Gi', more: ', selector: { matchLabels: { tier: huge } }' }) +
        claim('three', '', { size: '1Gi', mode: 'ReadWriteMany' }) +
        claim('none', '', { size: '1Ti' }),
    );
    const bound = Object.fromEntries(
      claimsOf(outcome).map(({ metadata, spec }) => [metadata.name, spec?.volumeName ?? null]),
    );
    // Volumes with fewer access modes are tried first, whatever their size.
    expect(bound).toEqual({ one: 'first', two: 'huge', three: 'many', none: null });
    expect(volumesOf(outcome).map(({ metadata, status }) => [metadata.name, status?.phase])).toEqual([
      ['huge', 'Bound'],
      ['first', 'Bound'],
      ['second', 'Available'],
      ['small', 'Available'],
      ['many', 'Bound'],
    ]);
    expect(sentences(outcome, 'FailedBinding')).toContain(
      'no persistent volumes available for this claim and no storage class is set',
    );
  });

  it('takes a volume that comes later, at the next look of the binder', () => {
    const late = `\n  timeline: [{ at: 20s, apply: { apiVersion: v1, kind: PersistentVolume, metadata: { name: late }, spec: { accessModes: [ReadWriteOnce], capacity: { storage: 10Gi }, storageClassName: "", hostPath: { path: /x } } } }]`;
    const outcome = runScenario(ideal(1, '2m', late) + claim('data', '') + pod('db', 'data'));
    expect(claimsOf(outcome)[0].spec?.volumeName).toBe('late');
    // Every 15 s, as kube-controller-manager does it.
    expect(podsOf(outcome)[0].scheduled_seconds).toBeGreaterThanOrEqual(30);
    expect(podsOf(outcome)[0].scheduled_seconds).toBeLessThan(32);
  });

  it('gets the default class when it names none', () => {
    const marked = storageClass('usual', 'Immediate').replace(
      'name: usual',
      'name: usual, annotations: { storageclass.kubernetes.io/is-default-class: "true" }',
    );
    const unnamed = claim('data', '').replace('storageClassName: "", ', '');
    for (const text of [marked + unnamed, unnamed + marked]) {
      const [data] = claimsOf(runScenario(ideal(1, '1m') + text));
      expect(data).toMatchObject({ spec: { storageClassName: 'usual' }, status: { phase: 'Bound' } });
    }
  });
});

describe('volumes on disks of nodes', () => {
  const disks = storageClass('disks', 'WaitForFirstConsumer').replace(
    'csi.example.com',
    'kubernetes.io/no-provisioner',
  );

  it('are bound by the scheduler, the smallest that fits on a node that has one', () => {
    const outcome = runScenario(
      ideal(3, '1m') +
        disks +
        local('on-0', '50Gi', 'node-0') +
        local('on-1', '5Gi', 'node-1') +
        local('on-2', '50Gi', 'node-2') +
        claim('data', 'disks') +
        pod('db', 'data') +
        pod('waits', 'nothing'),
    );
    const [db, waits] = podsOf(outcome);
    expect(['node-0', 'node-2']).toContain(db.node);
    expect(claimsOf(outcome)[0].spec?.volumeName).toBe(db.node.replace('node', 'on'));
    expect(waits.node).toBe('');
    expect(sentences(outcome, 'FailedScheduling')[0]).toMatch(
      /^0\/3 nodes are available: persistentvolumeclaim "nothing" not found\./,
    );
  });

  it('are given to one pod each, though both choose at the same instant', () => {
    const outcome = runScenario(
      ideal(2, '1m') +
        disks +
        local('on-0', '50Gi', 'node-0') +
        local('on-1', '50Gi', 'node-1') +
        claim('left', 'disks') +
        claim('right', 'disks') +
        claim('late', 'disks') +
        pod('first', 'left') +
        pod('second', 'right') +
        pod('third', 'late'),
    );
    const nodes = podsOf(outcome).map(({ node }) => node);
    expect(nodes.slice(0, 2).sort()).toEqual(['node-0', 'node-1']);
    expect(nodes[2]).toBe('');
    expect(sentences(outcome, 'FailedScheduling')[0]).toMatch(
      /^0\/2 nodes are available: 2 node\(s\) didn't find available persistent volumes to bind\./,
    );
  });
});

describe('a claim for one pod', () => {
  it('is used by one, and by the other when that is gone', () => {
    const outcome = runScenario(
      ideal(3, '3m', '\n  timeline: [{ at: 1m, delete: { kind: Pod, name: first } }]') +
        storageClass('fast', 'Immediate') +
        claim('data', 'fast', { mode: 'ReadWriteOncePod' }) +
        pod('first', 'data') +
        pod('second', 'data'),
    );
    const [first, second] = podsOf(outcome);
    expect(first.scheduled_seconds).toBeLessThan(5);
    expect(second.scheduled_seconds).toBeGreaterThanOrEqual(60);
    expect(second.scheduled_seconds).toBeLessThan(95);
    expect(sentences(outcome, 'FailedScheduling').join('\n')).toContain(
      '0/3 nodes are available: 3 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.',
    );
  });
});

describe('binding that goes wrong', () => {
  const wait = storageClass('zonal', 'WaitForFirstConsumer');

  it('is given up after the time of the plugin, and tried again', () => {
    const outcome = runScenario(
      ideal(
        3,
        '3m',
        `\n  storage: { provision: 50s }
  scheduler: { profiles: [{ schedulerName: default-scheduler, pluginConfig: [{ name: VolumeBinding, args: { bindTimeoutSeconds: 20 } }] }] }`,
      ) +
        wait +
        claim('data', 'zonal') +
        pod('db', 'data'),
    );
    expect(sentences(outcome, 'FailedScheduling')[0]).toBe(
      'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    );
    const [db] = podsOf(outcome);
    // The claim keeps its node, on which the pod is tried again; the volume is there at 50 s.
    expect(db.scheduled_seconds).toBeGreaterThanOrEqual(50);
    expect(db.scheduled_seconds).toBeLessThan(65);
    expect(claimsOf(outcome)[0].metadata.annotations?.['volume.kubernetes.io/selected-node']).toBe(db.node);
  });

  it('ends when the claim is deleted meanwhile', () => {
    const outcome = runScenario(
      ideal(
        3,
        '2m',
        '\n  storage: { provision: 30s }\n  timeline: [{ at: 10s, delete: { kind: PersistentVolumeClaim, name: data } }]',
      ) +
        wait +
        claim('data', 'zonal') +
        pod('db', 'data'),
    );
    const told = sentences(outcome, 'FailedScheduling');
    expect(told[0]).toBe(
      'running PreBind plugin "VolumeBinding": binding volumes: failed to check provisioning pvc: ' +
        'could not find v1.PersistentVolumeClaim "default/data"',
    );
    expect(told[1]).toMatch(/persistentvolumeclaim "data" not found/);
    expect(podsOf(outcome)[0].node).toBe('');
    expect(volumesOf(outcome)).toEqual([]);
  });

  it('ends when the pod is deleted meanwhile, and the claim is free for the next', () => {
    const outcome = runScenario(
      ideal(
        3,
        '2m',
        `\n  storage: { provision: 30s }
  timeline:
    - { at: 10s, delete: { kind: Pod, name: db } }
    - { at: 60s, apply: ${flow(pod('next', 'data'))} }`,
      ) +
        wait +
        claim('data', 'zonal') +
        pod('db', 'data'),
    );
    const [gone, next] = podsOf(outcome);
    expect(gone).toMatchObject({ node: '', deleted_seconds: 10 });
    expect(next.scheduled_seconds).toBe(60);
    expect(next.node).toBe(claimsOf(outcome)[0].metadata.annotations?.['volume.kubernetes.io/selected-node']);
  });

  it('moves to another node where the driver knows no place', () => {
    // The driver of node-0 tells places apart by a label that the node does not have.
    const outcome = runScenario(
      ideal(1, '1m') +
        csiNodes(1).replace('topology.kubernetes.io/zone', 'example.com/rack') +
        wait +
        claim('data', 'zonal') +
        pod('db', 'data'),
    );
    expect(sentences(outcome, 'ProvisioningFailed')[0]).toContain('is gone or has no labels for the topology keys');
    expect(sentences(outcome, 'FailedScheduling')[0]).toContain('provisioning failed for PVC "data"');
    expect(podsOf(outcome)[0].node).toBe('');
  });

  it('names a class that is not there', () => {
    const outcome = runScenario(ideal(1, '1m') + claim('data', 'absent') + pod('db', 'data'));
    expect(sentences(outcome, 'ProvisioningFailed')[0]).toBe('storageclass.storage.k8s.io "absent" not found');
    expect(sentences(outcome, 'FailedScheduling')[0]).toContain('pod has unbound immediate PersistentVolumeClaims');
  });
});

describe('a volume whose claim is deleted', () => {
  const removal = '\n  timeline: [{ at: 30s, delete: { kind: PersistentVolumeClaim, name: data } }]';

  it('is deleted, or kept as released, as its class says', () => {
    const phases = ['Delete', 'Retain'].map((policy) => {
      const outcome = runScenario(
        ideal(1, '1m', removal) + storageClass('fast', 'Immediate', `reclaimPolicy: ${policy}`) + claim('data', 'fast'),
      );
      return volumesOf(outcome).map(({ status }) => status?.phase);
    });
    expect(phases).toEqual([[], ['Released']]);
  });

  it('fails to be deleted when nobody made it', () => {
    const made = local('mine', '10Gi', 'node-0').replace(
      'accessModes',
      'persistentVolumeReclaimPolicy: Delete\n  accessModes',
    );
    const outcome = runScenario(ideal(1, '1m', removal) + made + claim('data', 'disks'));
    expect(volumesOf(outcome)[0].status?.phase).toBe('Failed');
    expect(sentences(outcome, 'VolumeFailedDelete')[0]).toContain('"mine"');
  });
});

describe('generic ephemeral volumes', () => {
  it('are claims of each pod, and go with it', () => {
    const volumes =
      ', volumes: [{ name: scratch, ephemeral: { volumeClaimTemplate: { spec: { accessModes: [ReadWriteOnce], storageClassName: zonal, resources: { requests: { storage: 1Gi } } } } } }]';
    const outcome = runScenario(
      ideal(3, '3m', '\n  timeline: [{ at: 1m, scale: { deployment: web, replicas: 1 } }]') +
        storageClass('zonal', 'WaitForFirstConsumer') +
        deployment('web', { replicas: 3, pod: volumes }),
    );
    const rows = podsOf(outcome);
    expect(rows.every(({ scheduled_seconds }) => scheduled_seconds !== null && scheduled_seconds < 10)).toBe(true);
    const left = rows.filter(({ deleted_seconds }) => deleted_seconds === null).map(({ pod: name }) => name);
    expect(left).toHaveLength(1);
    expect(claimsOf(outcome).map(({ metadata }) => metadata.name)).toEqual([`${left[0]}-scratch`]);
    expect(volumesOf(outcome)).toHaveLength(1);
  });
});

describe('limits', () => {
  it('on volumes of a node send pods elsewhere', () => {
    const limited = csiNodes(2, ', allocatable: { count: 1 }');
    const names = ['one', 'two', 'three'];
    const outcome = runScenario(
      ideal(2, '1m') +
        limited +
        storageClass('zonal', 'WaitForFirstConsumer') +
        names.map((name) => claim(name, 'zonal') + pod(`pod-${name}`, name)).join(''),
    );
    const nodes = podsOf(outcome).map(({ node }) => node);
    expect(nodes.slice(0, 2).sort()).toEqual(['node-0', 'node-1']);
    expect(nodes[2]).toBe('');
    expect(sentences(outcome, 'FailedScheduling')[0]).toMatch(
      /^0\/2 nodes are available: 2 node\(s\) exceed max volume count\./,
    );
  });

  it('on storage that drivers publish leave out nodes without room', () => {
    const driver = `---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: { name: csi.example.com }
spec: { storageCapacity: true }
---
apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata: { name: pool-b }
storageClassName: zonal
capacity: 100Gi
nodeTopology: { matchLabels: { topology.kubernetes.io/zone: b } }
`;
    const outcome = runScenario(
      ideal(3, '1m') +
        driver +
        csiNodes(3) +
        storageClass('zonal', 'WaitForFirstConsumer') +
        claim('fits', 'zonal') +
        pod('small', 'fits') +
        claim('exceeds', 'zonal', { size: '1Ti' }) +
        pod('large', 'exceeds'),
    );
    const [small, large] = podsOf(outcome);
    expect([small.node, large.node]).toEqual(['node-1', '']);
    expect(sentences(outcome, 'FailedScheduling')[0]).toMatch(
      /^0\/3 nodes are available: 3 node\(s\) did not have enough free storage\./,
    );
  });
});

describe('a claim that is deleted while a pod uses it', () => {
  const outcome = runScenario(
    ideal(
      1,
      '3m',
      `
  timeline:
    - { at: 30s, delete: { kind: PersistentVolumeClaim, name: data } }
    - { at: 45s, apply: ${flow(pod('late', 'data'))} }
    - { at: 60s, delete: { kind: Pod, name: db } }`,
    ) +
      storageClass('fast', 'Immediate') +
      claim('data', 'fast') +
      pod('db', 'data'),
  );

  it('stays until the pod is gone, and then goes with its volume', () => {
    expect(claimsOf(outcome)).toEqual([]);
    expect(volumesOf(outcome)).toEqual([]);
    const [db] = podsOf(outcome);
    expect(db.deleted_seconds).toBeGreaterThanOrEqual(60);
  });

  it('is for no further pod', () => {
    const told = sentences(outcome, 'FailedScheduling').join('\n');
    expect(told).toContain('persistentvolumeclaim "data" is being deleted');
    expect(told).toContain('persistentvolumeclaim "data" not found');
  });
});

describe('attaching', () => {
  const disk = storageClass('disk', 'Immediate');

  it('takes its time before the sandbox is made, and mounting takes more', () => {
    const outcome = runScenario(
      ideal(1, '1m', '\n  storage: { provision: 0s, attach: 8s, mount: 1500ms }') +
        disk +
        claim('data', 'disk') +
        pod('db', 'data') +
        pod('plain', 'data').replace(/, volumes.*\] \}/, ' }'),
    );
    const [db, plain] = podsOf(outcome);
    expect((db.ready_seconds ?? 0) - (db.scheduled_seconds ?? 0)).toBeCloseTo(9.5, 3);
    expect(plain.ready_seconds).toBe(plain.scheduled_seconds);
    expect(objectsOf(outcome, 'VolumeAttachment')).toMatchObject([
      { spec: { attacher: 'csi.example.com', nodeName: 'node-0' }, status: { attached: true } },
    ]);
  });

  it('of a volume for one node waits until it is detached from the other', () => {
    const on = (name: string, node: string) =>
      pod(name, 'data').replace('spec: {', `spec: { nodeSelector: { kubernetes.io/hostname: ${node} },`);
    const outcome = runScenario(
      ideal(
        2,
        '4m',
        `\n  storage: { attach: 8s, detach: 6s }
  timeline:
    - { at: 60s, apply: ${flow(on('second', 'node-1'))} }
    - { at: 90s, delete: { kind: Pod, name: first } }`,
      ) +
        disk +
        claim('data', 'disk') +
        on('first', 'node-0'),
    );
    const [first, second] = podsOf(outcome);
    expect([first.node, second.node, second.scheduled_seconds]).toEqual(['node-0', 'node-1', 60]);
    expect(sentences(outcome, 'FailedAttachVolume')).toEqual([
      expect.stringContaining("Volume is already exclusively attached to one node and can't be attached to another"),
    ]);
    // Nobody has waited for as long as a kubelet tries.
    expect(sentences(outcome, 'FailedMount')).toEqual([]);
    // The process ends at once when it is told to; 6 s and 8 s follow.
    expect(second.ready_seconds).toBeCloseTo(90 + 6 + 8, 3);
    expect(objectsOf(outcome, 'VolumeAttachment')).toMatchObject([{ spec: { nodeName: 'node-1' } }]);
  });

  it('that takes too long is complained about', () => {
    const outcome = runScenario(
      ideal(1, '10m', '\n  storage: { attach: 5m }') + disk + claim('data', 'disk') + pod('db', 'data'),
    );
    const complaints = eventsOf(outcome, 'FailedMount');
    const [db] = podsOf(outcome);
    const since = db.scheduled_seconds ?? 0;
    expect(complaints.map(({ time_seconds }) => Math.round(time_seconds - since))).toEqual([123, 246]);
    expect(complaints[0].message).toBe(
      'Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: context deadline exceeded',
    );
    expect(Math.round((db.ready_seconds ?? 0) - since)).toBe(300);
  });

  it('is done for ten volumes of a driver at once', () => {
    const names = Array.from({ length: 12 }, (_, i) => `data-${i}`);
    const outcome = runScenario(
      ideal(3, '1m', '\n  storage: { attach: 8s }') +
        disk +
        names.map((name) => claim(name, 'disk') + pod(`on-${name}`, name)).join(''),
    );
    const waits = podsOf(outcome).map(({ ready_seconds, scheduled_seconds }) =>
      Math.round((ready_seconds ?? 0) - (scheduled_seconds ?? 0)),
    );
    expect(waits.sort((a, b) => a - b)).toEqual([...Array.from({ length: 10 }, () => 8), 16, 16]);
  });

  it('is not for volumes of other kinds, nor for drivers that attach nothing', () => {
    const driver =
      '---\napiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: { name: csi.example.com }\nspec: { attachRequired: false }\n';
    const outcome = runScenario(
      ideal(1, '1m', '\n  storage: { attach: 8s }') + driver + disk + claim('data', 'disk') + pod('db', 'data'),
    );
    expect(podsOf(outcome)[0].ready_seconds).toBeLessThan(3);
    expect(objectsOf(outcome, 'VolumeAttachment')).toEqual([]);
  });
});

describe('a manifest that is applied again', () => {
  it('leaves a bound claim bound', () => {
    const again = flow(claim('data', 'fast', { size: '20Gi' }));
    const outcome = runScenario(
      ideal(1, '1m', `\n  timeline: [{ at: 30s, apply: ${again} }]`) +
        storageClass('fast', 'Immediate') +
        claim('data', 'fast') +
        pod('db', 'data'),
    );
    expect(claimsOf(outcome)[0]).toMatchObject({
      spec: { volumeName: volumesOf(outcome)[0].metadata.name, resources: { requests: { storage: '20Gi' } } },
      status: { phase: 'Bound' },
    });
  });
});
