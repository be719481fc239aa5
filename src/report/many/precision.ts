// How well figures are known that `--until` asked for: precision.csv as a table of the page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, raw } from '../html.ts';
import { readTable } from '../read.ts';
import type { Sweep } from './read-sweep.ts';
import { formatOf } from './sweep-charts.ts';

const FILE = 'precision.csv';

/** Nothing where there is no such file. Throws an InputError for one that is not what wavetank writes. */
export function precisionTable({ folder, cells }: Sweep): Html {
  const path = join(folder, FILE);
  if (!existsSync(path)) return raw('');
  const table = readTable(path);
  const [cell, figure, unit, reached, remark] = ['cell', 'figure', 'unit', 'reached', 'remark'].map((name) =>
    table.text(name),
  );
  const [seeds, mean, half, wanted] = ['seeds', 'mean', 'half_width', 'half_width_wanted'].map((name) =>
    table.numbers(name),
  );
  const several = cells.length > 1;
  const rows = figure.map((name, at) => {
    const format = formatOf({ unit: unit[at] });
    const show = (value: number) => (Number.isNaN(value) ? '–' : format(Number(value.toPrecision(4))));
    const mark = reached[at] === 'yes' ? html`<td class="pass">✓ reached</td>` : html`<td class="fail">✗ wide</td>`;
    return html`<tr>${mark}${several ? html`<td>${cell[at]}</td>` : raw('')}<td><code>${name}</code></td><td class="number">${show(mean[at])}</td><td class="number">± ${show(half[at])}</td><td class="number">± ${show(wanted[at])}</td><td class="number">${seeds[at]}</td><td>${remark[at]}</td></tr>`;
  });
  const missed = reached.filter((one) => one !== 'yes').length;
  return html`<h2>Precision: ${missed === 0 ? 'all reached' : `${missed} of ${reached.length} not reached`}</h2>
<p class="muted">Each cell ran as many seeds as its figures took, until half the 95 % confidence interval was narrow enough.</p>
<div class="wide"><table><thead><tr><th>verdict</th>${several ? html`<th>cell</th>` : raw('')}<th>figure</th><th class="number">mean</th><th class="number">95 %</th><th class="number">wanted</th><th class="number">seeds</th><th>remark</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
