// Sweeps whose jobs wait in a queue: the bytes of one machine, whoever dies, and nothing that a message may make a worker do.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress } from '../../src/sweep/queue/address.ts';
import { queueName } from '../../src/sweep/queue/keys.ts';
import { version } from '../../src/library/package.ts';
import { bytesBelow } from '../support/bytes.ts';
import { bundle, wavetank } from '../support/command.ts';
import { sweepWithKills } from './kills.ts';
import { startProgram } from './processes.ts';
import { noRedis, RedisServer } from './redis.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-queue-'));
const small = fileURLToPath(new URL('../sweep/small.yaml', import.meta.url));

describe('an address', () => {
  it.each([
    ['redis://queue.example', 'redis://queue.example:6379'],
    ['redis://queue.example:7000/3', 'redis://queue.example:7000/3'],
    ['rediss://user:secret@queue.example', 'rediss://queue.example:6379'],
    ['redis://:secret@127.0.0.1:6379', 'redis://127.0.0.1:6379'],
  ])('%s is shown as %s', (text, shown) => {
    expect(readAddress(text)).toEqual({ url: expect.stringContaining(new URL(text).host), shown });
  });

  it.each([
    'queue.example',
    'http://user:secret@queue.example',
    'redis://',
    'redis://user:secret@host/name',
    'redis://user:secret@:x',
  ])('%s is refused without its password', (text) => {
    expect(() => readAddress(text)).toThrow(/^--queue: expected redis:\/\/host:port(?:(?!secret).)*$/);
  });

  it('is taken from the environment where none is given', () => {
    expect(readAddress('', { WAVETANK_QUEUE: 'redis://here' }).shown).toBe('redis://here:6379');
    expect(() => readAddress('', {})).toThrow('WAVETANK_QUEUE in the environment');
  });
});

const reason = noRedis();
if (reason !== undefined) process.stderr.write(`${reason}\n`);

describe.skipIf(reason !== undefined)('a sweep in a queue', { timeout: 180_000 }, () => {
  let redis: RedisServer;
  const words = ['sweep', small, '--vary', 'spec.network.balancer=Random', '--set', 'spec.expect=[]', '--no-report'];
  beforeAll(async () => {
    redis = await RedisServer.start(join(root, 'redis'), 'secret');
  });
  afterAll(async () => {
    await redis.kill();
    rmSync(root, { recursive: true, force: true });
  });

  it('loses nothing and counts nothing twice when its worker, its Redis and its coordinator are killed', async () => {
    const seeds = ['--seeds', '8'];
    expect((await wavetank([...words, ...seeds, '--threads', '1', '--out', 'alone'], root)).status).toBe(0);
    const printed = await sweepWithKills({
      bundle,
      cwd: root,
      words: [...words, ...seeds],
      out: 'killed',
      scenario: 'small',
      redis,
      victims: ['worker', 'redis', 'coordinator'],
    });
    expect(printed).toMatch(
      /small {2}2 cells, 16 jobs, \d+ of them already done, [\d.]+ s by workers at redis:\/\/127/,
    );
    expect(printed).not.toContain('secret');
    expect(bytesBelow(join(root, 'killed'))).toEqual(bytesBelow(join(root, 'alone')));
  });

  it('is left by an idle worker also when its Redis is gone for good', async () => {
    const gone = await RedisServer.start(join(root, 'gone'), 'secret');
    const worker = startProgram(bundle, ['worker', '--queue', gone.url, '--threads', '1', '--idle', '1s'], root);
    try {
      while (!worker.printed().includes('waiting for jobs')) await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      await gone.kill();
    }
    expect(await worker.ended).toBe(0);
    expect(worker.printed()).toMatch(/the connection is lost; waiting until it is back\n0 jobs done\n$/);
  });

  it('is refused with the wrong password, which is not printed', async () => {
    const { status, stderr } = await wavetank([...words, '--queue', redis.url.replace('secret', 'wrong-one')], root);
    expect([status, stderr]).toEqual([
      2,
      `redis://127.0.0.1:${redis.port}: cannot be used as a queue: WRONGPASS invalid username-password pair or user is disabled.\n`,
    ]);
  });

  it('takes results from a folder that its worker shares, refuses what is no batch, and reads no file that a message names', async () => {
    const secret = join(root, 'secret.yaml');
    writeFileSync(secret, readFileSync(small));
    const worker = startProgram(
      bundle,
      ['worker', '--queue', redis.url, '--threads', '1', '--out', 'shared', '--idle', '4s'],
      root,
    );
    const program = readFileSync(join(bundle, '../program-hash.txt'), 'utf8').trim();
    const name = queueName({ version: version(), program, plugins: [] });
    const queue = new Queue(name, { connection: { url: redis.url } });
    const bad = await Promise.all(
      [{ run: secret }, { plan: '0'.repeat(64), axes: [], set: [], hash: '', jobs: [] }, 'x'].map((data) =>
        queue.add('bad', data, { attempts: 1 }),
      ),
    );
    const swept = await wavetank([...words, '--seeds', '1', '--out', 'shared', '--queue', redis.url], root);
    expect([swept.status, swept.stderr]).toEqual([0, '']);
    const reasons = await Promise.all(bad.map(async ({ id = '' }) => (await queue.getJob(id))?.failedReason));
    expect(reasons).toEqual(bad.map(() => expect.stringMatching(/^is no batch of jobs: /)));
    const { stdout: status } = await wavetank(['status', '--queue', redis.url], root);
    // One that was killed a moment ago is there too.
    expect(status).toMatch(/^No sweep is in the queue\.\n\nworker +threads +busy +jobs done +build\n/);
    expect(status).toMatch(new RegExp(`, process ${worker.child.pid} +1 +\\d +[012] +\\d`));
    await queue.close();
    // With --resume a job that another program left runs again, and after another option all do.
    const again = (...more: string[]) =>
      wavetank([...words, '--seeds', '1', '--out', 'shared', '--queue', redis.url, '--resume', ...more], root);
    const before = bytesBelow(join(root, 'shared'));
    const cell = readdirSync(join(root, 'shared/small')).find((one) => one.startsWith('cell-')) ?? '';
    const record = join(root, 'shared/small', cell, 'seed-1/run.json');
    writeFileSync(record, readFileSync(record, 'utf8').replace(/"program": "\w+"/, '"program": "another"'));
    expect((await again()).stderr).toBe(
      '--resume: 1 of 2 jobs are kept\n  1 job of another version or build of wavetank: run again\n',
    );
    expect(bytesBelow(join(root, 'shared'))).toEqual(before);
    expect((await again('--set', 'spec.interval=10s')).stderr).toBe(
      '--resume: 0 of 2 jobs are kept\n  2 jobs of other input (options have changed): run again\n',
    );
    expect(await worker.ended).toBe(0);
    expect(worker.printed()).toMatch(/waiting for jobs\n5 jobs done\n$/);
  });
});
