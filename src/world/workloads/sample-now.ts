// The numbers of one workload at this instant.
import type { ClusterState } from '../../model/state.ts';
import { workloads } from './index.ts';
import type { WorkloadSample } from './workload.ts';

/** By `namespace/name`; undefined where there is no such object. */
export function sampleNow({ objects }: ClusterState, kind: string, key: string): WorkloadSample | undefined {
  const [namespace, name] = key.split('/');
  const object = objects.get(objects.find(kind, namespace, name));
  return object === undefined ? undefined : workloads.find((reader) => reader.kind === kind)?.read(object);
}
