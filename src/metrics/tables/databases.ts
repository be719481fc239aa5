// The table of databases, by interval.
import { count, END, seconds, text, type Table } from './column.ts';

export const databases = {
  file: 'databases.csv',
  help: 'Databases (`database` of a behavior), one row for each and interval; without any it is empty.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of its pods.'),
    database: text('Name of the StatefulSet; of the image where there is none.'),
    primary: text('The pod that is the primary at the end of the interval; empty where there is none.'),
    writes: count('Writes committed during the interval.'),
    read_only_errors: count('Writes that came to a pod that was not the primary.', 'lower'),
    lost_writes: count('Writes that had been committed but that the new primary did not have.', 'lower'),
    failovers: count('How often another pod became the primary.', 'lower'),
    without_primary_seconds: seconds('Time without a running primary, once there had been one.', 'lower'),
    lock_waits: count('Writes that had to wait for another write.', 'lower'),
    lock_wait_seconds: seconds('Total time that they waited for their locks.', 'lower'),
    running: count('Pods whose process runs at the end of the interval.'),
  },
} as const satisfies Table;
