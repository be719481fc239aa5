// Requests by the revision that served them: how many went to which, how many of them failed, how long they took.
import { sum } from 'd3-array';
import { timeChart, type Line, type Panel } from '../drawing.ts';
import { formatCount, formatRatio, formatSeconds } from '../format.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, middles, some, subtitle } from './chart.ts';

const MOST = 3;
const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.grey] as const;

/** Pods of one template: it keeps its colour when an undo gives it a new number. */
interface Served {
  readonly numbers: readonly number[];
  readonly rows: readonly number[];
}

interface Workload {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly revisions: readonly Served[];
  readonly requests: number;
}

export const revisionRequests = chart(
  'revision-requests',
  'Requests by the revision that served them: rate, failed ones, p99, of the workloads that changed (revision-requests.csv).',
  (job, marks) => {
    const table = job.table('revision-requests.csv');
    const changed = workloads(table).filter(({ revisions }) => revisions.length > 1);
    if (changed.length === 0) return undefined;
    const rank = changed.toSorted((a, b) => b.revisions.length - a.revisions.length || b.requests - a.requests);
    const shown = rank.slice(0, MOST);
    const alone = shown.length === 1;
    const rate = table.numbers('requests').map((value) => value / job.run.series_interval_seconds);
    const errors = table.numbers('errors');
    const requests = table.numbers('requests');
    const failed = errors.map((value, row) => (requests[row] === 0 ? Number.NaN : value / requests[row]));
    const p99 = table.numbers('request_duration_seconds_p99');
    const names = (words: string, { name }: Workload): string => (alone ? words : `${name}, ${words}`);
    const panels = (
      words: string,
      values: Float64Array,
      how: Pick<Panel, 'format' | 'scale'>,
      sampling: 'average' | 'max',
    ): Panel[] =>
      shown.map((workload) => ({
        name: names(words, workload),
        deployment: workload.key,
        lines: lines(job, table, workload, values, sampling),
        ...how,
      }));
    const failures = some(failed) ? panels('share that failed', failed, { format: formatRatio }, 'average') : [];
    const more = changed.length > MOST ? [`the ${MOST} of ${changed.length} workloads that changed most`] : [];
    return timeChart({
      title: alone ? `Requests to ${shown[0].name} by revision` : 'Requests to each workload by revision',
      subtitle: subtitle(job, ...more, ...(failures.length === 0 ? ['none failed'] : [])),
      duration: job.run.duration_seconds,
      marks,
      legend: legend(shown),
      columns: shown.length,
      panels: [
        ...panels('requests per second', rate, { format: formatCount }, 'average'),
        ...failures,
        ...panels('p99 of those answered', p99, { format: formatSeconds, scale: 'log' }, 'max'),
      ],
    });
  },
);

function legend(shown: readonly Workload[]): { name: string; color: string }[] {
  const most = Math.min(COLORS.length, Math.max(...shown.map(({ revisions }) => revisions.length)));
  return Array.from({ length: most }, (_, at) => {
    const numbers = shown.flatMap(({ revisions }) => revisions[at]?.numbers.join(', then ') ?? []);
    return { name: `revision ${[...new Set(numbers)].join(' or ')}`, color: COLORS[at] };
  });
}

function lines(
  job: JobResults,
  table: CsvTable,
  { revisions }: Workload,
  values: Float64Array,
  sampling: 'average' | 'max',
): Line[] {
  const times = middles(job, table);
  const step = job.run.series_interval_seconds;
  return revisions.map(({ numbers, rows }, at) => {
    const spread: { time: number; value: number }[] = [];
    for (const [index, row] of rows.entries()) {
      // Where it was sent nothing in between, the line has a gap.
      if (index > 0 && times[row] - times[rows[index - 1]] > 1.5 * step)
        spread.push({ time: times[rows[index - 1]] + step / 2, value: Number.NaN });
      spread.push({ time: times[row], value: values[row] });
    }
    return {
      name: `revision ${numbers.join(', then ')}`,
      color: COLORS[at % COLORS.length],
      times: Float64Array.from(spread, ({ time }) => time),
      values: Float64Array.from(spread, ({ value }) => value),
      sampling,
    };
  });
}

function workloads(table: CsvTable): Workload[] {
  const namespace = table.text('namespace');
  const name = table.text('workload');
  const hash = table.text('pod_template_hash');
  const revision = table.numbers('revision');
  const requests = table.numbers('requests');
  const single = new Set(namespace).size <= 1;
  return [...groupRows(name.map((one, row) => `${namespace[row]}/${one}`))].map(([key, rows]) => ({
    key,
    name: single ? key.slice(key.indexOf('/') + 1) : key,
    requests: sum(rows, (row) => requests[row]),
    revisions: [...groupRows(rows.map((row) => hash[row]))].map(([, own]) => {
      const ofSet = own.map((at) => rows[at]);
      return { rows: ofSet, numbers: [...new Set(ofSet.map((row) => revision[row]))] };
    }),
  }));
}
