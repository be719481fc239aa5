// Pods of each Deployment by revision, stacked: how a rollout goes.
import { max } from 'd3-array';
import { timeChart } from '../drawing.ts';
import type { Line } from '../drawing.ts';
import { formatCount } from '../format.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, subtitle } from './chart.ts';

const MOST = 6;
const COLORS = [hue.grey, hue.blue, hue.orange, hue.green, hue.pink, hue.sky] as const;

interface DeploymentPods {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  /** Pods of each ReplicaSet, not ready ones after ready ones, in the order in which the ReplicaSets first appeared. */
  readonly sets: readonly { readonly revisions: readonly number[]; readonly lines: readonly Line[] }[];
  /** By how many pods it varied after its first interval. */
  readonly change: number;
}

export const revisions = chart(
  'revisions',
  'Pods by revision, stacked, of the Deployments that changed (revisions.csv).',
  (job, marks) => {
    const table = job.table('revisions.csv');
    const changed = deployments(job, table).filter(({ sets, change }) => sets.length > 1 || change > 0);
    if (changed.length === 0) return undefined;
    const rank = changed.toSorted((a, b) => b.sets.length - a.sets.length || b.change - a.change);
    const shown = rank.slice(0, MOST);
    const alone = shown.length === 1;
    const columns = alone ? 1 : shown.length <= 4 ? 2 : 3;
    const most = max(shown, ({ sets }) => sets.length) ?? 0;
    const more = changed.length > MOST ? [`the ${MOST} of ${changed.length} Deployments that changed most`] : [];
    return timeChart({
      title: alone ? `Pods of ${shown[0].name} by revision` : 'Pods of each Deployment by revision',
      subtitle: subtitle(job, 'pale: not ready', ...more),
      duration: job.run.duration_seconds,
      marks,
      legend: Array.from({ length: Math.min(most, COLORS.length) }, (_, at) => ({
        name: legendName(shown, at),
        color: COLORS[at],
        opacity: READY,
      })),
      columns,
      panels: shown.map(({ key, name, sets }) => ({
        name: alone ? 'pods' : `${name}, pods`,
        deployment: key,
        lines: sets.flatMap(({ lines }, at) =>
          lines.map((one) => Object.assign({}, one, { color: COLORS[at % COLORS.length] })),
        ),
        format: formatCount,
        whole: true,
      })),
    });
  },
);

const READY = 1;
const NOT_READY = 0.35;

/** A ReplicaSet keeps its colour when an undo gives it a new number: `revision 1, then 3`. */
function legendName(shown: readonly DeploymentPods[], at: number): string {
  const numbers = shown.flatMap(({ sets }) => (at < sets.length ? [sets[at].revisions.join(', then ')] : []));
  return `revision ${[...new Set(numbers)].join(' or ')}`;
}

function deployments(job: JobResults, table: CsvTable): DeploymentPods[] {
  const namespace = table.text('namespace');
  const deployment = table.text('deployment');
  const set = table.text('replicaset');
  const time = table.numbers('time_seconds');
  const revision = table.numbers('revision');
  const replicas = table.numbers('kube_replicaset_status_replicas');
  const ready = table.numbers('kube_replicaset_status_ready_replicas');
  const single = new Set(namespace).size <= 1;
  const step = job.run.series_interval_seconds;
  const slots = Math.ceil(job.run.duration_seconds / step);
  const times = Float64Array.from({ length: slots }, (_, at) => Math.min((at + 1) * step, job.run.duration_seconds));
  const slotOf = (row: number) => Math.min(slots - 1, Math.max(0, Math.ceil(time[row] / step - 1e-9) - 1));

  const groups = groupRows(deployment.map((name, row) => `${namespace[row]}/${name}`));
  return [...groups].map(([key, rows]) => {
    const total = new Float64Array(slots);
    const sets = [...groupRows(rows.map((row) => set[row]))].map(([, own]) => {
      const good = new Float64Array(slots);
      const bad = new Float64Array(slots);
      const numbers = new Set<number>();
      for (const at of own) {
        const row = rows[at];
        good[slotOf(row)] += ready[row];
        bad[slotOf(row)] += replicas[row] - ready[row];
        total[slotOf(row)] += replicas[row];
        numbers.add(revision[row]);
      }
      const base = { name: set[rows[own[0]]], color: '', times, stack: 'revision' };
      return {
        revisions: [...numbers],
        lines: [
          { ...base, values: good, opacity: READY },
          { ...base, values: bad, opacity: NOT_READY },
        ],
      };
    });
    const last = total.at(-1) ?? 0;
    const change = max(total, (value) => Math.abs(value - last)) ?? 0;
    return { key, name: single ? key.slice(key.indexOf('/') + 1) : key, sets, change };
  });
}
