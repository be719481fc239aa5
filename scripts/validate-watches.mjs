// `npm run validate:watches`: a thousand watches and clients that read nothing, at one cluster that is up: who is served, who is cut off, and what it takes in memory.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of pods, where little happens; of a ConfigMap that changes all the time; and of those, clients that read nothing. */
const QUIET = 900;
const BUSY = 50;
const SLOW = 50;
const CHANGES = 150;
/** Bytes of each change: more than sockets keep for a client that reads nothing. */
const SIZE = 100_000;

const folder = mkdtempSync(join(tmpdir(), 'wavetank-watches-'));
const child = spawn(
  process.execPath,
  [
    'dist/wavetank.js',
    'up',
    'minikube',
    '--port',
    '0',
    '--insecure-http',
    '--json',
    '--speed',
    '1x',
    '--kubeconfig-out',
    join(folder, 'kubeconfig'),
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const { server } = JSON.parse(await new Promise((done) => child.stdout.setEncoding('utf8').once('data', done)));
const memoryMib = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 1024;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const configMaps = `${server}/api/v1/namespaces/default/configmaps`;

const time = () =>
  new Promise((done) =>
    get(`${server}/wavetank/v1/time`, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk)).on('end', () => done(JSON.parse(text)));
    }),
  );
const send = (method, url, type, body) =>
  new Promise((done, fail) => {
    const asked = request(
      url,
      {
        method,
        agent: new Agent({ keepAlive: false }),
        headers: { 'content-type': type, 'content-length': body.length },
      },
      (response) => {
        response.resume().on('end', () => done(response.statusCode));
      },
    );
    asked.on('error', fail).end(body);
  });

try {
  const before = memoryMib();
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'news' }, data: { text: '' } };
  if ((await send('POST', configMaps, 'application/json', JSON.stringify(object))) !== 201)
    throw new Error('not created');
  const seen = [];
  for (let watch = 0; watch < QUIET + BUSY; watch += 1) {
    seen.push(0);
    const plural = watch < QUIET ? 'pods' : 'configmaps';
    get(
      `${server}/api/v1/namespaces/default/${plural}?watch=true`,
      { agent: new Agent({ keepAlive: false }) },
      (response) => {
        response.on('data', (chunk) => (seen[watch] += chunk.toString().split('"type":"').length - 1));
        response.on('error', () => undefined);
      },
    ).on('error', () => undefined);
  }
  const { hostname, port } = new URL(server);
  const stuck = Array.from({ length: SLOW }, () => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET /api/v1/namespaces/default/configmaps?watch=true HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`,
      );
      socket.pause();
    });
    socket.on('error', () => undefined);
    return socket;
  });
  for (let look = 0; look < 100 && (await time()).connections < QUIET + BUSY + SLOW; look += 1) await pause(200);
  const open = await time();
  const idle = memoryMib();
  let most = idle;
  const started = performance.now();
  for (let change = 1; change <= CHANGES; change += 1) {
    const text = `${change}`.padEnd(SIZE, '.');
    await send('PATCH', `${configMaps}/news`, 'application/merge-patch+json', JSON.stringify({ data: { text } }));
    if (change % 20 === 0) most = Math.max(most, memoryMib());
    if (performance.now() - started > 120e3) break;
  }
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one' },
    spec: { containers: [{ name: 'one', image: 'one' }] },
  };
  await send('POST', `${server}/api/v1/namespaces/default/pods`, 'application/json', JSON.stringify(pod));
  await pause(20e3);
  most = Math.max(most, memoryMib());
  const after = await time();
  const served = seen.filter((count) => count > 0);
  console.log(
    `${open.connections} connections; memory ${Math.round(before)} MiB alone, ${Math.round(idle)} MiB with them, ${Math.round(most)} MiB at most`,
  );
  console.log(
    `${served.length} of ${seen.length} watches that read were served, ${Math.min(...seen)} to ${Math.max(...seen)} changes each; ${after.cut_off} of ${SLOW} that read nothing were cut off`,
  );
  for (const socket of stuck) socket.destroy();
  const fine = served.length === seen.length && after.cut_off >= SLOW && most < 1024;
  process.exitCode = fine ? 0 : 1;
} finally {
  child.kill('SIGINT');
  await new Promise((done) => child.once('close', done));
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
