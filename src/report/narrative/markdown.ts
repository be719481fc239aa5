// The incident summary of a job as Markdown, for a post-mortem: what happened, what was felt, what was expected, how to run it again.
import { formatCount, formatSeconds } from '../format.ts';
import type { JobResults } from '../read.ts';
import type { Narrative, Passage } from './narrative.ts';
import type { Statement } from './effects.ts';

export interface MarkdownChart {
  readonly name: string;
  readonly title: string;
  /** Its picture, as the summary links it. */
  readonly picture: string;
}

export function markdown({ run }: JobResults, narrative: Narrative, charts: readonly MarkdownChart[]): string {
  const pictures = new Map(charts.map(({ name, picture }) => [name, picture]));
  const parts = [
    `# ${plain(run.scenario)}, seed ${plain(run.seed)}: incident summary`,
    `${formatSeconds(run.duration_seconds)} simulated, ${formatCount(run.events)} events, wavetank ${plain(run.version)}.`,
    ...(run.caveats.length > 0 ? [run.caveats.map((caveat) => `> ${plain(caveat)}`).join('\n>\n')] : []),
    ...(narrative.opening.length > 0 ? ['## Summary', list(narrative.opening)] : []),
    '## What happened',
    narrative.passages.length === 0
      ? 'No fault, action, rollout, new leader or change of an autoscaler.'
      : narrative.passages.map((passage) => passageText(passage, pictures)).join('\n\n'),
    ...(narrative.closing.length > 0 ? ['## At the end', list(narrative.closing)] : []),
    ...(run.expect.length > 0 ? ['## Expectations', expectations(run.expect)] : []),
    '## Charts',
    charts.map(({ title, picture }) => `![${plain(title)}](${picture})`).join('\n\n'),
    '## Run it again',
    fenced(run.reproduce),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function passageText({ clock, kind, title, statements }: Passage, pictures: ReadonlyMap<string, string>): string {
  const head = `**${clock}** ${kind}: ${plain(title)}.`;
  const sentences = statements.map(({ text }) => plain(text)).join(' ');
  const charts = [...new Set(statements.flatMap((one) => one.charts))].filter((name) => pictures.has(name));
  const links = charts.map((name) => `[${name}](${pictures.get(name)})`).join(', ');
  return [head, sentences, links === '' ? '' : `(${links})`].filter((part) => part !== '').join(' ');
}

function list(statements: readonly Statement[]): string {
  return statements.map(({ text }) => `- ${plain(text)}`).join('\n');
}

function expectations(all: JobResults['run']['expect']): string {
  const rows = all.map(
    ({ text, shown, pass }) => `| ${pass ? 'holds' : '**failed**'} | ${code(text)} | ${plain(shown)} |`,
  );
  return ['| verdict | expected | actual |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Text that stays text: nothing in a name can become markup, a link or a cell. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_[\]<>|#!~&]/g, (character) => `\\${character}`);
}

/** Code in a cell: a fence longer than any run of backticks in it. */
function code(text: string): string {
  const fence = fenceFor(text, 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')}${pad}${fence}`;
}

function fenced(text: string): string {
  const fence = fenceFor(text, 3);
  return `${fence}sh\n${text}\n${fence}`;
}

function fenceFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}
