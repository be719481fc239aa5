// The table of caches before calls, by interval.
import { count, END, seconds, someRatio, text, type Table } from './column.ts';

export const caches = {
  file: 'caches.csv',
  help: 'Caches before calls (`behaviors[].calls[].cache`), one row for each call that has one, and interval; without them it is empty.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace of the Service that is called for what is not there.'),
    service: text('Its name.'),
    place: text('Who calls whom: `image → namespace/service`.'),
    hits: count('Calls that found their answer during the interval.', 'higher'),
    misses: count('Calls that went to the Service.', 'lower'),
    early: count('Of these, those that fetched again what was still good.'),
    shared: count('Calls that waited for the fetch of another one.'),
    stale: count('Calls that took what was too old while another one fetched it.'),
    hit_ratio: someRatio('Share of all of these that did not go to the Service.', 'higher'),
    entries: count('Keys held at the end of the interval, in all processes.'),
    evictions: count('Keys thrown out so far to make room, by processes that run.'),
  },
} as const satisfies Table;
