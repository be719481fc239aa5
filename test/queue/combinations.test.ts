// What may be asked of a queue together: each leaves the bytes of one machine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesBelow } from '../support/bytes.ts';
import { bundle, wavetank } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { type Program, startProgram } from './processes.ts';
import { noRedis, RedisServer } from './redis.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-combined-'));

const text = scenario(
  2,
  `  duration: 20s
  interval: 10s
  seeds: 1
  preset: ideal
  network: { balancer: Second }
  behaviors: [{ image: a, requests: { service: { exponential: { mean: 20ms } } } }]
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 20/s } }, start: 10s }]
  sweep: { "spec.traffic[0].timeout": [500ms, 1s] }
  bench: [{ name: second, set: {} }, { name: random, set: { spec.network.balancer: Random } }]
  chaos: { targets: [zones], moments: [12s], for: 5s }`,
);

/** A balancer that neither side has by itself. */
const plugin = `export default ({ z }) => ({
  balancers: [{
    name: 'Second',
    summary: 'The second endpoint, where there is one.',
    args: z.strictObject({}),
    create: () => ({ countsConnections: false, choose: (view) => Math.min(1, view.count - 1) }),
  }],
});
`;

const reason = noRedis();
if (reason !== undefined) process.stderr.write(`${reason}\n`);

describe.skipIf(reason !== undefined)('a queue whose worker has a plugin', { timeout: 60_000 }, () => {
  let redis: RedisServer;
  let worker: Program;
  beforeAll(async () => {
    writeFileSync(join(root, 'web.yaml'), text + deployment('web', { image: 'a', replicas: 2 }) + service('web'));
    writeFileSync(join(root, 'second.mjs'), plugin);
    redis = await RedisServer.start(join(root, 'redis'));
    worker = startProgram(bundle, ['worker', '--queue', redis.url, '--threads', '1', '--plugin', 'second.mjs'], root);
  });
  afterAll(async () => {
    await worker.kill();
    await redis.kill();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (words: readonly string[], out: string, ...more: readonly string[]) =>
    wavetank([...words, '--plugin', 'second.mjs', '--no-report', '--out', out, ...more], root);

  it.each([
    ['a bench', ['bench', 'web.yaml']],
    ['strikes of chaos', ['chaos', 'web.yaml']],
    // More than one round: what is queued next depends on what came back.
    [
      'seeds until a figure is known, of which summaries are kept',
      ['run', 'web.yaml', '--summaries-only', '--until', 'requests.mean ± 8%', '--seeds', '2', '--max-seeds', '4'],
    ],
    ['a search', ['optimize', 'web.yaml', '--set', 'spec.expect=["requests.mean < 1s"]', '--verify', '2']],
  ])('runs %s', async (name, words) => {
    const out = name.replaceAll(/\W+/g, '-');
    const alone = await run(words, `${out}-alone`);
    const queued = await run(words, out, '--queue', redis.url);
    expect([queued.status, queued.stderr]).toEqual([alone.status, '']);
    expect(queued.stdout).toContain('by workers at redis://127.0.0.1');
    const bytes = bytesBelow(join(root, out));
    expect(Object.keys(bytes).length).toBeGreaterThan(2);
    expect(bytes).toEqual(bytesBelow(join(root, `${out}-alone`)));
  });

  it('works for two sweeps at a time, and for a sweep that is started twice one after the other', async () => {
    const words = ['sweep', 'web.yaml'];
    const common = ['--plugin', 'second.mjs', '--no-report', '--queue', redis.url];
    await run(words, 'alone');
    const other = startProgram(bundle, [...words, ...common, '--out', 'first'], root);
    const [more, twin] = [
      await run([...words, '--seed', '5'], 'fifth', '--queue', redis.url),
      await run(words, 'second', '--queue', redis.url),
    ];
    expect([await other.ended, more.status, twin.status]).toEqual([0, 0, 0]);
    for (const out of ['first', 'second']) expect(bytesBelow(join(root, out))).toEqual(bytesBelow(join(root, 'alone')));
    await run([...words, '--seed', '5'], 'fifth-alone');
    expect(bytesBelow(join(root, 'fifth'))).toEqual(bytesBelow(join(root, 'fifth-alone')));
  });
});
