// The table of CPU quotas.
import { count, END, seconds, someRatio, text, type Table } from './column.ts';

export const throttling = {
  file: 'throttling.csv',
  help: 'CPU quotas of containers that share the processors of their nodes (`compute: nodeShared`), in each interval, summed over the pods of a workload; empty without. Names and meanings are those of cAdvisor.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    kind: text('Kind of the workload.'),
    workload: text('Name of the workload that the pods belong to, or of the pod that belongs to none.'),
    container: text('Name of the container; empty for all of a pod whose limit is that of the pod.'),
    pods: count('Pods with a quota that was there in the interval.'),
    container_cpu_cfs_periods: count(
      'Periods of 100 ms that ended, of those in which the container ran and the one after these.',
    ),
    container_cpu_cfs_throttled_periods: count('Of these, periods at whose end it was throttled.', 'lower'),
    container_cpu_cfs_throttled_seconds: seconds(
      'Time throttled, summed over the processors that it would have used.',
      'lower',
    ),
    throttled_ratio: someRatio('Throttled periods as a share of periods; empty without periods.', 'lower'),
    throttled_max_ratio: someRatio('The same of the pod where it is largest.', 'lower'),
  },
} as const satisfies Table;
