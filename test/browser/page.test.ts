// The page in a real Chromium: played, stepped, clicked and typed at; nothing is loaded from elsewhere, no name becomes markup.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDocument, serveRun } from '../../src/view/view-run.ts';
import { type Frame, PodState } from '../../src/page/frame.ts';
import { runFrame } from '../../src/view/run-frame.ts';
import { writeSynthetic } from '../report/synthetic.ts';
import { bundle } from '../support/command.ts';
import { chromiumPath, openBrowser } from './chromium.ts';
import { type Opened, openPage } from './opened.ts';

const path = chromiumPath();
const root = mkdtempSync(join(tmpdir(), 'wavetank-page-'));
const HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script>';
let browser: Browser;

const parts = {
  script: readFileSync(new URL('page/page.js', pathToFileURL(bundle)), 'utf8'),
  style: readFileSync(new URL('page/page-style.css', pathToFileURL(bundle)), 'utf8'),
};

/** A made-up run, on each of whose nodes two pods of a Deployment are ready all the time. */
function frameOf(name: string, hostile = ''): Frame {
  const folder = writeSynthetic({ minutes: 20, hostile }, join(root, name));
  const frame = runFrame(folder, { explains: false, command: 'zone-loss' });
  const nodes = frame.nodes.name.length;
  const pods = Array.from({ length: 2 * nodes }, (_, pod) => pod);
  const strings = [
    ...frame.strings,
    'shop',
    `Deployment/shop/web${hostile}`,
    '1',
    ...pods.map((pod) => `web-${pod}${hostile}`),
  ];
  const [namespace, workload, revision] = [0, 1, 2].map((at) => frame.strings.length + at);
  return {
    ...frame,
    strings,
    pods: {
      namespace: pods.map(() => namespace),
      name: pods.map((pod) => revision + 1 + pod),
      workload: pods.map(() => workload),
      revision: pods.map(() => revision),
    },
    podChanges: {
      time: pods.map(() => 0),
      pod: pods,
      state: pods.map(() => PodState.Ready),
      node: pods.map((pod) => pod % nodes),
    },
  };
}

function explaining(frame: Frame): Frame {
  return frame.opening === undefined ? frame : { ...frame, opening: { ...frame.opening, explains: true } };
}

function written(name: string, hostile = ''): string {
  const file = join(root, `${name}.html`);
  writeFileSync(file, runDocument(parts, frameOf(name, hostile)));
  return pathToFileURL(file).href;
}

async function open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const opened = await openPage(browser, address, { viewport: { width: 1360, height: 860 }, ...options });
  await opened.page.locator('#legend li').first().waitFor();
  return opened;
}

const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(selector).textContent()) ?? '';
/** As a reader moves the hand of the time bar. */
const seek = (page: Page, seconds: number): Promise<unknown> =>
  page.evaluate(
    `(() => { const bar = document.querySelector('#time'); bar.value = ${seconds}; bar.dispatchEvent(new Event('input')); })()`,
  );

