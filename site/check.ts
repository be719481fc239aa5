// What must hold of every page: well-formed HTML, links and ids that are there, and nothing loaded from elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type DefaultTreeAdapterMap, parse } from 'parse5';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

interface Outline {
  readonly ids: ReadonlySet<string>;
  readonly faults: readonly string[];
  /** What it loads, and what it links to. */
  readonly targets: readonly { readonly href: string; readonly loads: boolean }[];
}

/** Attributes whose value the browser fetches, but for `href` of a link to click on. */
const LOADED = new Set(['src', 'srcset', 'poster', 'data', 'background', 'xlink:href']);
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]*:)?\/\//i;

function outline(html: string): Outline {
  const ids = new Set<string>();
  const faults: string[] = [];
  const targets: { href: string; loads: boolean }[] = [];
  const document = parse(html, {
    sourceCodeLocationInfo: true,
    onParseError: ({ code, startLine }) => faults.push(`line ${startLine}: ${code}`),
  });
  const visit = (node: Node): void => {
    if ('tagName' in node) element(node);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  const element = ({ tagName, attrs, sourceCodeLocation: place }: Element): void => {
    const fault = (says: string): void => void faults.push(`line ${place?.startLine ?? 0}: <${tagName}> ${says}`);
    const of = new Map(
      attrs.map(({ name, prefix, value }) => [
        prefix === undefined || prefix === '' ? name : `${prefix}:${name}`,
        value,
      ]),
    );
    const id = of.get('id');
    if (id === '') fault('has an empty id');
    if (id !== undefined && ids.has(id)) fault(`has an id twice: ${id}`);
    if (id !== undefined) ids.add(id);
    if (tagName === 'img' && !of.has('alt')) fault('has no alt');
    for (const [name, value] of of) {
      const isLink = name === 'href' && tagName === 'a';
      if (isLink || name === 'href' || LOADED.has(name)) targets.push({ href: value, loads: !isLink });
      for (const [, url] of value.matchAll(/url\(['"]?([^'")]*)/g)) targets.push({ href: url, loads: true });
    }
  };
  visit(document);
  return { ids, faults, targets };
}

/** Addresses that a style sheet loads. */
export function loadedByStyle(css: string): string[] {
  return Array.from(
    css.matchAll(/url\(\s*['"]?([^'")]*)|@import\s+['"]([^'"]*)/g),
    ([, url, imported]) => url ?? imported,
  );
}

/** Faults of the pages in a folder, each with its page: none when all is well. */
export function faultsOf(folder: string, pages: readonly string[]): string[] {
  const outlines = new Map(pages.map((page) => [page, outline(readFileSync(join(folder, page), 'utf8'))]));
  return [...outlines].flatMap(([page, { faults, targets }]) => [
    ...faults.map((fault) => `${page}: ${fault}`),
    ...targets.flatMap(({ href, loads }) => amiss(page, href, loads).map((says) => `${page}: ${href} ${says}`)),
  ]);

  function amiss(page: string, href: string, loads: boolean): string[] {
    if (href.startsWith('data:image/') && loads) return [];
    if (ELSEWHERE.test(href) || /^[a-z]+:/i.test(href)) {
      const leads = /^(?:https?|mailto):/.test(href);
      return loads || !leads ? ['is loaded from elsewhere'] : [];
    }
    const [target, fragment] = href.split('#');
    const path = target === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURI(target)));
    if (path.startsWith('..') || !existsSync(join(folder, path))) return ['leads nowhere'];
    const ids = outlines.get(path)?.ids;
    if (fragment === undefined || fragment === '' || ids === undefined) return [];
    return ids.has(decodeURIComponent(fragment)) ? [] : ['leads to no such place of the page'];
  }
}
