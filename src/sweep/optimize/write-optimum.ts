// Writes optimize.csv, a row for each setting from the cheapest to the dearest, and optimize.json, which says what was found.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../../metrics/tables/column.ts';
import { settingColumns } from '../../metrics/tables/comparisons.ts';
import { headerOf, linesOf } from '../../results/csv.ts';
import type { Cost } from './cost.ts';
import { leastMargin } from './method.ts';
import type { Optimum } from './search.ts';

export function writeOptimum(folder: string, optimum: Optimum, cost: Cost, method: string): void {
  const { settings, best, frontier, share, remarks } = optimum;
  const axes = settings[0]?.cell.ends[0].job.axes.map(({ label }) => label) ?? [];
  const columns: Record<string, Column> = {};
  for (const label of axes)
    columns[label] = { type: 'text', unit: 'text', optional: false, better: 'neither', help: '' };
  Object.assign(columns, settingColumns);
  const rows = settings
    .toSorted((a, b) => a.cost - b.cost)
    .map((one) => ({
      ...Object.fromEntries(axes.map((label, at) => [label, one.cell.values[at]])),
      cost: Number.isNaN(one.cost) ? null : one.cost,
      seeds: one.cell.ends.length,
      seeds_holding: one.holding,
      margin_ratio: leastMargin(one),
      keeps: one.keeps ? 'yes' : 'no',
      frontier: frontier.has(one) ? 'yes' : 'no',
      best: one === best ? 'yes' : 'no',
    }));
  writeFileSync(join(folder, 'optimize.csv'), headerOf(columns) + linesOf('optimize.csv', columns, rows));
  const found = {
    cost: { title: cost.title, unit: cost.unit },
    method,
    best: best === undefined ? null : Object.fromEntries(axes.map((label, at) => [label, best.cell.values[at]])),
    share_shown: share ?? null,
    remarks,
  };
  writeFileSync(join(folder, 'optimize.json'), `${JSON.stringify(found, null, 2)}\n`);
}
