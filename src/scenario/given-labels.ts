// Labels that controllers give their pods beside those of the template: Services may select by them.
import type { KubernetesObject } from './scenario.ts';

type Gives = (key: string, value: unknown, owner: string) => boolean;

const HASH: Gives = (key) => key === 'pod-template-hash';
const ORDINAL = /^\d+$/;

const jobs: Gives = (key, value, owner) => {
  const name = key.replace(/^batch\.kubernetes\.io\//, '');
  // A CronJob's Jobs have its name and the time.
  if (name === 'job-name') return typeof value === 'string' && (value === owner || value.startsWith(`${owner}-`));
  return name === 'controller-uid' || key === 'batch.kubernetes.io/job-completion-index';
};

const BY_KIND: Readonly<Record<string, Gives | undefined>> = {
  Deployment: HASH,
  ReplicaSet: HASH,
  Rollout: (key) => key === 'rollouts-pod-template-hash',
  DaemonSet: (key) => key === 'controller-revision-hash' || key === 'pod-template-generation',
  StatefulSet: (key, value, owner) => {
    if (key === 'controller-revision-hash') return true;
    if (typeof value !== 'string') return false;
    if (key === 'apps.kubernetes.io/pod-index') return ORDINAL.test(value);
    if (key !== 'statefulset.kubernetes.io/pod-name') return false;
    return value.startsWith(`${owner}-`) && ORDINAL.test(value.slice(owner.length + 1));
  },
  Job: jobs,
  CronJob: jobs,
};

/** Whether pods of the object may have the label, given by its controller. */
export function mayBeGiven({ kind, metadata }: KubernetesObject, key: string, value: unknown): boolean {
  return BY_KIND[kind]?.(key, value, metadata.name) ?? false;
}
