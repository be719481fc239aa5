// Nodes by pool, and what they cost per hour: what a node autoscaler did.
import { timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { hue } from '../theme.ts';
import { chart, groupRows, some, subtitle } from './chart.ts';

const COLORS = [hue.blue, hue.green, hue.sky, hue.yellow, hue.pink, hue.grey];

export const nodePools = chart(
  'node-pools',
  'Nodes by pool and what they cost per hour, stacked, where a node autoscaler can change them (nodepools.csv).',
  (job, marks) => {
    if (!job.has('nodepools.csv')) return undefined;
    const table = job.table('nodepools.csv');
    const times = table.numbers('time_seconds');
    const nodes = table.numbers('nodes');
    const desired = table.numbers('desired');
    const cost = table.numbers('hourly_cost');
    const pools = [...groupRows(table.text('pool'))].map(([name, rows], at) => ({
      name,
      color: COLORS[at % COLORS.length],
      times: Float64Array.from(rows, (row) => times[row]),
      nodes: Float64Array.from(rows, (row) => nodes[row]),
      desired: Float64Array.from(rows, (row) => desired[row]),
      cost: Float64Array.from(rows, (row) => cost[row]),
    }));
    const [first] = pools;
    if (first === undefined) return undefined;
    const wanted = first.desired.map((_, at) => pools.reduce((sum, pool) => sum + (pool.desired[at] ?? 0), 0));
    const asked = { name: 'asked for', color: hue.red, times: first.times, values: wanted };
    const priced = pools.filter((pool) => some(pool.cost));
    const panels = [
      {
        name: 'nodes',
        lines: [...pools.map((pool) => ({ ...pool, values: pool.nodes, stack: 'nodes' })), asked],
        format: formatCount,
        whole: true,
      },
      ...(priced.length === 0
        ? []
        : [
            {
              name: 'cost per hour',
              lines: priced.map((pool) => ({ ...pool, values: pool.cost, stack: 'cost' })),
              format: (value: number) => String(Number(value.toPrecision(3))),
            },
          ]),
    ];
    return timeChart({
      title: 'Nodes by pool',
      subtitle: subtitle(job),
      duration: job.run.duration_seconds,
      marks,
      legend: [...pools, asked].map(({ name, color }) => ({ name, color })),
      panels,
    });
  },
);
