// A cluster as `kubectl get … -o json` prints it: two ready nodes and a silent one, and one of each kind of workload in the middle of its life.
interface Made {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Record<string, unknown> & { readonly name: string; readonly uid: string };
  readonly [field: string]: unknown;
}

let made = 0;

function object(apiVersion: string, kind: string, name: string, fields: object, meta: object = {}): Made {
  made += 1;
  const uid = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  const metadata = {
    name,
    uid,
    resourceVersion: String(made),
    generation: 1,
    creationTimestamp: '2025-03-01T10:00:00Z',
    ...meta,
  };
  return { apiVersion, kind, metadata, ...fields };
}

const shop = { namespace: 'shop' };

function ownedBy({ apiVersion, kind, metadata: { name, uid } }: Made): object {
  return { ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }] };
}

function node(name: string, zone: string, ready: 'True' | 'Unknown'): Made {
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': zone };
  const taints = ready === 'True' ? {} : { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }] };
  const status = {
    capacity: { cpu: '4', memory: '8Gi', pods: '20' },
    allocatable: { cpu: '4', memory: '8Gi', pods: '20' },
    conditions: [{ type: 'Ready', status: ready, reason: 'KubeletReady' }],
    images: [{ names: ['shop/web@sha256:aa', 'shop/web:1'], sizeBytes: 1000 }],
  };
  return object('v1', 'Node', name, { spec: taints, status }, { labels });
}

function template(image: string, labels: object, more: object = {}): object {
  const container = { name: 'main', image, resources: { requests: { cpu: '500m', memory: '128Mi' } }, ...more };
  return {
    metadata: { creationTimestamp: null, labels },
    spec: { containers: [container], restartPolicy: 'Always', terminationGracePeriodSeconds: 30 },
  };
}

interface PodOptions {
  readonly image: string;
  readonly labels: object;
  readonly owner: Made;
  readonly node?: string;
  readonly restarts?: number;
  readonly spec?: object;
  readonly meta?: object;
  readonly container?: object;
}

