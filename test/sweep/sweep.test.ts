// A sweep gives the same bytes on any number of threads, goes on where it was stopped, and survives jobs that do not.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, describe, expect, it } from 'vitest';
import { tableNames } from '../../src/metrics/catalogue.ts';
import { bundle, jsonOf, wavetank } from '../support/command.ts';
import { bytesBelow } from '../support/bytes.ts';

const scenario = fileURLToPath(new URL('small.yaml', import.meta.url));
/** Every table, and run.json. */
const FILES_OF_A_RUN = tableNames.length + 1;
const root = mkdtempSync(join(tmpdir(), 'wavetank-sweep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A balancer that goes wrong in the way that its argument names, after a few hundred connections. */
const plugin = join(root, 'bad-balancer.mjs');
writeFileSync(
  plugin,
  `export default ({ z }) => ({
  balancers: [
    {
      name: 'Bad',
      summary: 'Goes wrong.',
      args: z.strictObject({ how: z.enum(['fine', 'throw', 'exit', 'memory']) }),
      create: ({ how }) => {
        let calls = 0;
        const kept = [];
        return {
          countsConnections: false,
          choose(view) {
            calls += 1;
            if (calls > 300 && how === 'throw') throw new Error('thrown on purpose');
            if (calls > 300 && how === 'exit') process.exit(7);
            if (calls > 300 && how === 'memory') for (;;) kept.push(Array.from({ length: 1000 }, (_, at) => ({ at })));
            return view.random(view.count);
          },
        };
      },
    },
  ],
});`,
);

interface Printed {
  readonly jobs: readonly {
    readonly job: string;
    readonly digest?: string;
    readonly failure?: string;
    readonly reproduce?: string;
    readonly axes: Readonly<Record<string, unknown>>;
  }[];
  readonly expect: readonly { readonly text: string; readonly pass: boolean; readonly cell: string }[];
}

async function sweep(out: string, ...more: string[]) {
  return await wavetank(['sweep', scenario, '--no-report', '--json', '--out', out, ...more], root);
}

describe('a sweep', async () => {
  const first = await sweep('one', '--threads', '0');
  const printed = jsonOf(first) as Printed;
  const expected = bytesBelow(join(root, 'one/small'));

  it('runs every cell with every seed and judges each expectation where it applies', () => {
    expect(first.status).toBe(0);
    expect(printed.jobs).toHaveLength(3 * 2 * 2);
    expect(new Set(printed.jobs.map(({ digest }) => digest)).size).toBeGreaterThan(10);
    expect(printed.expect).toHaveLength(6 + 1);
    expect(printed.expect.every(({ pass }) => pass)).toBe(true);
    const files = Object.keys(expected);
    expect(files).toHaveLength(12 * FILES_OF_A_RUN + 2);
    expect(files).toEqual(expect.arrayContaining(['jobs.csv', 'sweep.json']));
  });

  it.each(['2', '4'])('leaves the same bytes behind on %s threads', async (threads) => {
    expect((await sweep(`threads-${threads}`, '--threads', threads)).status).toBe(0);
    expect(bytesBelow(join(root, `threads-${threads}/small`))).toEqual(expected);
  });

  it('joins cells, seeds and figures in jobs.csv', () => {
    const rows = parse<Record<string, string>>(readFileSync(join(root, 'one/small/jobs.csv')), { columns: true });
    expect(rows).toHaveLength(12);
    expect(rows.map((row) => row['spec.network.balancer'])).toEqual(
      ['Random', 'RoundRobin', 'PowerOfTwo'].flatMap((name) => [name, name, name, name]),
    );
    for (const row of rows) {
      const folder = join(root, 'one/small', row.job);
      const [summary] = parse<Record<string, string>>(readFileSync(join(folder, 'summary.csv')), { columns: true });
      for (const column of Object.keys(summary).filter((name) => !['scenario', 'job'].includes(name))) {
        expect(row[column], column).toBe(summary[column]);
      }
      expect(Number(row['requests.p99 during 20s..40s'])).toBeGreaterThan(0.02);
      expect(row.outcome).toBe('ok');
    }
  });

  it('names for each job the command that gives the same digest', async () => {
    const { job, digest } = printed.jobs[10];
    const { reproduce } = JSON.parse(readFileSync(join(root, 'one/small', job, 'run.json'), 'utf8')) as Record<
      string,
      string
    >;
    const words = [...reproduce.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain).slice(1);
    const again = jsonOf(await wavetank([...words, '--no-report', '--json', '--out', 'again'], root)) as {
      digest: string;
    };
    expect(again.digest).toBe(digest);
  });

  it('keeps what is there with --resume, and only that', async () => {
    expect((await sweep('resume', '--vary', 'spec.network.balancer=Random')).status).toBe(0);
    const folder = join(root, 'resume/small');
    const jobs = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('run.json'));
    expect(jobs).toHaveLength(4);
    // A mark that shows which jobs were run again; one of them is of another version.
    for (const name of jobs) writeFileSync(join(folder, name, '../mark'), '');
    const other = join(folder, jobs[0]);
    writeFileSync(other, readFileSync(other, 'utf8').replace(/"version": "[^"]*"/, '"version": "0.0.0"'));
    const { status, stderr } = await sweep('resume', '--resume');
    expect([status, stderr]).toEqual([
      0,
      '--resume: 3 of 12 jobs are kept\n  1 job of another version or build of wavetank: run again\n',
    ]);
    expect(jobs.map((name) => existsSync(join(folder, name, '../mark')))).toEqual([false, true, true, true]);
    for (const name of jobs) rmSync(join(folder, name, '../mark'), { force: true });
    expect(bytesBelow(folder)).toEqual(expected);
  });

  it('runs a job again whose seed or scenario is another one', async () => {
    await sweep('changed');
    const folder = join(root, 'changed/small');
    const before = bytesBelow(folder);
    const { stderr } = await sweep('changed', '--resume', '--set', 'spec.behaviors[0].requests.concurrency=1');
    expect(stderr).toBe(
      '--resume: 0 of 12 jobs are kept\n  12 jobs of other input (options have changed): run again\n',
    );
    const after = bytesBelow(folder);
    const changed = Object.keys(after).filter((name) => name.endsWith('/series.csv') && after[name] !== before[name]);
    expect(changed).toHaveLength(12);
  });
});

describe('a job that goes wrong', async () => {
  const bad = ['throw', 'fine', 'exit', 'memory'].map((how) => `{ Bad: { how: ${how} } }`).join(',');
  const { status, stdout, stderr } = await wavetank(
    // biome-ignore format: a command
    ['sweep', scenario, '--plugin', plugin, '--vary', `spec.network.balancer=${bad}`, '--set', 'spec.expect=[]',
      '--threads', '2', '--job-memory', '64', '--no-report', '--json', '--out', 'bad'],
    root,
  );
  const { jobs } = JSON.parse(stdout) as Printed;
  const of = (how: string) => jobs.filter(({ axes }) => JSON.stringify(axes).includes(how));

  it('is its own failure, and the others finish', () => {
    expect(status).toBe(3);
    expect(jobs).toHaveLength(16);
    expect(of('fine').every(({ digest }) => digest !== undefined)).toBe(true);
    expect(of('throw').map(({ failure }) => failure)).toEqual(
      Array(4).fill(expect.stringMatching(/thrown on purpose/)),
    );
    expect(of('exit').map(({ failure }) => failure)).toEqual(Array(4).fill(expect.stringMatching(/its thread ended/)));
    expect(of('memory').map(({ failure }) => failure)).toEqual(
      Array(4).fill(expect.stringMatching(/ran out of memory \(more than 64 MiB of heap\)/)),
    );
  });

  it('comes with the command that shows it again', async () => {
    const [{ reproduce = '' }] = of('throw');
    expect(stderr).toContain(`reproduce: ${reproduce}`);
    expect(reproduce).toContain(`--plugin ${plugin}`);
    const words = [...reproduce.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain).slice(1);
    const again = await wavetank([...words, '--no-report', '--out', 'bad-again'], root);
    // What a plugin does wrong is wrong input.
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('thrown on purpose');
  });

  it('leaves no results, and a row in jobs.csv that says so', () => {
    const rows = parse<Record<string, string>>(readFileSync(join(root, 'bad/small/jobs.csv')), { columns: true });
    expect(rows.filter(({ outcome }) => outcome === 'failed')).toHaveLength(12);
    for (const { job, outcome } of rows) expect(existsSync(join(root, 'bad/small', job))).toBe(outcome === 'ok');
    expect(
      readdirSync(join(root, 'bad'), { recursive: true }).filter((name) => String(name).includes('.partial')),
    ).toEqual([]);
  });

  it('is not kept apart by --resume, which cannot know the plugin', async () => {
    const refused = await sweep('bad', '--plugin', plugin, '--resume');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('leave out --resume or --plugin');
  });
});

/** Folders of jobs that are there, complete or not. */
function jobsIn(folder: string): string[] {
  const cells = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('cell-')) : [];
  const visible = (cell: string) => readdirSync(join(folder, cell)).filter((name) => !name.startsWith('.'));
  return cells.flatMap((cell) => visible(cell).map((name) => join(folder, cell, name)));
}

it('leaves complete jobs or none behind when it is killed, twenty times', async () => {
  const folder = join(root, 'killed/small');
  const cell = ['--vary', 'spec.network.balancer=Random', '--set', 'spec.sweep={}', '--set', 'spec.expect=[]'];
  const args = ['sweep', scenario, ...cell, '--no-report', '--out', join(root, 'killed'), '--resume'];
  const checked = new Set<string>();
  for (let kill = 0; kill < 20; kill += 1) {
    const threads = String(1 + (kill % 2));
    const child = spawn(process.execPath, [bundle, ...args, '--seeds', '200', '--threads', threads], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    // However busy the machine is: some jobs later, and then at another moment each time.
    while (child.exitCode === null && jobsIn(folder).length < checked.size + 1 + (kill % 4)) await pause(5);
    await pause((kill * 7) % 23);
    child.kill('SIGKILL');
    await ended;
    expect(child.signalCode).toBe('SIGKILL');
    const jobs = jobsIn(folder);
    for (const job of jobs.filter((one) => !checked.has(one))) checkComplete(job);
    expect(jobs.length).toBeGreaterThan(checked.size);
    for (const job of jobs) checked.add(job);
  }
  expect((await wavetank([...args, '--seeds', String(checked.size)], root)).status).toBe(0);
  expect((await sweep('fresh', ...cell, '--seeds', '10')).status).toBe(0);
  const kept = bytesBelow(folder);
  const fresh = Object.entries(bytesBelow(join(root, 'fresh/small'))).filter(([name]) => name.startsWith('cell-'));
  expect(fresh).toHaveLength(10 * FILES_OF_A_RUN);
  for (const [name, hash] of fresh) expect(kept[name], name).toBe(hash);
}, 300_000);

/** run.json is there, and each file that it lists has the rows that it says. */
function checkComplete(job: string): void {
  const { files } = JSON.parse(readFileSync(join(job, 'run.json'), 'utf8')) as {
    files: readonly { file: string; rows: number }[];
  };
  expect(files).toHaveLength(FILES_OF_A_RUN - 1);
  for (const { file, rows } of files) {
    expect(parse(readFileSync(join(job, file))), `${job}/${file}`).toHaveLength(rows + 1);
  }
}

describe('a wrong command', () => {
  it.each([
    [['sweep', 'hello'], 'hello: has no axes; add `spec.sweep`, or use --vary path=value,value'],
    [['sweep', 'hello', '--vary', 'spec.seed'], '--vary spec.seed: expected path=value,value'],
    [['sweep', 'hello', '--vary', 'seed=1,2'], '--vary seed=1,2: expected a path such as'],
    [['sweep', 'hello', '--vary', 'spec.warmup='], '--vary spec.warmup=: expected values'],
    [['sweep', 'hello', '--vary', 'spec.warmup=1s,1s'], 'duplicate value 1s'],
    [['sweep', 'hello', '--vary', 'spec.network.balancer=Rndom'], 'Rndom'],
    [
      ['sweep', 'hello', '--threads', '-1', '--vary', 'spec.warmup=1s'],
      '--threads: expected a whole number of at least 0, got "-1"',
    ],
    [['sweep', 'hello', '--threads', '99999', '--vary', 'spec.warmup=1s'], '--threads: at most 1024, got 99999'],
    [['run', 'hello', '--seeds', 'x'], '--seeds: expected a whole number of at least 1, got "x"'],
    [['run', 'hello', '--seeds', '2', '--job-memory', '1'], '--job-memory: expected a whole number of at least 16'],
  ])('%j is answered', async (args, message) => {
    const { status, stderr } = await wavetank(args, root);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
