// Scheduler extenders: recorded over HTTP, and replayed without it. The extender is a web server of this test's, its answers as extender/v1 has them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-extenders-'));

/** Rejects node-0, likes node-2 best; asked about pods that request a licence it accepts nobody; `/broken` answers 500. */
const SERVER = `
const { parentPort } = require('node:worker_threads');
const server = require('node:http').createServer((request, response) => {
  let text = '';
  request.on('data', (part) => (text += part));
  request.on('end', () => {
    const { Pod, NodeNames, Nodes } = JSON.parse(text);
    const names = NodeNames ?? Nodes?.items.map(({ metadata }) => metadata.name) ?? [];
    const none = Pod?.metadata.labels.app === 'licensed';
    const kept = names.filter((name) => name !== 'node-0' && !none);
    const failed = Object.fromEntries(names.filter((name) => !kept.includes(name)).map((name) => [name, 'no licence']));
    const answers = {
      '/filter': { nodenames: kept, failedNodes: failed },
      '/prioritize': names.map((name) => ({ Host: name, Score: name === 'node-2' ? 10 : 0 })),
      '/bind': { error: '' },
    };
    const answer = answers[request.url];
    response.writeHead(answer === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let server: Worker;
let url = '';
beforeAll(async () => {
  server = new Worker(SERVER, { eval: true });
  const port = await new Promise<number>((resolve) => server.once('message', resolve));
  url = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await server.terminate();
  rmSync(folder, { recursive: true, force: true });
});

const deployment = (name: string, replicas: number) => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: i, resources: { requests: { cpu: 100m } } }] }
`;

function scenario(name: string, extender: object, objects: string): string {
  const config = {
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    extenders: [{ urlPrefix: url, nodeCacheCapable: true, ...extender }],
  };
  const text = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: ${name} }
spec:
  duration: 1m
  preset: ideal
  cluster: { nodePools: [{ name: node, count: 4, zones: [a] }] }
  scheduler: { config: ${JSON.stringify(config)} }
${objects}`;
  writeFileSync(join(folder, `${name}.yaml`), text);
  return `${name}.yaml`;
}

/** By node: how many pods of the last run are there. */
async function ran(file: string, answers: string): Promise<Record<string, number>> {
  const set = ['--set', `spec.scheduler.extenderAnswers=${answers}`];
  const out = join(folder, `out-${answers}`);
  const { status, stderr } = await wavetank(['run', file, ...set, '--no-report', '--out', out], folder);
  expect([status, stderr.includes('error')]).toEqual([0, false]);
  const name = file.replace('.yaml', '');
  const [head, ...rows] = readFileSync(join(out, name, 'seed-1', 'pods.csv'), 'utf8')
    .trim()
    .split('\n');
  const at = head.split(',').indexOf('node');
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row.split(',')[at]] = (counts[row.split(',')[at]] ?? 0) + 1;
  return counts;
}

describe('an extender that filters, scores and binds', () => {
  it('is recorded once, and answers without a network', async () => {
    const file = scenario(
      'all',
      { filterVerb: 'filter', prioritizeVerb: 'prioritize', weight: 100, bindVerb: 'bind' },
      deployment('web', 6),
    );
    const recorded = await wavetank(['record-extenders', file, '--out', 'all.ndjson'], folder);
    // Six pods, each filtered, scored and bound.
    expect(recorded.stdout).toMatch(/^18 answers of one seed in all\.ndjson\. Next: --set/);
    // 10 · 100 · 10 outweighs everything else.
    expect(await ran(file, 'all.ndjson')).toEqual({ 'node-2': 6 });
    const again = await wavetank(['record-extenders', file, '--out', 'all.ndjson'], folder);
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('exists already') as string]);
  });

  it('says what it rejects nodes for', async () => {
    const file = scenario('none', { filterVerb: 'filter' }, deployment('licensed', 1));
    await wavetank(['record-extenders', file, '--out', 'none.ndjson'], folder);
    expect(await ran(file, 'none.ndjson')).toEqual({ '': 1 });
    const set = ['--set', 'spec.scheduler.extenderAnswers=none.ndjson'];
    const { stdout } = await wavetank(['explain', file, '--pod', 'licensed', ...set], folder);
    expect(stdout).toContain('0/4 nodes are available: 4 no licence');
    expect(stdout).toContain('Extender');
  });

  it('that does not answer keeps pods waiting, unless it is ignorable', async () => {
    const broken = scenario('broken', { filterVerb: 'broken' }, deployment('web', 2));
    await wavetank(['record-extenders', broken, '--out', 'broken.ndjson'], folder);
    expect(await ran(broken, 'broken.ndjson')).toEqual({ '': 2 });
    expect(readFileSync(join(folder, 'broken.ndjson'), 'utf8')).toContain(
      `failed broken with extender at URL ${url}/broken, code 500`,
    );
    const ignorable = scenario('ignorable', { filterVerb: 'broken', ignorable: true }, deployment('web', 2));
    await wavetank(['record-extenders', ignorable, '--out', 'ignorable.ndjson'], folder);
    expect(Object.values(await ran(ignorable, 'ignorable.ndjson')).reduce((sum, one) => sum + one, 0)).toBe(2);
  });

  it('is asked only about pods with its resources', async () => {
    const managedResources = [{ name: 'example.com/licence' }];
    const file = scenario('managed', { filterVerb: 'filter', managedResources }, deployment('licensed', 1));
    const { stdout } = await wavetank(['record-extenders', file, '--out', 'managed.ndjson'], folder);
    expect(stdout).toMatch(/^0 answers/);
  });
});

it('says what is missing', async () => {
  const file = scenario('missing', { filterVerb: 'filter' }, deployment('web', 1));
  const { status, stderr } = await wavetank(['run', file, '--no-report'], folder);
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /the extender at \S+\/filter is asked about pod default\/web-\S+, and no answer to that is recorded/,
  );
  writeFileSync(join(folder, 'bad.ndjson'), '{"url": "x"}\n{\n');
  const bad = await wavetank(['run', file, '--set', 'spec.scheduler.extenderAnswers=bad.ndjson'], folder);
  expect([bad.status, bad.stderr]).toEqual([
    2,
    expect.stringMatching(/bad\.ndjson:1: question: [^]*bad\.ndjson:2: not valid JSON/) as string,
  ]);
  const none = await wavetank(['record-extenders', 'hello'], folder);
  expect([none.status, none.stderr]).toEqual([2, expect.stringContaining('has no extenders') as string]);
});
