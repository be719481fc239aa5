// The same seed leaves the same bytes behind: again, among other seeds, from another folder, and on other versions of Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, wavetank, wavetankProcess } from '../support/command.ts';

const scenario = fileURLToPath(new URL('tank.yaml', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'wavetank-determinism-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Run {
  readonly digest: string;
  readonly events: number;
  readonly results: string;
}

/** What a run says of itself, and a hash of each CSV file that it left behind. */
interface Traces {
  readonly digest: string;
  readonly events: number;
  readonly files: Record<string, string>;
}

let folders = 0;

function emptyFolder(): string {
  folders += 1;
  const folder = join(root, String(folders));
  mkdirSync(folder);
  return folder;
}

function run(args: readonly string[], node?: string): Traces {
  const cwd = emptyFolder();
  return tracesOf(
    jsonOf(wavetankProcess(['run', ...args, '--json', '--no-report', '--out', 'out'], cwd, { node })) as Run,
    cwd,
  );
}

/** The same in this process, which has run other scenarios before. */
async function runHere(args: readonly string[]): Promise<{ json: unknown; cwd: string }> {
  const cwd = emptyFolder();
  const finished = await wavetank(['run', ...args, '--json', '--no-report', '--out', 'out'], cwd);
  return { json: jsonOf(finished), cwd };
}

function tracesOf({ digest, events, results }: Run, cwd: string): Traces {
  const folder = resolve(cwd, results);
  const names = readdirSync(folder).filter((name) => name.endsWith('.csv'));
  const hash = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return { digest, events, files: Object.fromEntries(names.sort().map((name) => [name, hash(name)])) };
}

describe('a run', () => {
  let first: Traces;
  beforeAll(() => {
    first = run([scenario, '--seed', '7']);
  });

  it('has a life of its own: thousands of events and every table', () => {
    expect(first.digest).toMatch(/^[0-9a-f]{16}$/);
    expect(first.events).toBeGreaterThan(10_000);
    expect(Object.keys(first.files)).toEqual(
      expect.arrayContaining([
        'events.csv',
        'histograms.csv',
        'nodes.csv',
        'pods.csv',
        'series.csv',
        'services.csv',
        'summary.csv',
      ]),
    );
  });

  it('is the same under the eyes of the invariants', async () => {
    // Their scans are events too: they are in the digest, and in the number of events in summary.csv.
    const withoutSummary = ({ files }: Traces) => ({ ...files, 'summary.csv': '' });
    const { json, cwd } = await runHere([scenario, '--seed', '7', '--check']);
    expect(withoutSummary(tracesOf(json as Run, cwd))).toEqual(withoutSummary(first));
  });

  it('gives the same digest and the same bytes again, after other runs in a process; another seed does not', async () => {
    const { json, cwd } = await runHere([scenario, '--seed', '6', '--seeds', '2']);
    const { jobs } = json as { jobs: (Run & { seed: number })[] };
    expect(jobs.map(({ seed }) => seed)).toEqual([6, 7]);
    const [other, again] = jobs.map((job) => tracesOf(job, cwd));
    expect(again).toEqual(first);
    expect(other.digest).not.toBe(first.digest);
    expect(other.files['series.csv']).not.toBe(first.files['series.csv']);
  });

  // WAVETANK_NODES: paths of other Node binaries, separated by colons.
  const others = (process.env.WAVETANK_NODES ?? '').split(':').filter((path) => path !== '');
  if (others.length === 0) {
    const reason = 'WAVETANK_NODES names no other Node binary';
    process.stdout.write(
      `not run: determinism between versions of Node (only ${process.version} is here: ${reason})\n`,
    );
    it.skip(`is the same on other versions of Node (${reason})`);
  }
  for (const node of others) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
    it(`is the same on Node ${version} as on ${process.version}`, () => {
      expect(version).toMatch(/^v\d+\./);
      expect(run([scenario, '--seed', '7'], node)).toEqual(first);
    });
    it(`is the same on Node ${version} as on ${process.version}: hello`, () => {
      expect(run(['hello'], node)).toEqual(run(['hello']));
    });
  }
});
