// A page around its content: head, navigation, contents of the page, and what comes before and after it.
import type { Heading } from './markdown.ts';
import { escaped } from './markdown.ts';
import { relativeTo } from './sources.ts';

export interface Link {
  readonly title: string;
  /** From the folder of the site. */
  readonly path: string;
}

/** A group of the navigation. */
export interface Section {
  readonly title: string;
  readonly links: readonly Link[];
}

export interface Page {
  readonly path: string;
  readonly title: string;
  readonly html: string;
  readonly headings?: readonly Heading[];
  /** The file that it is made of, or what it is generated from. */
  readonly from?: string;
  /** Above the title: the part of the course, or the section. */
  readonly section?: string;
  /** For pictures side by side. */
  readonly wide?: true;
  readonly before?: Link | undefined;
  readonly after?: Link | undefined;
}

export interface Site {
  readonly version: string;
  readonly navigation: readonly Section[];
}

/** Nothing but the site's own files may be loaded. From a folder not every browser takes them for the page's own, but for files. */
const POLICY =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file: 'unsafe-inline'; img-src 'self' file: data:";

/** The page as a document that works from a folder too, without a server. */
export function layout(page: Page, { version, navigation }: Site): string {
  const to = (path: string): string => relativeTo(page.path, path);
  const root = to('index.html').replace(/index\.html$/, '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.path === 'index.html' ? 'wavetank' : `${escaped(page.title)} · wavetank`}</title>
<link rel="icon" href="${to('assets/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${to('assets/site.css')}">
<script src="${to('assets/theme.js')}"></script>
<script src="${to('assets/site.js')}" defer></script>
</head>
<body data-root="${root}">
<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="menu" href="#navigation">Menu</a>
<a class="name" href="${to('index.html')}">wavetank</a>
<div class="search" hidden>
<input type="text" inputmode="search" id="search" placeholder="Search" aria-label="Search" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list">
<kbd aria-hidden="true">/</kbd>
<div id="found" role="listbox" aria-label="Pages found" hidden></div>
</div>
<a class="version" href="${to('reference/index.html')}">${escaped(version)}</a>
<button type="button" class="theme" hidden aria-label="Light or dark">◐</button>
</header>
<nav id="navigation" aria-label="Pages">
<a class="close" href="#content">Close</a>
${navigation.map((section) => group(section, page, to)).join('\n')}
</nav>
<main id="content"${page.wide === true ? ' class="wide"' : ''}>
${page.section === undefined ? '' : `<p class="section">${escaped(page.section)}</p>\n`}<article>
${page.html}
</article>
${steps(page, to)}<footer><p>wavetank ${escaped(version)} · <a href="${to('license.html')}">Apache-2.0</a>${page.from === undefined ? '' : ` · made from <code>${escaped(page.from)}</code>`}</p></footer>
</main>
${contents(page)}</body>
</html>
`;
}

function group({ title, links }: Section, page: Page, to: (path: string) => string): string {
  const here = links.some(({ path }) => path === page.path) || title === page.section;
  const items = links.map(
    (link) =>
      `<li><a href="${to(link.path)}"${link.path === page.path ? ' aria-current="page"' : ''}>${escaped(link.title)}</a></li>`,
  );
  return `<details${here || page.path === 'index.html' ? ' open' : ''}><summary>${escaped(title)}</summary>
<ul>
${items.join('\n')}
</ul></details>`;
}

function steps({ before, after }: Page, to: (path: string) => string): string {
  const step = (link: Link | undefined, rel: string, says: string) =>
    link === undefined
      ? ''
      : `<a rel="${rel}" href="${to(link.path)}"><span>${says}</span> ${escaped(link.title)}</a>\n`;
  const both = step(before, 'prev', 'Before') + step(after, 'next', 'Next');
  return both === '' ? '' : `<nav class="steps" aria-label="Before and after">\n${both}</nav>\n`;
}

const MOST_LINES = 60;

/** Headings of the page beside it; of very many only those of the upper level. */
function contents({ headings = [] }: Page): string {
  const upper = headings.filter(({ level }) => level === 2);
  const shown =
    headings.filter(({ level }) => level <= 3).length > MOST_LINES ? upper : headings.filter(({ level }) => level <= 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, text, id }) => `<li class="level-${level}"><a href="#${id}">${escaped(text)}</a></li>`,
  );
  return `<aside aria-label="On this page"><p>On this page</p>
<ul>
${items.join('\n')}
</ul></aside>
`;
}
