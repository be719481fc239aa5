// Vertical autoscalers: what is recommended for a container, against what its pods request and use.
import { timeChart } from '../drawing.ts';
import type { Panel } from '../drawing.ts';
import { formatCount } from '../format.ts';
import type { CsvTable } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const FILE = 'recommendations.csv';
/** Containers side by side. */
const MOST = 3;
const MEBIBYTE = 2 ** 20;
const LINES = [
  { column: 'requested', name: 'requested, mean of the pods', color: hue.orange },
  { column: 'used', name: 'used, mean of the pods', color: hue.green },
  { column: 'target', name: 'recommended', color: hue.blue },
] as const;

export const recommendations = chart(
  'recommendations',
  'What VerticalPodAutoscalers recommend, against what pods request and use (recommendations.csv).',
  (job, marks) => {
    if (!job.has(FILE)) return undefined;
    const table = job.table(FILE);
    const all = [...containers(table)];
    if (all.length === 0) return undefined;
    const shown = all.slice(0, MOST);
    const alone = shown.length === 1;
    const more = all.length > MOST ? [`the first ${MOST} of ${all.length} containers`] : [];
    return timeChart({
      title: alone ? `Recommendations for ${shown[0][0]}` : 'Recommendations of vertical autoscalers',
      subtitle: subtitle(job, ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: LINES.map(({ name, color }) => ({ name, color })),
      columns: shown.length,
      panels: (['cpu', 'memory'] as const).flatMap((resource) =>
        shown.map(([name, rows]) => panel(table, rows, resource, alone ? '' : `${name}, `)),
      ),
    });
  },
);

/** Rows by autoscaler and container. */
function containers(table: CsvTable): Map<string, number[]> {
  const [namespaces, names, own] = ['namespace', 'name', 'container'].map((column) => table.text(column));
  const single = new Set(namespaces).size <= 1;
  return groupRows(
    names.map((name, row) => `${single ? '' : `${namespaces[row]}/`}${name}${name === own[row] ? '' : `/${own[row]}`}`),
  );
}

function panel(table: CsvTable, rows: readonly number[], resource: 'cpu' | 'memory', prefix: string): Panel {
  const unit = resource === 'cpu' ? 1 : MEBIBYTE;
  const resources = table.text('resource');
  const times = table.numbers('time_seconds');
  const mine = rows.filter((row) => resources[row] === resource);
  return {
    name: `${prefix}${resource === 'cpu' ? 'CPU of a pod, cores' : 'memory of a pod, MiB'}`,
    lines: LINES.map(({ column, name, color }) => {
      const values = table.numbers(column);
      return {
        name,
        color,
        times: Float64Array.from(mine, (row) => times[row]),
        values: Float64Array.from(mine, (row) => values[row] / unit),
      };
    }),
    format: formatCount,
  };
}
