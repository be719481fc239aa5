// The report in a real Chromium: nothing is loaded, nothing goes wrong, everything is visible, light, dark and on paper.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeReport } from '../../src/report/report.ts';
import { type Shape, writeSynthetic } from '../report/synthetic.ts';
import { chromiumPath, openBrowser } from './chromium.ts';
import { type Opened, openPage } from './opened.ts';
import { type Box, chartBoxes, colors, foreignElements, widths } from './in-page.ts';

const path = chromiumPath();
const root = mkdtempSync(join(tmpdir(), 'wavetank-browser-'));
let browser: Browser;

async function report(name: string, shape: Partial<Shape>): Promise<string> {
  const [{ page }] = await makeReport(writeSynthetic(shape, join(root, name)), { png: false });
  return pathToFileURL(resolve(page)).href;
}

const open = (address: string, options: BrowserContextOptions = {}): Promise<Opened> =>
  openPage(browser, address, { viewport: { width: 1280, height: 900 }, ...options });

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
const area = (box: Box): number => (box.right - box.left) * (box.bottom - box.top);

/** Every chart has a size, holds what is in it, and no text lies on another. */
async function expectReadable(page: Page): Promise<void> {
  const charts = await chartBoxes(page);
  expect(charts.length).toBeGreaterThan(4);
  for (const { name, box, texts, marks } of charts) {
    expect(box.right - box.left, name).toBeGreaterThan(300);
    expect(box.bottom - box.top, name).toBeGreaterThan(150);
    expect(marks, name).toBeGreaterThan(3);
    expect(texts.length, name).toBeGreaterThan(3);
    for (const [index, one] of texts.entries()) {
      const outside = area(one) - overlap(one, box);
      expect(outside / Math.max(1, area(one)), `${name}: "${one.text}" leaves its chart`).toBeLessThan(0.02);
      for (const other of texts.slice(index + 1)) {
        const share = overlap(one, other) / Math.max(1, Math.min(area(one), area(other)));
        expect(share, `${name}: "${one.text}" lies on "${other.text}"`).toBeLessThan(0.25);
      }
    }
  }
}

/** Nothing is wider than the window. */
async function expectNothingCutOff(page: Page): Promise<void> {
  const { content, window } = await widths(page);
  expect(content).toBeLessThanOrEqual(window);
}

/** Relative luminance of a CSS colour, as WCAG defines it. */
function luminance(color: string): number {
  const [red, green, blue] = (color.match(/[\d.]+/g) ?? []).map(Number).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.skipIf(path === undefined)('the report in Chromium', () => {
  let zoneLoss: string;
  beforeAll(async () => {
    browser = await openBrowser(path as string);
    zoneLoss = await report('zone-loss', {});
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(['light', 'dark'] as const)('%s: opens without a word, without a request, readable', async (colorScheme) => {
    const { page, complaints, requests } = await open(zoneLoss, { colorScheme });
    await expectReadable(page);
    await expectNothingCutOff(page);
    const texts = await colors(page);
    expect(luminance(texts[0].background) > 0.5).toBe(colorScheme === 'light');
    for (const { text, color, background } of texts) {
      const [low, high] = [luminance(color), luminance(background)].sort((a, b) => a - b);
      // WCAG AA asks 4.5 of text, 3 of large text; labels on the strip are never less.
      expect((high + 0.05) / (low + 0.05), `"${text}" in ${color} on ${background}`).toBeGreaterThan(3);
    }
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  });

  it('fits a telephone', async () => {
    const { page, complaints } = await open(zoneLoss, { viewport: { width: 390, height: 800 } });
    await expectNothingCutOff(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it.each([
    ['markup', ' <img src=x onerror=alert(1)>&"\'</svg></style><script>alert(2)</script>'],
    ['long', `-${'very-long-name-'.repeat(30)}`],
    ['right to left', ' שלום عليكم \u202e edirrevo'],
  ])('shows hostile names (%s) as text', async (name, hostile) => {
    const { page, complaints, requests } = await open(await report(`hostile-${name}`, { hostile }));
    expect(await foreignElements(page)).toBe(0);
    expect(await page.locator('h1').textContent()).toContain(hostile.trim());
    await expectReadable(page);
    await expectNothingCutOff(page);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await page.context().close();
  });

  it('prints on A4: light, nothing cut off, no chart torn in two', async () => {
    const { page, complaints } = await open(zoneLoss, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: null });
    // The printable width of A4 less 2 × 14 mm, at 96 pixels an inch.
    const inner = { width: Math.floor(((210 - 28) / 25.4) * 96), height: Math.floor(((297 - 28) / 25.4) * 96) };
    await page.setViewportSize(inner);
    await expectNothingCutOff(page);
    await expectReadable(page);
    const [{ background }] = await colors(page);
    expect(luminance(background)).toBeGreaterThan(0.9);
    for (const { name, box } of await chartBoxes(page)) expect(box.bottom - box.top, name).toBeLessThan(inner.height);
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    const text = pdf.toString('latin1');
    expect(text.startsWith('%PDF')).toBe(true);
    // 210 × 297 mm are 595 × 842 points.
    const sizes = [...text.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/g)].map(([, ...size]) => size.map(Number));
    expect(sizes.length).toBeGreaterThan(2);
    for (const [width, height] of sizes) {
      expect(Math.abs(width - 595)).toBeLessThan(2);
      expect(Math.abs(height - 842)).toBeLessThan(2);
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('would notice', async () => {
    const { page, complaints } = await open(zoneLoss);
    await page.evaluate(
      `for (const one of document.querySelectorAll('#latency text')) one.setAttribute('transform', '')`,
    );
    await expect(expectReadable(page)).rejects.toThrow(/latency: ".*" (?:lies on|leaves)/);
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<p style="width:3000px">wide</p>')`);
    await expect(expectNothingCutOff(page)).rejects.toThrow();
    await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/a.png">')`);
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
    await page.context().close();
  });
});
