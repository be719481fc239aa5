// Faults of pages that the check of the site must find, one planted at a time.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { faultsOf, loadedByStyle } from '../../site/check.ts';
import { render } from '../../site/markdown.ts';
import { resolver, sources } from '../../site/sources.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-site-check-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const page = (body: string): string =>
  `<!doctype html>\n<html lang="en"><head><title>A</title></head><body>${body}</body></html>\n`;
const files = { 'a.html': page('<h1 id="top">A</h1>'), 'below/b.html': page('<p id="c">B</p>'), 'x.svg': '<svg/>' };
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function faults(body: string): string[] {
  writeFileSync(join(root, 'a.html'), page(body));
  return faultsOf(root, ['a.html', 'below/b.html']);
}

it.each([
  ['<a href="below/b.html#c">b</a><img src="x.svg" alt=""><a href="https://kubernetes.io">k</a><a href="#">top</a>'],
  ['<img src="data:image/png;base64,AA==" alt="">'],
])('takes %s', (body) => {
  expect(faults(body)).toEqual([]);
});

it.each([
  ['<a href="c.html">c</a>', 'a.html: c.html leads nowhere'],
  ['<a href="../a.html">out</a>', 'a.html: ../a.html leads nowhere'],
  ['<a href="below/b.html#d">d</a>', 'a.html: below/b.html#d leads to no such place of the page'],
  ['<a href="#e">e</a>', 'a.html: #e leads to no such place of the page'],
  ['<img src="https://example.com/x.png" alt="">', 'a.html: https://example.com/x.png is loaded from elsewhere'],
  ['<script src="//example.com/x.js"></script>', 'a.html: //example.com/x.js is loaded from elsewhere'],
  [
    '<p style="background:url(http://example.com/x.png)">x</p>',
    'a.html: http://example.com/x.png is loaded from elsewhere',
  ],
  ['<a href="javascript:alert(1)">x</a>', 'a.html: javascript:alert(1) is loaded from elsewhere'],
  ['<p id="f">f</p><p id="f">f</p>', 'a.html: line 2: <p> has an id twice: f'],
  ['<img src="x.svg">', 'a.html: line 2: <img> has no alt'],
  ['<p class="a" class="b">x</p>', 'a.html: line 2: duplicate-attribute'],
])('finds what is wrong with %s', (body, fault) => {
  expect(faults(body)).toEqual([fault]);
});

it('finds what a style sheet loads', () => {
  expect(loadedByStyle('@import "b.css"; p { background: url(https://example.com/x.png) }')).toEqual([
    'b.css',
    'https://example.com/x.png',
  ]);
});

it('refuses a link to what is no page, and says where', () => {
  const all = sources('0.1.0');
  const guide = all[0];
  const resolve = resolver(guide, all);
  expect(resolve('../theory.md#m')).toBe('../theory.html#m');
  expect(resolve('../reference/csv.md')).toBe('../reference/0.1.0/csv.html');
  expect(() => resolve('../nowhere.md')).toThrow('docs/guides/hello.md: ../nowhere.md leads to no page of the site');
});

it('shows markup in a document as text', () => {
  const { html, title } = render('# A <b>\n\n<script>x</script>\n', { resolve: (href) => href });
  expect(html).not.toMatch(/<script|<b>/);
  expect(title).toBe('A <b>');
});

it('gives a heading that is there twice two anchors, as GitHub does', () => {
  const { headings } = render('# A\n\n## The `b` & c\n\n## The b & c\n', { resolve: (href) => href });
  expect(headings.map(({ id }) => id)).toEqual(['the-b--c', 'the-b--c-1']);
});
