// The phases of latency as charts show them: names, colours, and how columns of them are summed up.
import { hue } from '../../theme.ts';
import type { CsvTable } from '../../read.ts';

/** In the order in which a request meets them. */
export const phases = [
  { column: 'retries_seconds', name: 'retries and back-off', color: hue.red },
  { column: 'policies_seconds', name: 'policies', color: hue.pink },
  { column: 'dns_seconds', name: 'name lookups', color: hue.yellow },
  { column: 'connect_seconds', name: 'connections', color: hue.green },
  { column: 'network_seconds', name: 'network', color: hue.sky },
  { column: 'mesh_seconds', name: 'mesh', color: '#3b7a78' },
  { column: 'queue_seconds', name: 'queue', color: hue.orange },
  { column: 'cpu_wait_seconds', name: 'waiting for CPU', color: '#7b5aa6' },
  { column: 'throttled_seconds', name: 'throttled', color: '#8c3b1f' },
  { column: 'service_seconds', name: 'own work', color: hue.blue },
  { column: 'client_seconds', name: 'slow clients', color: '#a9885b' },
  { column: 'downstream_seconds', name: 'calls', color: hue.grey },
] as const;

export interface MeanPhases {
  readonly sampled: number;
  readonly latency: number;
  /** By phase, seconds. */
  readonly seconds: readonly number[];
}

/** Means over rows of breakdown.csv or edges.csv, by how many calls were traced. */
export function meanPhases(table: CsvTable, rows: readonly number[]): MeanPhases {
  const sampled = table.numbers('sampled');
  const columns = phases.map(({ column }) =>
    table.has(column) ? table.numbers(column) : new Float64Array(table.rows),
  );
  let all = 0;
  const seconds = phases.map(() => 0);
  for (const row of rows) {
    if (!(sampled[row] > 0)) continue;
    all += sampled[row];
    for (const [phase, column] of columns.entries()) seconds[phase] += sampled[row] * column[row];
  }
  const means = seconds.map((one) => (all === 0 ? 0 : one / all));
  return { sampled: all, latency: means.reduce((sum, one) => sum + one, 0), seconds: means };
}

/** What takes less of the time is left out of a legend: it cannot be seen. */
const LEAST = 0.002;

/** Those phases that can be seen in what is shown. */
export function phasesSeen(shown: readonly MeanPhases[]) {
  return phases
    .map((phase, at) => ({ ...phase, at }))
    .filter(({ at }) => shown.some(({ seconds, latency }) => seconds[at] > LEAST * latency));
}
