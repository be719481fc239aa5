// Pods as records of the cluster autoscaler describe them, as the autoscaler lists them.
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.js';
import type { ControllerReference, ListedBudget, ListedPod } from '../../src/autoscaler/cluster/listed.ts';
import { PodClasses } from '../../src/model/pod-class.ts';

export interface PodRecord {
  readonly name: string;
  readonly namespace: string;
  readonly app: string;
  readonly owner?: string;
  /** Seconds. */
  readonly age: number;
  readonly phase: ListedPod['phase'];
  readonly restartPolicy: string;
  readonly cpuMilli: number;
  readonly memory: number;
  readonly gpu?: number;
  readonly mirror?: boolean;
  readonly safeToEvict?: string;
  readonly daemonSetAnnotation?: boolean;
  readonly volumes?: readonly string[];
  readonly safeToEvictLocalVolumes?: string;
  readonly deletionTimestampAgo?: number;
  readonly gracePeriod?: number;
}

export interface BudgetRecord {
  readonly app: string;
  readonly namespace: string;
  readonly disruptionsAllowed: number;
}

export const NOW_US = 1e12;
const classes = new PodClasses();
const AUTOSCALER = 'cluster-autoscaler.kubernetes.io';
const REPLICAS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3 };

export function listedPod(record: PodRecord): ListedPod {
  const { mirror, safeToEvict, daemonSetAnnotation, safeToEvictLocalVolumes, owner, deletionTimestampAgo } = record;
  const annotations = {
    ...(mirror === true ? { 'kubernetes.io/config.mirror': 'mirror' } : {}),
    ...(safeToEvict === undefined ? {} : { [`${AUTOSCALER}/safe-to-evict`]: safeToEvict }),
    ...(daemonSetAnnotation === true ? { [`${AUTOSCALER}/daemonset-pod`]: 'true' } : {}),
    ...(safeToEvictLocalVolumes === undefined
      ? {}
      : { [`${AUTOSCALER}/safe-to-evict-local-volumes`]: safeToEvictLocalVolumes }),
  };
  const [kind = '', name = ''] = owner?.split('/') ?? [];
  return {
    row: -1,
    epoch: 0,
    successor: false,
    podClass: classes.intern(record.namespace, {
      metadata: { labels: { app: record.app }, annotations },
      spec: specOf(record),
    }),
    name: record.name,
    owner: -1,
    controller: owner === undefined ? undefined : { kind, name },
    createdUs: NOW_US - record.age * 1e6,
    phase: record.phase,
    deletionUs: deletionTimestampAgo === undefined ? undefined : NOW_US - deletionTimestampAgo * 1e6,
    node: -1,
  };
}

function specOf({ cpuMilli, memory, gpu = 0, restartPolicy, gracePeriod, volumes = [] }: PodRecord): PodSpec {
  const requests = { cpu: `${cpuMilli}m`, memory: `${memory}`, ...(gpu === 0 ? {} : { 'nvidia.com/gpu': `${gpu}` }) };
  const container: Container = { name: 'c', image: 'i', resources: { requests } };
  return {
    containers: [container],
    restartPolicy,
    ...(gracePeriod === undefined ? {} : { terminationGracePeriodSeconds: gracePeriod }),
    volumes: volumes.map(volume),
  };
}

function volume(text: string): Volume {
  const [name = '', type] = text.split(':');
  if (type === 'hostPath') return { name, hostPath: { path: '/data' } };
  if (type === 'configMap') return { name, configMap: { name: 'config' } };
  return { name, emptyDir: type === 'emptyDirMemory' ? { medium: 'Memory' } : {} };
}

export function listedBudget({ app, namespace, disruptionsAllowed }: BudgetRecord): ListedBudget {
  return { namespace, disruptionsAllowed, selects: ({ labels }) => labels.app === app };
}

/** Controllers one, two and three exist with that many replicas in every namespace. */
export function recordedController(
  _namespace: string,
  { name }: ControllerReference,
): { replicas: number | undefined } | 'missing' {
  const replicas = REPLICAS[name];
  return replicas === undefined ? 'missing' : { replicas };
}
