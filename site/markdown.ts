// Markdown as a page has it: headings with anchors, tables that scroll, links within the site, and the text that is searched.
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';
import { highlight } from './highlight.ts';
import { type Passage, Passages } from './passages.ts';
import type { Resolve } from './sources.ts';

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly id: string;
}

export interface Rendered {
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly passages: readonly Passage[];
}

export interface RenderOptions {
  readonly resolve: Resolve;
  /** Rows of tables get anchors and are found by themselves. */
  readonly rows?: boolean;
  /** Tables are left out of what is searched: they are numbers. */
  readonly proseOnly?: boolean;
}

const markdown = new MarkdownIt({ html: false, linkify: false, highlight });

/** Inline tokens as plain text. */
function plain(token: Token): string {
  return (token.children ?? [])
    .map((child) => (child.type === 'softbreak' ? ' ' : child.type === 'image' ? plain(child) : child.content))
    .join('');
}

/** Renders a file. Throws when a link leads nowhere, or the file has no title. */
export function render(text: string, { resolve, rows = false, proseOnly = false }: RenderOptions): Rendered {
  const tokens = markdown.parse(text.replaceAll(/^<!--[^]*?-->\n/gm, ''), {});
  const slugger = new GithubSlugger();
  const headings: Heading[] = [];
  const passages = new Passages();
  let section = '';
  let inTable = false;
  for (const [at, token] of tokens.entries()) {
    if (token.type === 'heading_open') {
      const heading = headingOf(token, plain(tokens[at + 1]), slugger);
      headings.push(heading);
      section = heading.id;
      if (headings.length > 1) passages.beginSection(heading.id, heading.text);
    }
    if (token.type === 'table_open' || token.type === 'table_close') inTable = token.type === 'table_open';
    if (token.type === 'tr_close') passages.endRow();
    if (token.type === 'fence') passages.add(token.content);
    if (token.type !== 'inline') continue;
    linked(token, resolve);
    const words = plain(token);
    const { type } = tokens[at - 1];
    if (rows && type === 'td_open' && !passages.inRow) {
      const id = slugger.slug(`${section} ${words}`);
      tokens[at - 2].attrSet('id', id);
      passages.beginRow(id, words);
    } else if (type !== 'heading_open' && !(proseOnly && inTable)) passages.add(words);
  }
  const [title, ...others] = headings;
  if (title === undefined || title.level > 1)
    throw new Error('expected a title: a first heading that begins with "# "');
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { title: title.text, html: framed(html, title.text), headings: others, passages: passages.all() };
}

/** Gives a heading its anchor. */
function headingOf(token: Token, text: string, slugger: GithubSlugger): Heading {
  const id = slugger.slug(text);
  token.attrSet('id', id);
  return { level: Number(token.tag.slice(1)), text, id };
}

/** Links and pictures lead to where their targets are on the site. */
function linked(token: Token, resolve: Resolve): void {
  for (const child of token.children ?? []) {
    const attribute = child.type === 'link_open' ? 'href' : child.type === 'image' ? 'src' : undefined;
    if (attribute === undefined) continue;
    const target = String(child.attrGet(attribute) ?? '');
    child.attrSet(attribute, resolve(target));
    if (/^https?:/.test(target)) child.attrSet('rel', 'external');
    if (child.type === 'image') child.attrSet('loading', 'lazy');
  }
}

/** What may be wider than a phone scrolls by itself, by keyboard too. */
function framed(html: string, title: string): string {
  let at = 0;
  return html
    .replaceAll('<table>', () => {
      at += 1;
      return `<div class="scroll" tabindex="0" role="region" aria-label="Table ${at} of ${escaped(title)}"><table>`;
    })
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">');
}

export function escaped(text: string): string {
  return markdown.utils.escapeHtml(text);
}
