// Pods of each Deployment by revision, stacked: how a rollout goes.
import { max } from 'd3-array';
import { timeChart } from '../drawing.ts';
import type { Line } from '../drawing.ts';
import { formatCount } from '../format.ts';
import type { CsvTable, Job } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const MOST = 6;
const COLORS = [hue.grey, hue.blue, hue.orange, hue.green, hue.pink, hue.sky] as const;

interface Deployment {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly revisions: readonly number[];
  /** By how many pods it varied after its first interval. */
  readonly change: number;
}

export const revisions = chart(
  'revisions',
  'Pods by revision, stacked, of the Deployments that changed (revisions.csv).',
  (job, marks) => {
    const table = job.table('revisions.csv');
    const changed = deployments(job, table).filter(({ revisions, change }) => revisions.length > 1 || change > 0);
    if (changed.length === 0) return undefined;
    const rank = changed.toSorted((a, b) => b.revisions.length - a.revisions.length || b.change - a.change);
    const shown = rank.slice(0, MOST);
    const columns = shown.length === 1 ? 1 : shown.length <= 4 ? 2 : 3;
    const numbers = [...new Set(shown.flatMap(({ revisions }) => revisions))].toSorted((a, b) => a - b);
    const legend = numbers.slice(-COLORS.length).map((revision) => ({
      name: `revision ${revision}`,
      color: colorOf(revision, numbers),
      opacity: READY,
    }));
    const more = changed.length > MOST ? [`${MOST} of ${changed.length} Deployments that changed`] : [];
    return timeChart({
      title: shown.length === 1 ? `Pods of ${shown[0].name} by revision` : 'Pods of each Deployment by revision',
      subtitle: subtitle(job, 'pale: not ready', ...more),
      duration: job.run.duration_seconds,
      marks,
      legend,
      columns,
      panels: shown.map(({ name, lines }) => ({
        name: shown.length === 1 ? 'pods' : `${name}, pods`,
        lines: lines.map((one) => Object.assign({}, one, { color: colorOf(Number(one.name), numbers) })),
        format: formatCount,
        whole: true,
      })),
    });
  },
);

const READY = 1;
const NOT_READY = 0.35;

function colorOf(revision: number, all: readonly number[]): string {
  return COLORS[all.indexOf(revision) % COLORS.length];
}

function deployments(job: Job, table: CsvTable): Deployment[] {
  const namespace = table.text('namespace');
  const deployment = table.text('deployment');
  const time = table.numbers('time_seconds');
  const revision = table.numbers('revision');
  const replicas = table.numbers('kube_replicaset_status_replicas');
  const ready = table.numbers('kube_replicaset_status_ready_replicas');
  const single = new Set(namespace).size <= 1;
  const step = job.run.series_interval_seconds;
  const slots = Math.round(job.run.duration_seconds / step);
  const times = Float64Array.from({ length: slots }, (_, at) => (at + 1) * step);
  const slotOf = (row: number) => Math.min(slots - 1, Math.max(0, Math.round(time[row] / step) - 1));

  const groups = groupRows(deployment.map((name, row) => (single ? name : `${namespace[row]}/${name}`)));
  return [...groups].map(([name, rows]) => {
    const numbers = [...new Set(rows.map((row) => revision[row]))].toSorted((a, b) => a - b);
    const total = new Float64Array(slots);
    const lines = numbers.flatMap((number): Line[] => {
      const good = new Float64Array(slots);
      const bad = new Float64Array(slots);
      for (const row of rows.filter((row) => revision[row] === number)) {
        good[slotOf(row)] += ready[row];
        bad[slotOf(row)] += replicas[row] - ready[row];
        total[slotOf(row)] += replicas[row];
      }
      const base = { name: String(number), color: '', times, stack: 'revision' };
      return [
        { ...base, values: good, opacity: READY },
        { ...base, values: bad, opacity: NOT_READY },
      ];
    });
    const last = total.at(-1) ?? 0;
    return { name, lines, revisions: numbers, change: max(total, (value) => Math.abs(value - last)) ?? 0 };
  });
}
