// Pods by phase, stacked; running ones split by readiness.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, ends, some, subtitle } from './chart.ts';

export const pods = chart('pods', 'Pods by phase, stacked (series.csv).', (job, marks) => {
  const table = job.table('series.csv');
  const times = ends(table);
  const running = table.numbers('kube_pod_status_phase_running');
  const ready = table.numbers('kube_pod_status_ready').map((value, at) => Math.min(value, running[at]));
  const phases = [
    { name: 'running and ready', color: hue.green, values: ready },
    { name: 'running, not ready', color: hue.yellow, values: running.map((value, at) => value - ready[at]) },
    { name: 'pending', color: hue.sky, values: table.numbers('kube_pod_status_phase_pending') },
    { name: 'terminating', color: hue.grey, values: table.numbers('pods_terminating') },
    { name: 'failed', color: hue.red, values: table.numbers('kube_pod_status_phase_failed') },
    { name: 'succeeded', color: hue.blue, values: table.numbers('kube_pod_status_phase_succeeded') },
  ].filter(({ values }) => some(values));
  if (phases.length === 0) return undefined;
  return timeChart({
    title: 'Pods by phase',
    subtitle: subtitle(job),
    duration: job.run.duration_seconds,
    marks,
    legend: phases.map(({ name, color }) => ({ name, color })),
    panels: [
      {
        name: 'pods',
        lines: phases.map((phase) => Object.assign(phase, { times, stack: 'phase' })),
        format: formatCount,
        whole: true,
      },
    ],
  });
});
