// The whole site as files: pages of the repository's documents, what lists them, the gallery, assets and the search index.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { assets } from './assets.ts';
import { course } from './course.ts';
import { galleryPages, type GalleryChart } from './gallery/pages.ts';
import { highlight } from './highlight.ts';
import { decisionIndex, landing, referenceIndex, scenarioIndex } from './indexes.ts';
import { layout, type Link, type Page, type Section, type Site } from './layout.ts';
import { escaped, render } from './markdown.ts';
import type { Passage } from './passages.ts';
import { searchIndex, type Searchable } from './search.ts';
import { guidePath, resolver, type Source, sources } from './sources.ts';
import type { VersionedReference } from './versions.ts';

export interface SiteInput {
  readonly version: string;
  /** Of earlier versions. */
  readonly older: readonly VersionedReference[];
  readonly gallery: readonly GalleryChart[];
}

/** A page that can be found. */
type Written = Page & { readonly passages: readonly Passage[]; readonly question?: string };

/** Tables of these are numbers that nobody searches. */
const PROSE_ONLY = /^docs\/(?:fidelity|theory|performance)\.md$/;

/** Writes the site into a new folder; what was in it is gone. Returns the paths of its pages, from that folder. */
export async function writeSite(folder: string, input: SiteInput): Promise<string[]> {
  const files = new Map([...(await assets()), ...pagesOf(input)]);
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, 'images'));
  for (const name of readdirSync('docs/images')) copyFileSync(join('docs/images', name), join(folder, 'images', name));
  return [...files.keys()].filter((path) => path.endsWith('.html'));
}

function pagesOf(input: SiteInput): Map<string, string> {
  const { version, older } = input;
  const all = sources(version);
  const documents = all.map((source) => documentPage(source, all));
  const earlier = older.flatMap((one) => olderPages(one));
  const gallery = galleryPages(input.gallery);
  const of = (section: string): Written[] => documents.filter((page) => page.section === section);
  const scenarios = of('Scenarios').map((page) => ({ ...page, question: page.question ?? '' }));
  const versions = [
    { version, pages: of('Reference') },
    ...older.map((one) => ({
      version: one.version,
      pages: earlier.filter(({ path }) => path.startsWith(`reference/${one.version}/`)),
    })),
  ];
  const lists = [landing(version), decisionIndex(of('Decisions')), scenarioIndex(scenarios), referenceIndex(versions)];
  const pages: Page[] = [...lists, ...inOrder(documents), ...earlier, ...gallery.pages];
  const site: Site = { version, navigation: navigation(documents) };
  const found: Searchable[] = [...documents, ...gallery.searchable];
  return new Map([
    ...pages.map((page): [string, string] => [page.path, layout(page, site)]),
    ...gallery.files,
    ['assets/search-index.js', searchIndex(found)],
  ]);
}

function documentPage(source: Source, all: readonly Source[]): Written {
  const text = readFileSync(source.file, 'utf8');
  const { path, file: from, section } = source;
  if (from.endsWith('.yaml')) return { ...scenarioPage(source, text), path, from, section };
  if (!from.endsWith('.md')) {
    return {
      path,
      from,
      section,
      title: 'License',
      html: `<h1>License</h1>\n<pre tabindex="0">${escaped(text)}</pre>`,
      passages: [],
    };
  }
  const options = { resolve: resolver(source, all), rows: section === 'Reference', proseOnly: PROSE_ONLY.test(from) };
  return { ...render(text, options), path, from, section };
}

/** A scenario: its question, how it is run, and the file. */
function scenarioPage({ file }: Source, text: string): Pick<Written, 'title' | 'html' | 'passages' | 'question'> {
  const title = file.replace(/^.*\/|\.yaml$/g, '');
  const head = /^(?:#.*\n)+/.exec(text)?.[0] ?? '';
  const question = head.split('\n')[0].replace(/^# ?/, '');
  const html = `<h1>${escaped(title)}</h1>
<p class="lead">${escaped(question)}</p>
<pre tabindex="0"><code>wavetank run ${escaped(title)}</code></pre>
<pre tabindex="0"><code>${highlight(text, 'yaml')}</code></pre>`;
  return {
    title,
    html,
    question,
    passages: [{ id: '', heading: '', text: head.replaceAll(/^# ?/gm, '').replaceAll('\n', ' ') }],
  };
}

/** Links of an earlier version lead nowhere any more, but within its own pages. */
function olderPages({ version, pages }: VersionedReference): Page[] {
  return [...pages].map(([name, text]) => {
    const resolve = (href: string): string => {
      if (/^(?:https?:|#)/.test(href)) return href;
      const [target, fragment] = href.split('#');
      const own = target.replace(/\.md$/, '');
      return pages.has(own) ? `${own}.html${fragment === undefined ? '' : `#${fragment}`}` : '../index.html';
    };
    const { title, html, headings } = render(text, { resolve, rows: true });
    return {
      path: `reference/${version}/${name}.html`,
      title: `${title} (${version})`,
      html,
      headings,
      section: `Reference ${version}`,
    };
  });
}

/** Guides, and decisions, in their order: each page has the one before and the one after it. */
function inOrder(documents: readonly Written[]): Page[] {
  const taught = new Set(course.map(({ title }) => title));
  const rows = [
    documents.filter(({ section }) => taught.has(section ?? '')),
    documents.filter(({ section }) => section === 'Decisions'),
  ];
  const row = (page: Page): readonly Page[] => rows.find((one) => one.includes(page as Written)) ?? [];
  return documents.map((page) => {
    const own = row(page);
    const at = own.indexOf(page);
    return at < 0 ? page : { ...page, before: own[at - 1], after: own[at + 1] };
  });
}

function navigation(documents: readonly Written[]): Section[] {
  const links = (section: string): Link[] => documents.filter((page) => page.section === section);
  const parts = course.map(({ title, guides }) => ({
    title,
    links: guides.map((name) => documents.find(({ path }) => path === guidePath(name)) as Link),
  }));
  return [
    ...parts,
    {
      title: 'Reference',
      links: [
        ...links('Reference'),
        { title: 'Packaged scenarios', path: 'scenarios/index.html' },
        { title: 'Gallery', path: 'gallery/index.html' },
        { title: 'Versions', path: 'reference/index.html' },
      ],
    },
    { title: 'How far to trust it', links: links('How far to trust it') },
    { title: 'Project', links: [...links('Project'), { title: 'Decisions', path: 'decisions/index.html' }] },
  ];
}
