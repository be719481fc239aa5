// What the page of a search begins with: what was found, how sure it is, and every setting that was run.
import { formatCount, formatRatio } from '../format.ts';
import { type Html, html, raw } from '../html.ts';
import type { ReadOptimum } from './read-optimum.ts';
import { formatOf } from './sweep-charts.ts';

export function optimumLead({ axes, rows, best, cost, share_shown: share, remarks }: ReadOptimum): Html {
  const chosen =
    best === null
      ? ''
      : Object.entries(best)
          .map(([axis, value]) => `${axis} ${value}`)
          .join(', ');
  const format = formatOf(cost);
  const verdict =
    best === null
      ? html`<p class="fail">No setting that was run keeps the expectations.</p>`
      : html`<p>The cheapest that keeps the expectations: <b>${chosen}</b>.${share === null ? '' : ` All fresh seeds hold too: at least ${Math.floor(share * 100)} % of runs do, with 95 % confidence.`}</p>`;
  const lines = rows.map((row) => {
    const mark = row.keeps ? html`<td class="pass">✓ keeps</td>` : html`<td class="fail">✗ breaks</td>`;
    const what = row.best ? 'cheapest' : row.frontier ? 'frontier' : '';
    const price = Number.isNaN(row.cost) ? '–' : format(Number(row.cost.toPrecision(4)));
    return html`<tr>${mark}${row.values.map((value) => html`<td>${value}</td>`)}<td class="number">${price}</td><td class="number">${formatRatio(row.margin).replace('-', '−')}</td><td class="number">${formatCount(row.seeds)}</td><td>${what}</td></tr>`;
  });
  return html`<h2>Search</h2>
${verdict}
${remarks.map((remark) => html`<p class="muted">${remark}</p>`)}
<p class="muted">Margin: how far the expectation that is nearest to its bound is from it, as a share of the bound.</p>
<div class="wide"><table><thead><tr><th>verdict</th>${axes.map((axis) => html`<th>${axis}</th>`)}<th class="number">cost</th><th class="number">margin</th><th class="number">seeds</th><th></th></tr></thead><tbody>${lines.length === 0 ? raw('') : lines}</tbody></table></div>`;
}
