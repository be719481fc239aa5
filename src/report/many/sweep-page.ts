// The index page of many jobs: expectations over seeds, cells with their figures, charts, failures, how to run it again.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { caveatBlock } from '../caveats.ts';
import { counted } from '../../lib/plural.ts';
import { type Html, html, raw } from '../html.ts';
import { formatInterval } from '../format.ts';
import { document, figure, type PageChart } from '../page.ts';
import { bestSection } from './best.ts';
import { precisionTable } from './precision.ts';
import { quantileTable } from './quantiles.ts';
import type { Sweep } from './read-sweep.ts';
import { seedsOf } from './seeds-of.ts';
import { estimatesOf, figuresOf, formatOf } from './sweep-charts.ts';

const MOST_FAILURES = 50;
/** Rows of the table of cells, and links of a row. */
const MOST_CELLS = 500;
const MOST_LINKS = 50;

/** The whole page. It loads nothing, as the page of a job. `lead` comes instead of the expectations. */
export function sweepPage(sweep: Sweep, charts: readonly PageChart[], lead?: Html): string {
  const { scenario, cells, jobs, seeds, failures } = sweep;
  const several = cells.length > 1 ? `${cells.length} cells of ${seedsOf(sweep)}` : counted(seeds, 'seed');
  const lost = failures.length === 0 ? '' : ` · ${counted(failures.length, 'job')} failed`;
  return document(
    cells.length > 1 ? `${scenario}, ${cells.length} cells` : `${scenario}, ${counted(seeds, 'seed')}`,
    html`<h1>${scenario}</h1>
<p class="muted">${several} · ${counted(jobs, 'job')}${lost} · wavetank ${sweep.version}</p>
${caveatBlock(sweep.caveats)}
${lead ?? expectations(sweep)}
${bestSection(sweep.folder)}
${precisionTable(sweep)}
${charts.length === 0 ? raw('') : html`<h2>Charts</h2>${charts.map(figure)}`}
${cellTable(sweep)}
${quantileTable(sweep)}
${failed(sweep)}
<h2>Run it again</h2>
<pre>${sweep.reproduce}</pre>`,
  );
}

/** One row per expectation; in how many cells it holds, and where not. */
function expectations({ cells, seeds }: Sweep): Html {
  const texts = [...new Set(cells.flatMap(({ expect }) => expect.map(({ text }) => text)))];
  if (texts.length === 0) return raw('');
  let failures = 0;
  const rows = texts.map((text) => {
    const judged = cells.flatMap(({ values, expect }) =>
      expect.filter((one) => one.text === text).map((one) => ({ values, shown: one.shown, pass: one.pass })),
    );
    const wrong = judged.filter(({ pass }) => !pass);
    failures += wrong.length === 0 ? 0 : 1;
    const cell = wrong.length === 0 ? html`<td class="pass">✓ holds</td>` : html`<td class="fail">✗ failed</td>`;
    const where =
      judged.length === 1
        ? judged[0].shown
        : `${judged.length - wrong.length} of ${judged.length} cells${wrong.length === 0 ? '' : `; not in ${wrong.map(({ values }) => values.join(' ')).join(', ')}`}`;
    return html`<tr>${cell}<td><code>${text}</code></td><td>${where}</td></tr>`;
  });
  const verdict = failures === 0 ? `all ${texts.length} hold` : `${failures} of ${texts.length} failed`;
  const heading = cells.length > 1 ? 'where' : seeds === 1 ? 'one seed' : `mean of ${seeds} seeds`;
  return html`<h2>Expectations: ${verdict}</h2>
<table><thead><tr><th>verdict</th><th>expected</th><th>${heading}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** One row per cell: its choices, its figures as mean ± half the interval, links to its jobs. */
function cellTable(sweep: Sweep): Html {
  const { axes, cells } = sweep;
  const figures = figuresOf(sweep).map((one) => ({ ...one, estimates: estimatesOf(sweep, one.column) }));
  const shown = figures.filter(({ estimates }) => estimates.size > 0);
  const rows = cells.slice(0, MOST_CELLS).map(({ values, jobs }) => {
    const numbers = shown.map((one) => {
      const estimate = one.estimates.get(JSON.stringify(values));
      if (estimate === undefined) return html`<td class="number">–</td>`;
      const format = formatOf(one);
      const half = estimate.high - estimate.mean;
      const { mean } = estimate;
      const shownMean = half > 0 ? formatInterval(format, mean, half) : format(Number(mean.toPrecision(4)));
      return html`<td class="number">${shownMean}</td>`;
    });
    return html`<tr>${values.map((value) => html`<td>${value}</td>`)}${numbers}<td class="links">${jobs.slice(0, MOST_LINKS).map((job) => link(sweep, job))}${more(jobs.length - MOST_LINKS, '')}</td></tr>`;
  });
  const heads = [
    ...axes.map(({ label }) => html`<th>${label}</th>`),
    ...shown.map(({ column, title }) => html`<th class="number heading" title="${column}">${title}</th>`),
  ];
  return html`<h2>${cells.length === 1 ? 'Figures' : 'Cells'}</h2>
<p class="muted">Mean over seeds ± half the 95 % confidence interval. Every figure of every job is in jobs.csv.</p>
<div class="wide"><table><thead><tr>${heads}<th>jobs</th></tr></thead><tbody>${rows}</tbody></table></div>${more(cells.length - MOST_CELLS, 'cells')}`;
}

function more(count: number, what: string): Html {
  return count <= 0
    ? raw('')
    : html`<span class="muted">… and ${count} more${what === '' ? '' : ` ${what}, see jobs.csv`}</span>`;
}

/** To the page of a job where it has one, else to its folder. */
function link({ folder, jobs_folder: below }: Sweep, job: string): Html {
  const name = job.slice(job.lastIndexOf('/') + 1).replace('seed-', '');
  const target = [...below.split('/'), ...job.split('/')].map(encodeURIComponent).join('/');
  const at = join(folder, below, job);
  const page = existsSync(join(at, 'report.html')) ? 'report.html' : '';
  return existsSync(at) ? html`<a href="./${target}/${page}">${name}</a> ` : html`${name} `;
}

/** The jobs that failed, each with the command that runs it again. */
export function failed({ failures }: Sweep): Html {
  if (failures.length === 0) return raw('');
  const rows = failures
    .slice(0, MOST_FAILURES)
    .map(
      ({ job, reason, reproduce }) =>
        html`<tr><td class="fail">${job}</td><td>${reason.split('\n', 1)[0]}<br><code>${reproduce}</code></td></tr>`,
    );
  return html`<h2>Failed jobs: ${failures.length}</h2><table><tbody>${rows}</tbody></table>`;
}
