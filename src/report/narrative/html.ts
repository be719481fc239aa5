// The narrative at the top of a page, with links to the charts below.
import { html, type Html, raw } from '../html.ts';
import type { Statement } from './effects.ts';
import type { Narrative, Passage } from './narrative.ts';

/** `charts` are those of the page: only they are linked. */
export function narrativeBlock(narrative: Narrative, charts: readonly { readonly name: string }[]): Html {
  const { opening, passages, closing } = narrative;
  if (opening.length + passages.length + closing.length === 0) return raw('');
  const drawn = new Set(charts.map(({ name }) => name));
  return html`<h2>What happened</h2>
${paragraph(opening)}
${passages.length === 0 ? raw('') : html`<dl class="narrative">${passages.map((one) => passage(one, drawn))}</dl>`}
${paragraph(closing)}`;
}

function passage({ clock, kind, title, statements }: Passage, drawn: ReadonlySet<string>): Html {
  const charts = [...new Set(statements.flatMap((one) => one.charts))].filter((name) => drawn.has(name));
  const links = charts.map((name) => html` <a href="#${name}">${name}</a>`);
  const sentences = statements.map(({ text }) => text).join(' ');
  return html`<dt class="${kind}">${clock}</dt><dd><strong>${title}</strong>${sentences === '' ? raw('') : html`<br>${sentences}`}${links}</dd>
`;
}

function paragraph(statements: readonly Statement[]): Html {
  if (statements.length === 0) return raw('');
  return html`<p>${statements.map(({ text }) => text).join(' ')}</p>`;
}
