// What is usual over seeds and what is rare: quantiles.csv as a table of the page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, raw } from '../html.ts';
import { readTable } from '../read.ts';
import type { Sweep } from './read-sweep.ts';
import { figuresOf, formatOf } from './sweep-charts.ts';

const FILE = 'quantiles.csv';
const MOST_ROWS = 60;

/** Of the figures that the table of cells has; nothing where there is no such file. Throws an InputError for one that is not what wavetank writes. */
export function quantileTable(sweep: Sweep): Html {
  const path = join(sweep.folder, FILE);
  if (!existsSync(path)) return raw('');
  const table = readTable(path);
  const [cell, figure, unit] = ['cell', 'figure', 'unit'].map((name) => table.text(name));
  const [share, seeds, value, low, high] = ['quantile_ratio', 'seeds', 'value', 'value_low', 'value_high'].map((name) =>
    table.numbers(name),
  );
  const shares = [...new Set(share)];
  const titles = new Map(figuresOf(sweep).map(({ column, title }) => [column, title]));
  const several = sweep.cells.length > 1;
  const rows = new Map<string, number[]>();
  for (const [at, name] of figure.entries()) {
    if (!titles.has(name)) continue;
    const key = JSON.stringify([cell[at], name]);
    rows.set(key, [...(rows.get(key) ?? []), at]);
  }
  const lines = [...rows.values()].slice(0, MOST_ROWS).map((own) => {
    const [first] = own;
    const format = formatOf({ unit: unit[first] });
    const show = (number: number) => format(Number(number.toPrecision(4)));
    const cells = own.map((at) => {
      const range = html`<br><span class="muted">${show(low[at])} to ${show(high[at])}</span>`;
      return html`<td class="number">${show(value[at])}${Number.isNaN(low[at]) ? raw('') : range}</td>`;
    });
    return html`<tr>${several ? html`<td>${cell[first]}</td>` : raw('')}<td>${titles.get(figure[first]) ?? ''}</td><td class="number">${seeds[first]}</td>${cells}</tr>`;
  });
  const more =
    rows.size > MOST_ROWS ? html`<p class="muted">… and ${rows.size - MOST_ROWS} more in quantiles.csv.</p>` : raw('');
  return html`<h2>Quantiles over seeds</h2>
<p class="muted">Below each its 95 % interval (bootstrap, BCa), where there are seeds enough: 6 for the median, 36 for the others.</p>
<div class="wide"><table><thead><tr>${several ? html`<th>cell</th>` : raw('')}<th>figure</th><th class="number">seeds</th>${shares.map((one) => html`<th class="number">${nameOf(one)}</th>`)}</tr></thead><tbody>${lines}</tbody></table></div>${more}`;
}

function nameOf(share: number): string {
  return share === 0.5 ? 'median' : `${Math.round(100 * share)}th percentile`;
}
