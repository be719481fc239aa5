// `wavetank view` as its user meets it: a file that stands alone, a server until Ctrl-C, and what is wrong said in a line.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundle, wavetank } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-view-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: nginx }] } }
`;

beforeAll(async () => {
  writeFileSync(join(folder, 'web.yaml'), MANIFEST);
  await wavetank(['run', 'web.yaml', '--nodes', '2', '--duration', '1m', '--no-report'], folder);
  cpSync(join(folder, 'results/web/seed-1'), join(folder, 'results/web/seed-2'), { recursive: true });
});

it('writes a page that stands alone', async () => {
  const args = ['view', 'results/web/seed-1', '--out', 'web.html'];
  expect(await wavetank(args, folder)).toEqual({ status: 0, stdout: 'web.html\n', stderr: '' });
  const page = readFileSync(join(folder, 'web.html'), 'utf8');
  expect(page).toContain('<title>web, seed 1</title>');
  const { stdout } = await wavetank([...args, '--json'], folder);
  expect(JSON.parse(stdout)).toEqual({ folder: 'results/web/seed-1', page: 'web.html' });
  // The same run, the same bytes.
  expect(readFileSync(join(folder, 'web.html'), 'utf8')).toBe(page);
});

it.each([
  [['results/nowhere'], 'results/nowhere: no such folder\n'],
  [['web.yaml'], 'web.yaml: is a file, expected a folder of results\n'],
  [['results/web'], 'results/web: has the results of 2 jobs, expected one: results/web/seed-1, results/web/seed-2\n'],
  [['results/web/seed-1', '--port', 'x'], '--port: expected a whole number of at least 0, got "x"\n'],
  [['results/web/seed-1', '--port', '70000'], '--port: expected at most 65535, got 70000\n'],
  [['results/web/seed-1', '--out', 'nowhere/page.html'], /^nowhere\/page\.html: cannot be written: /],
  [['results/web/seed-1', '--out', 'a.html', '--port', '1'], /port.*out|out.*port/],
])('%j is refused', async (args, message) => {
  const { status, stdout, stderr } = await wavetank(['view', ...args], folder);
  expect([status, stdout]).toEqual([2, '']);
  if (typeof message === 'string') expect(stderr).toBe(message);
  else expect(stderr).toMatch(message);
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});

it('serves the page and explains until it is told to end', async () => {
  const child = spawn(process.execPath, [bundle, 'view', 'results/web/seed-1', '--json'], { cwd: folder });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', (status) => reject(new Error(`ended with ${status}`)));
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { url } = JSON.parse(line) as { url: string };
  expect(await (await fetch(url)).text()).toContain('<title>web, seed 1</title>');
  const pods = readFileSync(join(folder, 'results/web/seed-1/pods.csv'), 'utf8');
  const [, pod] = /^default,(web-\S+?),/m.exec(pods) ?? [];
  const answer = await (await fetch(`${url}explain?pod=default/${pod}&at=30`)).text();
  expect(answer).toMatch(new RegExp(`^default/${pod} was placed on default-\\d`));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});
