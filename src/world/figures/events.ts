// Figures that count what happened: events by reason, and writes of the API server.
import { EventSubject } from '../../model/event-log.ts';
import type { IdentityRow, NodeRow, ObjectRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { type Figure, qualified } from './figure.ts';

export const eventFigures: readonly Figure[] = [
  {
    pattern: 'api.writes',
    title: 'Writes to the API server',
    unit: 'count',
    gauge: false,
    wholeRun: false,
    anytime: true,
    better: 'neither',
    meaning: 'Writes that the API server accepted.',
    measure: ({ span: { from, to } }, { requests: { series } }) => {
      let before = from === 0 ? 0 : series[from - 1].time_seconds;
      let writes = 0;
      for (const row of series.slice(from, to)) {
        writes += row.apiserver_writes_per_second * (row.time_seconds - before);
        before = row.time_seconds;
      }
      return Math.round(writes);
    },
  },
  {
    pattern: 'events.<reason>',
    title: 'Events <reason>',
    unit: 'count',
    gauge: false,
    wholeRun: false,
    anytime: true,
    better: 'neither',
    meaning: 'Events of this reason, as in events.csv.',
    measure: ({ names, window }, { state: { events: log }, durationUs }) => {
      const fromUs = window?.fromUs ?? 0;
      const toUs = window?.toUs ?? durationUs;
      let count = 0;
      for (let i = 0; i < log.length; i += 1) {
        if (log.recordedAt[i] < fromUs || log.recordedAt[i] > toUs) continue;
        if (log.messages.get(log.message[i]).reason === names['reason']) count += 1;
      }
      return count;
    },
  },
  {
    pattern: 'events.<reason>.<object>',
    title: 'Events <reason> of <object>',
    unit: 'count',
    gauge: false,
    wholeRun: false,
    anytime: true,
    better: 'neither',
    meaning:
      'Those of them that are about objects of this name, of any kind, or about what these have made, pods included; or about the node or pod of this name. Nothing where there never was such a one.',
    measure: ({ names, window }, { state, durationUs }) => {
      // Objects may have dots in their names, and reasons have none.
      const [, reason = '', object = ''] = /^([^.]*)\.(.*)$/.exec(`${names['reason']}.${names['object']}`) ?? [];
      const concerns = subjectsOf(state, object);
      if (concerns === undefined) return undefined;
      const { events: log } = state;
      const fromUs = window?.fromUs ?? 0;
      const toUs = window?.toUs ?? durationUs;
      let count = 0;
      for (let i = 0; i < log.length; i += 1) {
        if (log.recordedAt[i] < fromUs || log.recordedAt[i] > toUs) continue;
        if (log.messages.get(log.message[i]).reason === reason && concerns(i)) count += 1;
      }
      return count;
    },
  },
];

/** Whether an event is about what has this name; undefined when nothing ever had it. */
function subjectsOf(state: ClusterState, name: string): ((event: number) => boolean) | undefined {
  const { objects, identities, events } = state;
  const key = qualified(name);
  const rows = new Set<ObjectRow>();
  // Whoever makes something is older than that.
  for (let row = 0 as ObjectRow; row < objects.length; row = (row + 1) as ObjectRow) {
    if (`${objects.namespace[row]}/${objects.name[row]}` === key || rows.has(objects.owner[row])) rows.add(row);
  }
  const isPod = (pod: IdentityRow): boolean => `${identities.namespace(pod)}/${identities.name(pod)}` === key;
  const nodes = new Set<NodeRow>();
  for (let node = 0 as NodeRow; node < state.nodes.length; node = (node + 1) as NodeRow)
    if (state.nodeName(node) === name) nodes.add(node);
  let isKnown = rows.size > 0 || nodes.size > 0;
  for (let pod = 0 as IdentityRow; !isKnown && pod < identities.length; pod = (pod + 1) as IdentityRow)
    isKnown = isPod(pod);
  if (!isKnown) return undefined;
  return (event) => {
    const subject = events.subject[event];
    if (subject === EventSubject.Object) return rows.has(events.objectOf(event));
    if (subject === EventSubject.Node) return nodes.has(events.nodeOf(event));
    if (subject !== EventSubject.Pod) return false;
    const pod = events.podOf(event);
    return rows.has(identities.maker[pod]) || isPod(pod);
  };
}
