// `npm run validate:queue`: workers, coordinators and Redis are killed twenty times each; no job may be lost or counted twice, and no byte may differ.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import { bytesBelow } from '../support/bytes.ts';
import { sweepWithKills, type Victim } from './kills.ts';
import { noRedis, RedisServer } from './redis.ts';

const KILLS = 20;
const CELLS = 6;

/** `repository` has dist/wavetank.js and test/sweep/small.yaml. Gives an exit code. */
export async function validate(repository: string, kills = KILLS): Promise<number> {
  const reason = noRedis();
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    return 2;
  }
  const root = mkdtempSync(join(tmpdir(), 'wavetank-kills-'));
  const bundle = join(repository, 'dist/wavetank.js');
  const seeds = 2 * kills;
  const words = ['sweep', join(repository, 'test/sweep/small.yaml'), '--seeds', String(seeds), '--no-report'];
  process.stdout.write(`${CELLS * seeds} jobs; on one machine without a queue\n`);
  const alone = spawnSync(process.execPath, [bundle, ...words, '--out', 'alone'], { cwd: root, encoding: 'utf8' });
  if (alone.status !== 0) throw new Error(alone.stderr);
  const expected = bytesBelow(join(root, 'alone'));
  const rows: string[] = [];
  let wrong = 0;
  for (const victim of ['worker', 'coordinator', 'redis'] satisfies Victim[]) {
    const redis = await RedisServer.start(join(root, `redis-${victim}`));
    const started = performance.now();
    try {
      await sweepWithKills({
        bundle,
        cwd: root,
        words,
        out: victim,
        scenario: 'small',
        redis,
        victims: Array.from({ length: kills }, () => victim),
      });
    } finally {
      await redis.kill();
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    const found = bytesBelow(join(root, victim));
    const jobs = parse<Record<string, string>>(readFileSync(join(root, victim, 'small/jobs.csv')), { columns: true });
    const ids = new Set(jobs.map(({ job }) => job));
    const lost = CELLS * seeds - jobs.filter(({ outcome }) => outcome === 'ok').length;
    const twice = jobs.length - ids.size;
    const names = new Set([...Object.keys(expected), ...Object.keys(found)]);
    const different = [...names].filter((name) => expected[name] !== found[name]).length;
    wrong += lost + twice + different;
    rows.push(
      `| ${victim} | ${kills} | ${jobs.length} | ${lost} | ${twice} | ${different} of ${names.size} | ${seconds} |`,
    );
    process.stdout.write(`${rows.at(-1)}\n`);
  }
  rmSync(root, { recursive: true, force: true });
  process.stdout.write(
    `\n| killed with \`kill -9\` | times | jobs | lost | counted twice | files that differ | s |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n${rows.join('\n')}\n`,
  );
  return wrong === 0 ? 0 : 1;
}
