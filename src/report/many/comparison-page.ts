// The page of a comparison: what the two sides are, what differs, charts.
import { type Html, html, raw } from '../html.ts';
import { document, figure, type PageChart } from '../page.ts';
import type { Comparison } from './read-comparison.ts';
import { formatInterval, formatPoints } from '../format.ts';
import { formatOf } from './sweep-charts.ts';

const MOST_ROWS = 500;

/** The whole page. It loads nothing, as the page of a job. */
export function comparisonPage(comparison: Comparison, charts: readonly PageChart[]): string {
  const { a, b, pairs, cells, notes, reproduce, rows } = comparison;
  const different = rows.filter(({ verdict }) => verdict !== 'equal');
  const size = `${cells === 1 ? '' : `${cells} cells, `}${Number(pairs.toFixed(1))} ${pairs === 1 ? 'seed' : 'seeds'} on both sides`;
  return document(
    `${a} against ${b}`,
    html`<h1>A against B</h1>
<p>A: <code>${a}</code></p>
<p>B: <code>${b}</code></p>
<p class="muted">${size}; ${rows.length - different.length} of ${rows.length} figures are equal.</p>
${notes.map((note) => html`<p>${note}</p>`)}
${charts.length === 0 ? raw('') : html`<h2>Charts</h2>${charts.map(figure)}`}
<h2>Figures</h2>
<p class="muted">Differences are B − A, paired by seed, with half the 95 % confidence interval. Such an interval misses in one of twenty cases. Verdicts hold together: the chance that any difference is shown where there is none is 5 % at most (paired t-tests, adjusted by Holm).</p>
<div class="wide"><table><thead><tr><th>cell</th><th>figure</th><th class="number">A</th><th class="number">B</th><th class="number">B − A</th><th>verdict</th></tr></thead>
<tbody>${different.slice(0, MOST_ROWS).map(row)}</tbody></table></div>
${different.length > MOST_ROWS ? html`<p class="muted">${different.length - MOST_ROWS} more rows are in compare.csv.</p>` : raw('')}
<h2>Run it again</h2>
<pre>${reproduce}</pre>`,
  );
}

function row(one: Comparison['rows'][number]): Html {
  const format = formatOf(one);
  const formatDifference = one.unit === 'ratio' ? formatPoints : format;
  const short = (value: number, as = format) => as(Number(value.toPrecision(4))).replace('-', '−');
  const half = one.high - one.difference;
  const by = Number.isNaN(half)
    ? short(one.difference, formatDifference)
    : formatInterval(formatDifference, one.difference, half).replace('-', '−');
  const kind = one.verdict === 'better' ? 'pass' : one.verdict === 'worse' ? 'fail' : 'muted';
  return html`<tr><td>${one.cell}</td><td><code>${one.figure}</code></td><td class="number">${short(one.meanA)}</td><td class="number">${short(one.meanB)}</td><td class="number">${one.difference > 0 ? '+' : ''}${by}</td><td class="${kind}">${one.verdict}</td></tr>`;
}
