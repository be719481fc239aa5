// Figures that count what happened: events by reason, and writes of the API server.
import type { Figure } from './figure.ts';

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
];
