// How many pictures a second the page draws of 5,000 nodes and 150,000 pods in the Chromium of this machine, while pods come and go: `node scripts/measure-page.mjs [NODES PODS]`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { importSource } from './import-source.mjs';

const { runDocument, emptyFrame, FRAME_VERSION, NodeState, PodState } = await importSource(
  "export { runDocument } from './src/view/view-run.ts';",
  "export { emptyFrame } from './src/page/empty-frame.ts';",
  "export { FRAME_VERSION, NodeState, PodState } from './src/page/frame.ts';",
);

const [nodes = 5000, pods = 150_000] = process.argv.slice(2).map(Number);
/** Seconds of simulated time, in which every pod is replaced once: the page plays 60 of them in a second. */
const DURATION = 3600;
const SECONDS = 10;
const FLOOR = 30;

const folder = mkdtempSync(join(tmpdir(), 'wavetank-measure-'));
try {
  const file = join(folder, 'page.html');
  const script = readFileSync('dist/page/page.js', 'utf8');
  const style = readFileSync('dist/page/page-style.css', 'utf8');
  writeFileSync(file, runDocument({ script, style }, frame()));
  const browser = await chromium.launch({
    executablePath: process.env.WAVETANK_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--disable-gpu', '--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const opened = performance.now();
  await page.goto(pathToFileURL(file).href);
  await page.locator('#legend li').first().waitFor();
  console.log(`${nodes} nodes, ${pods} pods: shown after ${((performance.now() - opened) / 1000).toFixed(1)} s`);
  await page.locator('#time').press('Home');
  await page.locator('#speed').selectOption('60');
  await page.locator('#play').click();
  await page.waitForTimeout(2000);
  const { rate, slowest, passed } = await page.evaluate(`new Promise((resolve) => {
    const bar = document.querySelector('#time');
    const from = Number(bar.value);
    const times = [];
    const begun = performance.now();
    const next = (now) => {
      times.push(now);
      if (now - begun < ${SECONDS * 1000}) return requestAnimationFrame(next);
      const gaps = times.slice(1).map((time, at) => time - times[at]).sort((a, b) => a - b);
      resolve({
        rate: (times.length - 1) / ((times.at(-1) - times[0]) / 1000),
        slowest: gaps[Math.floor(gaps.length * 0.95)],
        passed: Number(bar.value) - from,
      });
    };
    requestAnimationFrame(next);
  })`);
  await browser.close();
  const changes = Math.round((pods / DURATION) * 6 * (passed / SECONDS));
  console.log(
    `playing, ${changes} changes of pods a second: ${rate.toFixed(1)} pictures a second, 95 % of them within ${slowest.toFixed(0)} ms (floor ${FLOOR})`,
  );
  process.exitCode = rate >= FLOOR ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every pod runs at the start; through the run each in turn is deleted and another one takes its place. */
function frame() {
  const rows = 2 * pods;
  const changes = [];
  for (let pod = 0; pod < pods; pod += 1) {
    const node = pod % nodes;
    const at = ((pod * 7919) % pods) * (DURATION / pods);
    changes.push(
      [0, pod, PodState.Ready, node],
      [at, pod, PodState.Terminating, node],
      [at + 5, pod, PodState.Absent, -1],
    );
    const next = pods + pod;
    changes.push(
      [at + 1, next, PodState.Starting, node],
      [at + 3, next, PodState.NotReady, node],
      [at + 8, next, PodState.Ready, node],
    );
  }
  changes.sort((a, b) => a[0] - b[0]);
  const indices = (count, of) => Array.from({ length: count }, (_, at) => of(at));
  const strings = [
    ...indices(nodes, (node) => `node-${node}`),
    ...indices(rows, (pod) => `web-${pod}`),
    ...indices(12, (workload) => `Deployment/shop/web-${workload}`),
    'a',
    'b',
    'c',
    'node',
    'shop',
    '1',
    '2',
  ];
  const [zone, pool] = [strings.length - 7, strings.length - 4];
  return {
    ...emptyFrame(DURATION),
    opening: {
      version: FRAME_VERSION,
      source: 'run',
      scenario: 'large',
      seed: '1',
      program: '0',
      duration: DURATION,
      explains: false,
      command: '',
      expect: [],
      remarks: [],
    },
    strings,
    nodes: {
      name: indices(nodes, (node) => node),
      zone: indices(nodes, (node) => zone + (node % 3)),
      pool: indices(nodes, () => pool),
    },
    nodeChanges: {
      time: indices(nodes, () => 0),
      node: indices(nodes, (node) => node),
      state: indices(nodes, () => NodeState.Ready),
    },
    pods: {
      namespace: indices(rows, () => pool + 1),
      name: indices(rows, (pod) => nodes + pod),
      workload: indices(rows, (pod) => nodes + rows + (pod % 12)),
      revision: indices(rows, (pod) => pool + (pod < pods ? 2 : 3)),
    },
    podChanges: {
      time: changes.map(([time]) => time),
      pod: changes.map(([, pod]) => pod),
      state: changes.map(([, , state]) => state),
      node: changes.map(([, , , node]) => node),
    },
  };
}
