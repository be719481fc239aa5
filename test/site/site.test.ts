// The documentation site: every page, link and id; nothing from elsewhere; what is searched is found.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import MiniSearch from 'minisearch';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { indexOptions, searchOptions } from '../../site/search-options.ts';
import { faultsOf, loadedByStyle } from '../../site/check.ts';
import { jobCharts } from '../../site/gallery/of-a-job.ts';
import { writeSite } from '../../site/site.ts';
import { chromiumPath, openBrowser } from '../browser/chromium.ts';
import { widths } from '../browser/in-page.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-site-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const folder = join(root, 'dist-docs');
const older = [
  {
    version: '0.0.9',
    pages: new Map([['csv', '# Result files\n\nAs [before](scenario.md#run) or [elsewhere](../guides/hello.md).\n']]),
  },
];
let pages: readonly string[] = [];
beforeAll(async () => {
  pages = await writeSite(folder, { version: '0.1.0', older, gallery: jobCharts(['latency', 'node-cpu-usage']) });
});
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

it('has a page for every guide, decision, reference and packaged scenario', () => {
  const expected = [
    ...readdirSync('docs/guides').map((name) => `guides/${name.replace(/md$/, 'html')}`),
    ...readdirSync('docs/decisions').map((name) => `decisions/${name.replace(/md$/, 'html')}`),
    ...readdirSync('docs/reference')
      .filter((name) => name.endsWith('.md'))
      .map((name) => `reference/0.1.0/${name.replace(/md$/, 'html')}`),
    ...readdirSync('scenarios')
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => `scenarios/${name.replace(/yaml$/, 'html')}`),
    'index.html',
    'fidelity.html',
    'theory.html',
    'performance.html',
    'gallery/index.html',
    'gallery/latency.html',
  ];
  expect(expected.filter((page) => !pages.includes(page))).toEqual([]);
});

it('is well-formed, leads nowhere in vain, and loads nothing from elsewhere', () => {
  expect(faultsOf(folder, pages)).toEqual([]);
  expect(loadedByStyle(read('assets/site.css'))).toEqual([]);
  for (const script of ['assets/site.js', 'assets/theme.js']) expect(read(script)).not.toMatch(/https?:\/\//);
});

it('forbids everything but its own files', () => {
  for (const page of pages)
    expect(read(page)).toContain(`content="default-src 'none'; script-src 'self' file:; style-src 'self' file:`);
});

it('has the guides in the order of the course, each with the next one', () => {
  const seen: string[] = [];
  for (let page = 'guides/hello.html'; !seen.includes(page); ) {
    seen.push(page);
    const next = /<a rel="next" href="([^"]+)"/.exec(read(page))?.[1];
    if (next !== undefined) page = `guides/${next}`;
  }
  expect(seen).toHaveLength(readdirSync('docs/guides').length);
  expect(seen.at(-1)).toBe('guides/first-plugin.html');
});

it('lists versions of the reference', () => {
  expect(read('reference/index.html')).toMatch(/0\.1\.0\/csv\.html[^]*0\.0\.9\/csv\.html/);
  expect(read('reference/0.0.9/csv.html')).toContain('<a href="../index.html">elsewhere</a>');
});

it('finds columns, fields, guides and scenarios', () => {
  const script = read('assets/search-index.js');
  const text = JSON.parse(script.slice(script.indexOf('=') + 1, -2)) as string;
  const index = MiniSearch.loadJSON(text, indexOptions);
  const first = (words: string): string => String(index.search(words, searchOptions)[0]?.['path']);
  expect(first('requests_error_ratio')).toBe('reference/0.1.0/csv.html#summarycsv-requests_error_ratio');
  expect(first('readinessProbe')).not.toBe('undefined');
  expect(first('chaos')).toMatch(/^(?:guides\/chaos|scenarios\/chaos-matrix)\.html$/);
  expect(first('shop zone loss')).toMatch(/shop-zone-loss/);
  expect(first('score plugin ten minutes')).toBe('guides/score-plugin.html');
  expect(first('zzzzqqqq')).toBe('undefined');
  // A place that is found is there.
  const [path, id] = first('requests_error_ratio').split('#');
  expect(read(path)).toContain(`id="${id}"`);
});

it('is small enough to be read from a folder', () => {
  const bytes = (path: string): number => statSync(join(folder, path)).size;
  expect(bytes('guides/hello.html')).toBeLessThan(60_000);
  expect(bytes('assets/site.js')).toBeLessThan(60_000);
  expect(bytes('assets/search-index.js')).toBeLessThan(6_000_000);
});

const chromium = chromiumPath();

it.skipIf(chromium === undefined)('opens from a folder: search by keyboard, both themes, a phone', async () => {
  const browser = await openBrowser(chromium ?? '');
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 800 }, colorScheme: 'light' });
    const troubles: string[] = [];
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('request', (request) => request.url().startsWith('file://') || troubles.push(request.url()));
    const open = (path: string) => page.goto(pathToFileURL(join(folder, path)).href);
    for (const path of ['index.html', 'guides/hello.html', 'reference/0.1.0/csv.html', 'gallery/latency.html']) {
      await open(path);
      const { content, window } = await widths(page);
      expect([path, content]).toEqual([path, window]);
    }
    await open('guides/hello.html');
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(await background()).toBe('rgb(255, 255, 255)');
    await page.click('button.theme');
    expect(await background()).toBe('rgb(22, 27, 33)');
    await page.keyboard.press('/');
    await page.keyboard.type('requests_error_ratio');
    await page.waitForSelector('#found [aria-selected=true]');
    await page.keyboard.press('Enter');
    await page.waitForURL(/csv\.html#summarycsv-requests_error_ratio$/);
    // The theme that was chosen holds on the next page.
    expect(await background()).toBe('rgb(22, 27, 33)');
    expect(troubles).toEqual([]);
  } finally {
    await browser.close();
  }
});
