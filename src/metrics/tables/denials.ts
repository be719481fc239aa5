// The table of connections that NetworkPolicies forbade.
import { count, END, seconds, type Table, text } from './column.ts';

export const denials = {
  file: 'denials.csv',
  help: 'Connections that NetworkPolicies forbade, one row per interval and pair of namespaces that had any.',
  columns: {
    time_seconds: seconds(END),
    from_namespace: text('Namespace of the pod that tried to connect; empty for a client outside.'),
    to_namespace: text('Namespace of the pod that it tried to reach; empty for a system outside.'),
    connections: count(
      'Connections that were forbidden during the interval; a first packet that is sent again counts again.',
      'lower',
    ),
  },
} as const satisfies Table;
