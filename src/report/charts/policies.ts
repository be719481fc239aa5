// Policies: what they refuse, how many breakers are open and endpoints ejected, and the limits that adapt.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { chart, subtitle } from './chart.ts';
import { groupLines } from './group-lines.ts';

export const policies = chart(
  'policies',
  'What policies of callers and servers refuse, their open breakers, ejected endpoints and limits (policies.csv).',
  (job, marks) => {
    if (!job.has('policies.csv')) return undefined;
    const table = job.table('policies.csv');
    const names = table.text('policy');
    const places = table.text('place');
    const columns = ['time_seconds', 'rejected', 'retries_refused', 'open', 'ejected_endpoints', 'limit', 'hedges'];
    const [times, rejected, retries, open, ejected, limits, hedges] = columns.map((name) => table.numbers(name));
    const groups = groupLines(
      names.map((name, row) => `${name}, ${places[row]}`),
      times,
    );
    if (groups === undefined) return undefined;
    const panel = (name: string, values: Float64Array, zeroToo = false) => {
      const lines = groups
        .of(values)
        .filter((line) => line.values.some((value) => (zeroToo ? Number.isFinite(value) : value > 0)));
      return lines.length === 0 ? [] : [{ name, lines, format: formatCount, whole: true }];
    };
    const panels = [
      ...panel('refused', rejected),
      ...panel('retries refused', retries),
      ...panel('hedges', hedges),
      ...panel('open breakers', open),
      ...panel('ejected endpoints', ejected),
      ...panel('limit', limits, true),
    ];
    if (panels.length === 0) return undefined;
    return timeChart({
      title: 'Policies of callers and servers',
      subtitle: subtitle(job, ...groups.more),
      duration: job.run.duration_seconds,
      marks,
      legend: groups.legend,
      panels,
    });
  },
);
