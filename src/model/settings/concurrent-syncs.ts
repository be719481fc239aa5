// Controllers whose workers can be set, by the names of Kubernetes' flags (`--concurrent-deployment-syncs` …; of ReplicationControllers `--concurrent-rc-syncs`), with their defaults.

export const CONCURRENT_SYNCS = {
  deployment: 5,
  replicaSet: 5,
  replicationController: 5,
  statefulSet: 5,
  daemonSet: 2,
  endpointSlice: 5,
  job: 5,
  cronJob: 5,
  ttlAfterFinished: 5,
  garbageCollector: 20,
  resourceQuota: 5,
  horizontalPodAutoscaler: 5,
} as const;
