// `wavetank up` as its user starts and ends it, and `wavetank time` beside it.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundle, wavetank } from '../support/command.ts';
import { runScenario } from '../support/world-rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-up-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCENARIO = `
apiVersion: wavetank/v1
kind: Scenario
metadata: { name: tiny }
spec: { duration: 10m, cluster: { nodePools: [{ name: node, count: 1 }] } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: blue }
`;
const kubeconfig = join(folder, 'wavetank.kubeconfig');
const session = join(folder, 'session.yaml');

/** Plain HTTP, as `curl` would send it. */
function ask(url: string, method: string, type: string, body: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asked = request(
      url,
      { method, headers: { 'content-type': type, 'content-length': body.length } },
      (response) => {
        response.resume();
        response.on('end', () => done(response.statusCode));
      },
    );
    asked.on('error', fail);
    asked.end(body);
  });
}

it('serves until Ctrl-C, and leaves a session, results and no kubeconfig', { timeout: 60_000 }, async () => {
  writeFileSync(join(folder, 'tiny.yaml'), SCENARIO);
  const options = [
    '--port',
    '0',
    '--speed',
    'pause',
    '--json',
    '--insecure-http',
    '--record',
    session,
    '--out',
    'results',
  ];
  const child = spawn(process.execPath, [bundle, 'up', 'tiny.yaml', ...options], { cwd: folder });
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: string[] = [];
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    return chunks;
  });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  while (stdout.length === 0 && child.exitCode === null) await new Promise((done) => setTimeout(done, 20));
  const { server, scenario } = JSON.parse(stdout[0]) as { server: string; scenario: string };
  expect([scenario, new URL(server).hostname]).toEqual(['tiny', '127.0.0.1']);
  expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);

  const step = await wavetank(['time', '+90s', '--json'], folder);
  expect([step.status, step.stderr]).toEqual([0, '']);
  expect(JSON.parse(step.stdout)).toMatchObject({
    simulated_seconds: 90,
    state: 'paused',
    time: '2026-01-01T00:01:30Z',
  });
  const change = JSON.stringify({ data: { color: 'green' } });
  const object = `${server}/api/v1/namespaces/default/configmaps/settings`;
  expect(await ask(object, 'PATCH', 'application/strategic-merge-patch+json', change)).toBe(200);
  const page = `${server}/api/v1/namespaces/default/configmaps?dryRun=All`;
  expect(await ask(page, 'POST', 'application/json', '{')).toBe(400);

  child.kill('SIGINT');
  expect([await ended, existsSync(kubeconfig)]).toEqual([0, false]);
  expect(stderr.join('')).toContain(`Written: ${session} with 1 entry by hand`);
  expect(JSON.parse(stdout.join('').trim().split('\n')[1])).toMatchObject({
    job: 'seed-1',
    results: 'results/tiny/seed-1',
  });
  const { reproduce, duration_seconds } = JSON.parse(
    readFileSync(join(folder, 'results/tiny/seed-1/run.json'), 'utf8'),
  ) as { reproduce: string; duration_seconds: number };
  expect([reproduce, Math.floor(duration_seconds)]).toEqual([`wavetank run ${session} --seed 1`, 90]);

  // The session does it again.
  const again = runScenario(readFileSync(session, 'utf8'));
  expect(again.refused).toEqual([]);
  const { objects } = again.world.state;
  expect(objects.get(objects.find('ConfigMap', 'default', 'settings'))).toMatchObject({ data: { color: 'green' } });
});

it.each([
  ['a port that is none', ['--port', '80000'], '--port: expected a number from 0 to 65535, got "80000"'],
  ['a speed that is none', ['--speed', 'fast'], '--speed: expected simulated seconds a second, such as 60x'],
  ['a session that exists', ['--record', 'mine.yaml'], 'mine.yaml: exists, and a session does not replace it'],
  [
    'another file for the kubeconfig',
    ['--kubeconfig-out', 'mine.yaml'],
    'mine.yaml: is there and not of `wavetank up`',
  ],
  ['too little patience', ['--pause-when-idle', '1ms'], '--pause-when-idle: expected a duration of a second or more'],
])('%s', async (_what, options, message) => {
  writeFileSync(join(folder, 'mine.yaml'), 'mine: true\n');
  const { status, stdout, stderr } = await wavetank(['up', ...options], folder);
  expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
  expect(readFileSync(join(folder, 'mine.yaml'), 'utf8')).toBe('mine: true\n');
});

it('says who does not answer, and what it does not understand', async () => {
  const nobody = await wavetank(['time', '--kubeconfig', 'nobody.yaml'], folder);
  expect([nobody.status, nobody.stderr]).toEqual([
    2,
    'nobody.yaml: is not there: `wavetank up` writes it, and removes it when it ends\n',
  ]);
  const what = await wavetank(['time', '5m', '--server', 'http://127.0.0.1:1'], folder);
  expect([what.status, what.stderr]).toEqual([2, expect.stringContaining('expected a step such as +5m')]);
  const closed = await wavetank(['time', '--server', 'http://127.0.0.1:1'], folder);
  expect([closed.status, closed.stderr]).toEqual([2, expect.stringContaining('is `wavetank up` running?')]);
});
