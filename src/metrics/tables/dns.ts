// The table of name lookups by interval.
import { count, END, seconds, someSeconds, type Table } from './column.ts';

export const dns = {
  file: 'dns.csv',
  help: 'Names looked up by programs (`spec.dns`), one row per interval; without it there are none.',
  columns: {
    time_seconds: seconds(END),
    lookups: count(
      'Lookups begun during the interval: one for each connection to a Service that the program does not remember.',
    ),
    lookups_failed: count('Lookups that ended during the interval without an address.', 'lower'),
    queries: count(
      'Queries sent during the interval, repeated ones and those for names of the search list included.',
      'lower',
    ),
    queries_node_cache: count('Queries answered by the cache of the node.'),
    queries_upstream: count('Queries for which a DNS server asked servers outside.'),
    program_cache_hits: count('Connections for which the program remembered the address.'),
    lookup_duration_p50_seconds: someSeconds('Median duration of lookups that found an address.', 'lower'),
    lookup_duration_p99_seconds: someSeconds('99th percentile of the same.', 'lower'),
    lookup_duration_max_seconds: someSeconds('The longest of them.', 'lower'),
  },
} as const satisfies Table;