function pod(
  name: string,
  { image, labels, owner, node: at, restarts = 0, spec = {}, meta = {}, container = {} }: PodOptions,
): Made {
  const { spec: base } = template(image, labels, container) as {
    readonly spec: { readonly containers: readonly object[] };
  };
  const token = { name: `kube-api-access-${made}`, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const containers = base.containers.map((one) => ({ ...one, volumeMounts: [token] }));
  const { volumes = [], ...others } = spec as { readonly volumes?: readonly object[] };
  const whole = {
    ...base,
    containers,
    ...others,
    volumes: [...volumes, { name: token.name, emptyDir: {} }],
    ...(at === undefined ? {} : { nodeName: at }),
  };
  const status =
    at === undefined
      ? {
          phase: 'Pending',
          conditions: [
            { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes are available' },
          ],
        }
      : {
          phase: 'Running',
          podIP: '10.0.0.1',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [
            {
              name: 'main',
              image,
              imageID: 'x',
              ready: true,
              started: true,
              restartCount: restarts,
              state: { running: { startedAt: '2025-03-01T10:00:00Z' } },
            },
          ],
        };
  return object('v1', 'Pod', name, { spec: whole, status }, { ...shop, labels, ...ownedBy(owner), ...meta });
}

/** The objects, in no order that helps. */
export function dump(): Made[] {
  made = 0;
  const web = object(
    'apps/v1',
    'Deployment',
    'web',
    {
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: 'web' } },
        template: template(
          'shop/web:1',
          { app: 'web' },
          { readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 60 } },
        ),
      },
      status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, readyReplicas: 2, availableReplicas: 2 },
    },
    { ...shop, annotations: { 'deployment.kubernetes.io/revision': '7' } },
  );
  const hash = { app: 'web', 'pod-template-hash': '7c9b8f5d44' };
  const probe = { readinessProbe: { httpGet: { path: '/', port: 80 }, initialDelaySeconds: 60 } };
  const set = object(
    'apps/v1',
    'ReplicaSet',
    'web-7c9b8f5d44',
    {
      spec: { replicas: 4, selector: { matchLabels: hash }, template: template('shop/web:1', hash, probe) },
      status: { observedGeneration: 1, replicas: 4, readyReplicas: 2, availableReplicas: 2 },
    },
    { ...shop, labels: hash, annotations: { 'deployment.kubernetes.io/revision': '7' }, ...ownedBy(web) },
  );
  const ofWeb = { image: 'shop/web:1', labels: hash, owner: set, container: probe };
  const db = object(
    'apps/v1',
    'StatefulSet',
    'db',
    {
      spec: {
        replicas: 1,
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: template('shop/db:1', { app: 'db' }),
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1Gi' } },
              storageClassName: 'fast',
            },
          },
        ],
      },
      status: {
        observedGeneration: 1,
        replicas: 1,
        readyReplicas: 1,
        currentReplicas: 1,
        updatedReplicas: 1,
        currentRevision: 'db-5f7',
        updateRevision: 'db-5f7',
      },
    },
    shop,
  );
  const agent = object(
    'apps/v1',
    'DaemonSet',
    'agent',
    {
      spec: { selector: { matchLabels: { app: 'agent' } }, template: template('shop/agent:1', { app: 'agent' }) },
      status: {
        observedGeneration: 1,
        currentNumberScheduled: 2,
        desiredNumberScheduled: 2,
        numberReady: 2,
        updatedNumberScheduled: 2,
      },
    },
    shop,
  );
  const job = object(
    'batch/v1',
    'Job',
    'report',
    {
      spec: {
        completions: 3,
        parallelism: 1,
        template: {
          ...template('shop/report:1', {}),
          spec: { containers: [{ name: 'main', image: 'shop/report:1' }], restartPolicy: 'Never' },
        },
      },
      status: { active: 1, succeeded: 2, startTime: '2025-03-01T10:00:00Z' },
    },
    shop,
  );
  const ofJob = { 'batch.kubernetes.io/job-name': 'report', 'batch.kubernetes.io/controller-uid': job.metadata.uid };
  const volume = object('v1', 'PersistentVolume', 'pv-1', {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'fast',
      csi: { driver: 'fast.example', volumeHandle: 'v1' },
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: 'shop',
        name: 'data-db-0',
        uid: 'claim-uid',
      },
    },
    status: { phase: 'Bound' },
  });
  const claim = object(
    'v1',
    'PersistentVolumeClaim',
    'data-db-0',
    {
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        storageClassName: 'fast',
        volumeName: 'pv-1',
      },
      status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
    },
    {
      ...shop,
      uid: 'claim-uid',
      annotations: { 'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes' },
    },
  );
  const pin = (name: string) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
        },
      },
    },
  });
  const done = pod('report-x1', {
    image: 'shop/report:1',
    labels: ofJob,
    owner: job,
    node: 'n1',
    spec: { restartPolicy: 'Never' },
  });
  return [
    pod('web-7c9b8f5d44-aaaaa', { ...ofWeb, node: 'n1', restarts: 4 }),
    pod('web-7c9b8f5d44-bbbbb', { ...ofWeb, node: 'n2' }),
    pod('web-7c9b8f5d44-ccccc', { ...ofWeb, spec: { nodeSelector: { disk: 'none' } } }),
    pod('db-0', {
      image: 'shop/db:1',
      labels: { app: 'db', 'controller-revision-hash': 'db-5f7', 'statefulset.kubernetes.io/pod-name': 'db-0' },
      owner: db,
      node: 'n2',
      spec: {
        hostname: 'db-0',
        subdomain: 'db',
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }],
      },
    }),
    ...['n1', 'n2'].map((name) =>
      pod(`agent-${name}`, {
        image: 'shop/agent:1',
        labels: { app: 'agent', 'controller-revision-hash': 'abc' },
        owner: agent,
        node: name,
        spec: pin(name),
      }),
    ),
    pod('report-x3', {
      image: 'shop/report:1',
      labels: ofJob,
      owner: job,
      node: 'n1',
      spec: { restartPolicy: 'Never' },
    }),
    { ...done, status: { phase: 'Succeeded' } },
    pod('web-lost', { ...ofWeb, node: 'n3' }),
    set,
    web,
    db,
    agent,
    job,
    claim,
    volume,
    object('storage.k8s.io/v1', 'StorageClass', 'fast', {
      provisioner: 'fast.example',
      volumeBindingMode: 'WaitForFirstConsumer',
    }),
    object(
      'v1',
      'Secret',
      'password',
      { type: 'Opaque', data: { key: 'aHVudGVyMg==' } },
      {
        ...shop,
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"key":"aHVudGVyMg=="}}' },
      },
    ),
    object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      'web',
      {
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          minReplicas: 3,
          maxReplicas: 6,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          ],
        },
        status: { currentReplicas: 4, desiredReplicas: 4, conditions: [] },
      },
      shop,
    ),
    object('v1', 'Event', 'web.1', { reason: 'Started', involvedObject: {}, message: 'x' }, shop),
    object('example.com/v1', 'Widget', 'w', { spec: {} }, shop),
    node('n1', 'a', 'True'),
    node('n2', 'b', 'True'),
    node('n3', 'b', 'Unknown'),
  ];
}
