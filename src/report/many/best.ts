// Which cell `--best` found: best.csv as a section of the page.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, raw } from '../html.ts';
import { readTable } from '../read.ts';
import { formatOf } from './sweep-charts.ts';

const FILE = 'best.csv';

/** Nothing where there is no such file. Throws an InputError for one that is not what wavetank writes. */
export function bestSection(folder: string): Html {
  const path = join(folder, FILE);
  if (!existsSync(path)) return raw('');
  const table = readTable(path);
  const [cell, figure, unit, left, best] = ['cell', 'figure', 'unit', 'in_contention', 'best'].map((name) =>
    table.text(name),
  );
  const [seeds, mean] = ['seeds', 'mean'].map((name) => table.numbers(name));
  const indifference = table.has('indifference') ? table.numbers('indifference')[0] : NaN;
  const format = formatOf({ unit: unit[0] });
  const show = (value: number) => format(Number(value.toPrecision(4)));
  const found = best.indexOf('yes');
  const open = left.filter((one) => one === 'yes').length;
  const verdict =
    found === -1
      ? html`<p class="fail">Not decided: ${open === 0 ? 'no cell has values with all seeds' : `${open} of ${cell.length} are still in contention; more seeds (--max-seeds) tell them apart`}.</p>`
      : html`<p><b>${cell[found]}</b>: with probability 95 % none of the other ${cell.length - 1} is better${Number.isNaN(indifference) ? '' : ` by ${show(indifference)} or more`}.</p>`;
  const rows = cell.map((name, at) => {
    const mark =
      best[at] === 'yes'
        ? html`<td class="pass">✓ best</td>`
        : left[at] === 'yes'
          ? html`<td>in contention</td>`
          : html`<td class="muted">screened out</td>`;
    return html`<tr>${mark}<td>${name}</td><td class="number">${Number.isNaN(mean[at]) ? '–' : show(mean[at])}</td><td class="number">${seeds[at]}</td></tr>`;
  });
  return html`<h2>Best: ${found === -1 ? 'not decided' : cell[found]}</h2>
${verdict}
<p class="muted">All cells have the same requests, seed by seed. What is clearly worse gets no more seeds (Kim and Nelson, 2001).</p>
<div class="wide"><table><thead><tr><th>verdict</th><th>cell</th><th class="number">${figure[0]}, mean</th><th class="number">seeds</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
