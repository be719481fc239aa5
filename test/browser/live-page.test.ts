// The page of a live cluster in a real Chromium: it goes along, a node is crashed on it, and the session is recorded.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { LiveCluster } from '../../src/live/live-cluster.ts';
import { bundle } from '../support/command.ts';
import { families, jobOf } from '../support/world-rig.ts';
import { chromiumPath, openBrowser } from './chromium.ts';

const path = chromiumPath();

const TEXT = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: watched }
spec: { duration: 10m, cluster: { nodePools: [{ name: node, count: 3, zones: [a] }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } }
`;

it.skipIf(path === undefined)('is watched, and a node is crashed on it', async () => {
  const parts = {
    script: readFileSync(new URL('page/page.js', pathToFileURL(bundle)), 'utf8'),
    style: readFileSync(new URL('page/page-style.css', pathToFileURL(bundle)), 'utf8'),
  };
  const bugs: unknown[] = [];
  const cluster = await LiveCluster.start({
    job: jobOf(TEXT),
    simulation: { families, check: true },
    speed: 60,
    untilEnd: false,
    idleMs: Infinity,
    address: '127.0.0.1',
    port: 0,
    secure: false,
    bug: (error) => bugs.push(error),
  });
  const url = await cluster.servePage(parts, '0.0.0', 0);
  // Without the token nobody is answered.
  expect((await fetch(new URL('/frames', url))).status).toBe(404);
  const browser = await openBrowser(path as string);
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    const text = async (selector: string): Promise<string> => (await page.locator(selector).textContent()) ?? '';
    await expect.poll(() => text('#totals'), { timeout: 20_000 }).toContain('3 pods ready');
    const before = await text('#now');
    await expect.poll(() => text('#now')).not.toBe(before);
    await page.locator('#find').fill('node-1');
    await page.locator('#find').press('Enter');
    await page.locator('#detail button', { hasText: 'Crash it' }).click();
    await expect.poll(() => text('#totals'), { timeout: 20_000 }).toContain('2 / 3 nodes ready');
    await page.locator('#play').click();
    await expect.poll(() => cluster.run.state).toBe('paused');
    expect([complaints, bugs]).toEqual([[], []]);
    expect(cluster.recorder.entries.map(({ entry }) => entry)).toEqual([
      { fault: { NodeCrash: { node: 'node-1', for: '5m' } } },
    ]);
  } finally {
    await browser.close();
    await cluster.close();
  }
});
