// The page of chaos: the matrix, and every strike with what it breaks and the command that runs it again.
import { caveatBlock } from '../caveats.ts';
import { counted } from '../../lib/plural.ts';
import { formatCount, formatInterval, formatSeconds } from '../format.ts';
import { type Html, html, raw } from '../html.ts';
import { document, figure, type PageChart } from '../page.ts';
import type { StrikeRow } from './read-chaos.ts';
import type { Sweep } from './read-sweep.ts';
import { failed } from './sweep-page.ts';

const MOST_STRIKES = 200;

/** The whole page. It loads nothing, as the page of a job. */
export function chaosPage(sweep: Sweep, strikes: readonly StrikeRow[], charts: readonly PageChart[]): string {
  const { scenario, jobs, seeds } = sweep;
  const targets = new Set(strikes.map(({ target }) => target)).size;
  const moments = new Set(strikes.map(({ moment }) => moment)).size;
  return document(
    `${scenario}, what hurts when`,
    html`<h1>${scenario}: what hurts when</h1>
<p class="muted">${counted(targets, 'target')} at ${counted(moments, 'moment')}, ${counted(seeds, 'seed')} · ${counted(jobs, 'job')} · wavetank ${sweep.version}</p>
${caveatBlock(sweep.caveats)}
${charts.map(figure)}
${strikeTable(strikes)}
${failed(sweep)}
<h2>Run it again</h2>
<pre>${sweep.reproduce}</pre>`,
  );
}

function strikeTable(strikes: readonly StrikeRow[]): Html {
  const recovers = strikes.some(({ recoverySeconds }) => !Number.isNaN(recoverySeconds));
  const rows = strikes.slice(0, MOST_STRIKES).map((one) => {
    const mark = one.broken.length > 0 ? html`<td class="fail">✗ ${one.broken.length}</td>` : html`<td></td>`;
    const again = Number.isNaN(one.recoverySeconds) ? 'not again' : formatSeconds(one.recoverySeconds);
    return html`<tr>${mark}<td>${one.target}</td><td>${one.moment}${one.during === '' ? '' : ` (${one.during})`}</td><td class="number">${lostText(one)}</td>${recovers ? html`<td class="number">${again}</td>` : raw('')}<td>${one.broken.map((text) => html`<code>${text}</code><br>`)}<code>${one.reproduce}</code></td></tr>`;
  });
  const left = strikes.length - MOST_STRIKES;
  return html`<h2>Strikes, the worst first</h2>
<p class="muted">Each beside the run of the same seed without a fault: a request is the same in both. ✗ counts expectations that the fault breaks.</p>
<div class="wide"><table><thead><tr><th></th><th>target</th><th>at</th><th class="number">requests lost</th>${recovers ? html`<th class="number">objectives hold again after</th>` : raw('')}<th>broken expectations, and how to see it again</th></tr></thead><tbody>${rows}</tbody></table></div>
${left > 0 ? html`<p class="muted">${counted(left, 'more strike')} in chaos.csv.</p>` : raw('')}`;
}

function lostText({ lost, lostLow, lostHigh }: StrikeRow): string {
  if (Number.isNaN(lost)) return '–';
  const half = (lostHigh - lostLow) / 2;
  return half > 0 ? formatInterval(formatCount, lost, half) : formatCount(Number(lost.toPrecision(4)));
}
