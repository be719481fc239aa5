// The kinds that have rows in workloads.csv, in the order in which an interval lists them.
import { cronJob } from './cron-job.ts';
import { daemonSet } from './daemon-set.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { job } from './job.ts';
import { replicaSet, replicationController } from './replica-set.ts';
import { rollout } from './rollout.ts';
import { statefulSet } from './stateful-set.ts';
import type { WorkloadReader } from './workload.ts';

export const workloads: readonly WorkloadReader[] = [
  deployment,
  replicaSet,
  statefulSet,
  daemonSet,
  horizontalPodAutoscaler,
  job,
  cronJob,
  rollout,
  replicationController,
];