/** What axe-core finds, in words: rule and element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<
    string[]
  >(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`);
}

describe.skipIf(path === undefined)('the page of a run', () => {
  // One page for what only looks: a browser takes its time to open another one.
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser(path as string);
    opened = await open(written('zone-loss'), { colorScheme: 'light' });
    ({ page } = opened);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(['light', 'dark'])('%s: says what is there, and axe-core has nothing against it', async (theme) => {
    if (theme === 'dark') await page.locator('#theme').click();
    await seek(page, 600);
    await expect.poll(() => textOf(page, '#now')).toBe('10:00');
    await expect.poll(() => textOf(page, '#totals')).toContain('40 / 60 nodes ready');
    expect(await page.locator('#pods').getAttribute('aria-label')).toMatch(/^60 nodes, 20 of them not ready; pods: /);
    await page.evaluate(`document.querySelector('#table').open = true`);
    await expect.poll(() => page.locator('#rows tr').count()).toBe(60);
    await page.locator('#rows button').first().click();
    expect(await violations(page)).toEqual([]);
    await page.evaluate(`document.querySelector('#table').open = false`);
  });

  it('is played, paused, stepped and rewound with the keyboard alone', async () => {
    const seconds = async (): Promise<number> => Number(await page.locator('#time').inputValue());
    await page.locator('#time').press('Home');
    await expect.poll(seconds).toBe(0);
    await page.locator('#cluster').focus();
    await page.keyboard.press('Space');
    await expect.poll(seconds).toBeGreaterThan(20);
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('#play').getAttribute('aria-label')).toBe('Play');
    const paused = await seconds();
    await page.locator('#step').press('Enter');
    await expect.poll(seconds).toBeGreaterThan(paused + 5);
    await page.locator('#time').press('End');
    await expect.poll(() => textOf(page, '#now')).toBe('20:00');
    // From tile to tile; what is chosen is said.
    await page.locator('#tiles').press('ArrowRight');
    await expect.poll(() => textOf(page, '#said')).toMatch(/^Node /);
    const first = await textOf(page, '#said');
    await page.locator('#tiles').press('ArrowDown');
    await expect.poll(() => textOf(page, '#said')).not.toBe(first);
    // By name.
    await page.locator('#find').fill('checkout');
    await page.locator('#find').press('Enter');
    await expect.poll(() => textOf(page, '#details-title')).toMatch(/checkout/);
  });

  it('shows pods in their colours where they are, and names what is clicked on', async () => {
    await page.locator('#theme').click();
    await seek(page, 300);
    await expect.poll(() => textOf(page, '#now')).toBe('5:00');
    const inked = `(() => {
      const canvas = document.querySelector('#pods');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set();
      for (const color of new Uint32Array(data.buffer)) seen.add(color & 0xffffff);
      return [...seen];
    })()`;
    // Blue, #0072b2, is the colour of the workload with the most pods; the highest byte of a pixel is its last one.
    await expect.poll(() => page.evaluate<number[]>(inked)).toContain(0xb27200);
    const box = await page.locator('#pods').boundingBox();
    await page.mouse.click((box?.x ?? 0) + 12, (box?.y ?? 0) + 30);
    await expect.poll(() => textOf(page, '#details-title')).toMatch(/^(Node|Pod) /);
    await page.locator('[value=phase]').check({ force: true });
    await expect.poll(() => textOf(page, '#legend')).toContain('Running, ready');
    // Every pod that is ready is green then, #009e73.
    await expect.poll(() => page.evaluate<number[]>(inked)).toContain(0x739e00);
  });

  it('fits windows from a telephone to a wall, and has asked nobody and complained about nothing', async () => {
    for (const [width, height] of [
      [1920, 1080],
      [800, 700],
      [390, 800],
    ]) {
      await page.setViewportSize({ width, height });
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(wide).toBeLessThanOrEqual(width);
    }
    expect([opened.complaints, opened.requests]).toEqual([[], []]);
  });

  it('shows hostile names as text', async () => {
    const { page: hostile, complaints, requests } = await open(written('hostile', HOSTILE));
    await seek(hostile, 900);
    await hostile.locator('#find').fill('img src');
    await hostile.locator('#found button').first().click();
    await hostile.evaluate(`document.querySelector('#table').open = true`);
    await expect.poll(() => textOf(hostile, '#rows')).toContain('<img');
    await expect.poll(() => textOf(hostile, '#detail')).not.toContain('Choose a node');
    expect(await hostile.locator('img, iframe, object').count()).toBe(0);
    expect(await hostile.locator('script').count()).toBe(2);
    expect(await textOf(hostile, 'h1')).toContain('<img src=x');
    expect([complaints, requests]).toEqual([[], []]);
    await hostile.context().close();
  });

  it('asks its server for frames, and why; the policy keeps everything else out', async () => {
    const questions: string[] = [];
    const server = await serveRun(parts, explaining(frameOf('served')), 0, (question) => {
      questions.push(`${question.subject} ${question.name}`);
      return Promise.resolve('because <b>it</b> fits');
    });
    const { page: served, complaints } = await open(server.url);
    await served.locator('#find').fill('shop/web-');
    await served.locator('#found button', { hasText: /^pod / }).first().click();
    await served.locator('#detail button', { hasText: 'Why' }).click();
    await expect.poll(() => textOf(served, '#detail pre')).toBe('because <b>it</b> fits');
    expect(questions).toEqual([expect.stringMatching(/^pod shop\/web-/)]);
    expect(complaints).toEqual([]);
    await served.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="https://example.invalid/a.png">')`);
    await expect.poll(() => complaints.join()).toContain('Content Security Policy');
    // And axe-core would have something to say.
    expect(await violations(served)).toContainEqual(expect.stringMatching(/^image-alt: <img/));
    await served.context().close();
    await server.close();
  });
});
