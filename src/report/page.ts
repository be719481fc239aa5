// The HTML page of a job: figures, expectations, charts, and what the reader has to know about the run.
import { caveatBlock } from './caveats.ts';
import { counted } from '../lib/plural.ts';
import { formatCount, formatRatio, formatSeconds } from './format.ts';
import { html, raw } from './html.ts';
import type { Html } from './html.ts';
import type { CsvTable, JobResults, Run } from './read.ts';
import { narrativeBlock } from './narrative/html.ts';
import type { Narrative } from './narrative/narrative.ts';
import { adaptColors, styleSheet } from './style.ts';

export interface PageChart {
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

type Format = (value: number) => string;

const FIGURES: readonly { readonly title: string; readonly rows: readonly [string, string, Format][] }[] = [
  {
    title: 'Requests',
    rows: [
      ['arrived', 'requests_total', formatCount],
      ['per second', 'requests_per_second', formatCount],
      ['failed', 'requests_failed_total', formatCount],
      ['share that failed', 'requests_error_ratio', formatRatio],
      ['timed out', 'requests_timeout_total', formatCount],
      ['connection refused', 'requests_refused_total', formatCount],
      ['rejected (503)', 'requests_overload_total', formatCount],
      ['answered with an error (500)', 'requests_error_total', formatCount],
      ['calls, attempts included', 'calls_total', formatCount],
    ],
  },
  {
    title: 'Latency of requests',
    rows: [
      ['mean', 'request_duration_seconds_mean', formatSeconds],
      ['median', 'request_duration_seconds_p50', formatSeconds],
      ['p90', 'request_duration_seconds_p90', formatSeconds],
      ['p99', 'request_duration_seconds_p99', formatSeconds],
      ['p99.9', 'request_duration_seconds_p999', formatSeconds],
    ],
  },
  {
    title: 'Pods',
    rows: [
      ['created', 'kube_pod_created_total', formatCount],
      ['deleted', 'kube_pod_deleted_total', formatCount],
      ['evicted', 'kube_pod_evicted_total', formatCount],
      ['running at the end', 'kube_pod_status_phase_running', formatCount],
      ['pending at the end', 'kube_pod_status_phase_pending', formatCount],
      ['restarts of containers', 'kube_pod_container_status_restarts_total', formatCount],
      ['created to ready, median', 'pod_startup_seconds_p50', formatSeconds],
      ['created to ready, p99', 'pod_startup_seconds_p99', formatSeconds],
    ],
  },
  {
    title: 'Cluster',
    rows: [
      ['nodes', 'kube_node_info', formatCount],
      ['cost of the nodes', 'node_cost', formatCount],
      ['cost of bytes between zones', 'egress_cost', formatCount],
      ['energy of the nodes, J', 'energy_joules', formatCount],
      ['carbon dioxide, g', 'carbon_grams', formatCount],
      ['nodes ready at the end', 'kube_node_status_ready', formatCount],
      ['CPU requested, mean', 'cpu_requested_ratio', formatRatio],
      ['memory requested, mean', 'memory_requested_ratio', formatRatio],
      ['created to bound, p99', 'scheduler_pod_scheduling_sli_duration_seconds_p99', formatSeconds],
      ['scheduling attempts', 'scheduler_schedule_attempts_total', formatCount],
      ['writes to the API server', 'apiserver_writes_total', formatCount],
      ['conflicts', 'apiserver_conflicts_total', formatCount],
    ],
  },
];

/** The whole page. It loads nothing: style and charts are in it, and the policy forbids the rest. */
export function page(job: JobResults, charts: readonly PageChart[], narrative: Narrative): string {
  const { run } = job;
  return document(
    `${run.scenario}, seed ${run.seed}`,
    html`<h1>${run.scenario}</h1>
<p class="muted">seed ${run.seed} · ${formatSeconds(run.duration_seconds)} simulated in ${formatSeconds(run.wall_s)} · ${formatCount(run.events)} events · wavetank ${run.version}</p>
${caveatBlock(run.caveats)}
${narrativeBlock(narrative, charts)}
${expectations(run)}
${figures(job.table('summary.csv'))}
${pending(run)}
<h2>Charts</h2>
${charts.map(figure)}
${notes(run)}`,
  );
}

/** A page around its content. */
export function document(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(styleSheet)}</style>
</head>
<body>
${content}
</body>
</html>
`.html;
}

/** A chart within a page; its SVG follows the colours of the page. */
export function figure({ name, title, svg }: PageChart): Html {
  const labelled = svg.replace('<svg ', `<svg role="img" aria-labelledby="${name}-title" `);
  const at = labelled.indexOf('>') + 1;
  return html`<figure id="${name}">${raw(labelled.slice(0, at))}<title id="${name}-title">${title}</title>${raw(adaptColors(labelled.slice(at)))}</figure>
`;
}

function expectations(run: Run): Html {
  if (run.expect.length === 0) return raw('');
  const failed = run.expect.filter(({ pass }) => !pass).length;
  const verdict = failed === 0 ? `all ${run.expect.length} hold` : `${failed} of ${run.expect.length} failed`;
  const rows = run.expect.map(({ text, shown, pass }) => {
    const cell = pass ? html`<td class="pass">✓ holds</td>` : html`<td class="fail">✗ failed</td>`;
    return html`<tr>${cell}<td><code>${text}</code></td><td class="number">${shown}</td></tr>`;
  });
  return html`<h2>Expectations: ${verdict}</h2>
<table><thead><tr><th>verdict</th><th>expected</th><th class="number">actual</th></tr></thead><tbody>${rows}</tbody></table>`;
}

const MOST_REASONS = 12;

/** Pods without a node at the end, by what the scheduler says of them. */
function pending(run: Run): Html {
  const total = run.pending.reduce((sum, { pods }) => sum + pods, 0);
  const rows = run.pending
    .slice(0, MOST_REASONS)
    .map(
      ({ pods, message, example }) =>
        html`<tr><td class="number">${formatCount(pods)}</td><td>${message}</td><td><code>${example}</code></td></tr>`,
    );
  const more = run.pending.length - MOST_REASONS;
  const table = html`<table><thead><tr><th class="number">pods</th><th>reason</th><th>one of them</th></tr></thead><tbody>${rows}</tbody></table>
${more > 0 ? html`<p class="muted">${counted(more, 'more reason')} in run.json.</p>` : raw('')}`;
  return section(`Without a node at the end: ${counted(total, 'pod')}`, total > 0, table);
}

function figures(summary: CsvTable): Html {
  if (summary.rows === 0) return raw('');
  const groups = FIGURES.map(({ title, rows }) => {
    const filled = rows
      .map(([label, column, format]) => ({ label, value: summary.numbers(column)[0], format }))
      .filter(({ value }) => !Number.isNaN(value));
    if (filled.every(({ value }) => value === 0)) return raw('');
    const lines = filled.map(
      ({ label, value, format }) => html`<tr><td>${label}</td><td class="number">${format(value)}</td></tr>`,
    );
    return html`<table><caption>${title}</caption><tbody>${lines}</tbody></table>`;
  });
  return html`<h2>Figures</h2><div class="figures">${groups}</div>`;
}

function notes(run: Run): Html {
  const assumed = run.assumptions.map(
    ({ field, value, mark }) =>
      html`<tr><td><code>${field}</code></td><td>${String(value)}</td><td class="muted">${mark}</td></tr>`,
  );
  const ignored = run.ignored.map((one) => {
    const said = typeof one === 'string' ? one : Object.values(one).map(String).join(': ');
    return html`<li><code>${said}</code></li>`;
  });
  return html`${section('Notes', run.notes.length > 0, html`<ul>${run.notes.map((note) => html`<li>${note}</li>`)}</ul>`)}
${section('Assumed where the input is silent', assumed.length > 0, html`<table class="assumed"><tbody>${assumed}</tbody></table>`)}
${section('In the input, but not simulated', ignored.length > 0, html`<ul>${ignored}</ul>`)}
<h2>Run it again</h2>
<pre>${run.reproduce}</pre>
<p class="muted">The same scenario and seed give the same digest: <code>${run.digest}</code> (scenario <code>${run.scenario_hash}</code>).</p>`;
}

function section(title: string, wanted: boolean, content: Html): Html {
  return wanted ? html`<h2>${title}</h2>${content}` : raw('');
}
