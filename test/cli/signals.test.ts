// Signals as a shell sends them: once ends in an orderly way with what is known, twice at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { bundle, type Finished, wavetankProcess, withoutProgress } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-signals-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let folders = 0;
let cwd = root;
beforeEach(() => {
  folders += 1;
  cwd = join(root, String(folders));
  mkdirSync(cwd);
});

const put = (name: string, text: string) => writeFileSync(join(cwd, name), text);

/** Faults that tell when they happen: the run is under way. `Forever` never comes back. */
const PLUGIN = `import { writeSync } from 'node:fs';
export default ({ z }) => ({
  faults: [
    { name: 'Tell', summary: 'Says so.', args: z.strictObject({}), create: () => ({ fire() { writeSync(2, 'under way\\n'); } }) },
    { name: 'Forever', summary: 'Never ends.', args: z.strictObject({}), create: () => ({ fire() { writeSync(2, 'under way\\n'); for (;;); } }) },
  ],
});
`;

/** Takes minutes. */
const long = (more: string): string =>
  `${scenario(2, `  duration: 100h\n  traffic: [{ name: t, to: web, arrivals: { poisson: { rate: 400/s } } }]\n${more}`)}${deployment('web', { replicas: 2 })}${service('web')}`;
const telling = (fault: string, ...at: string[]) =>
  long(`  timeline: [${['2m', ...at].map((time) => `{ at: ${time}, fault: { ${fault}: {} } }`).join(', ')}]`);

interface Started {
  readonly child: ChildProcess;
  readonly stderr: () => string;
  readonly ended: Promise<Finished & { readonly signal: NodeJS.Signals | null }>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [bundle, ...args], { cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const ended = new Promise<Finished & { readonly signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
  return { child, stderr: () => stderr, ended };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function underWay(...args: string[]): Promise<Started> {
  put('plugin.mjs', PLUGIN);
  const started = start('run', 'long.yaml', '--plugin', 'plugin.mjs', ...args);
  await until(() => started.stderr().includes('under way') || started.child.exitCode !== null);
  return started;
}

describe('wavetank run', { timeout: 60_000 }, () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s prints what is known, writes nothing and exits with %d', async (signal, code) => {
    // A part of the run is half an hour: at 40m the first one is known.
    put('long.yaml', telling('Tell', '40m'));
    const { child, stderr: told, ended } = await underWay();
    await until(() => told().split('under way').length > 2 || child.exitCode !== null);
    child.kill(signal);
    const { status, stdout, stderr } = await ended;
    expect(stderr).toMatch(new RegExp(`${signal}: ended at [1-9]\\d* s of 360000 s; no results were written\n$`));
    expect(status).toBe(code);
    expect(stdout).toMatch(/^test {2}seed 1, the first [1-9]\d* s of 360000 s\n\nrequests +[1-9]/);
    expect(readdirSync(join(cwd, 'results/test'))).toEqual([]);
  });

  it('prints one JSON object with --json', async () => {
    put('long.yaml', telling('Tell'));
    const { child, ended } = await underWay('--json');
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ interrupted: 'SIGINT', job: 'seed-1', seed: 1 });
  });

  it('ends at Ctrl-C even in the middle of an event that never ends', async () => {
    put('long.yaml', telling('Forever'));
    const { child, ended } = await underWay();
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    expect(stderr).toContain('no results were written');
    expect(status).toBe(130);
  });

  it('leaves the results of an earlier run as they were', async () => {
    put('long.yaml', telling('Tell'));
    expect(
      wavetankProcess(['run', 'long.yaml', '--plugin', 'plugin.mjs', '--duration', '1m', '--no-report'], cwd).status,
    ).toBe(2);
    put('plugin.mjs', PLUGIN);
    const short = ['run', 'long.yaml', '--plugin', 'plugin.mjs', '--duration', '3m', '--no-report'];
    expect(wavetankProcess(short, cwd).status).toBe(0);
    const { child, ended } = await underWay();
    child.kill('SIGINT');
    await ended;
    expect(existsSync(join(cwd, 'results/test/seed-1/run.json'))).toBe(true);
  });
});

describe('many jobs', { timeout: 120_000 }, () => {
  /** The first of an axis is over soon, the others are not. */
  const axis = '  sweep: { spec.duration: [1m, 99h, 100h] }';
  const complete = () => existsSync(join(cwd, 'results')) && wholeOnes().length > 0;
  const wholeOnes = () =>
    readdirSync(join(cwd, 'results'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('run.json'),
    );

  it('end with those that are complete, and say how to go on', async () => {
    put('long.yaml', long(axis));
    const { child, ended } = start('sweep', 'long.yaml', '--threads', '1');
    await until(() => complete() || child.exitCode !== null);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect(withoutProgress(stderr)).toBe(
      'SIGINT: ending with what is known; once more ends at once\n1 of 3 jobs are complete; the same command with --resume goes on with the others\n',
    );
    expect(status).toBe(130);
    expect(stdout).toMatch(/^test {2}1 job, /);
    // Complete or absent: no index of some of the jobs, no folder of a part of one.
    const left = readdirSync(join(cwd, 'results/test'));
    expect(left).not.toContain('jobs.csv');
    expect(wholeOnes()).toHaveLength(1);
    expect(readdirSync(join(cwd, 'results/test'), { recursive: true, encoding: 'utf8' }).join()).not.toContain(
      'partial',
    );
  });

  it.each(['sweep', 'run'])('%s: a second signal ends at once', async (verb) => {
    put('long.yaml', long(axis));
    const { child, stderr, ended } = start(verb, 'long.yaml', '--threads', '2', '--seeds', '2');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    child.kill('SIGTERM');
    await until(() => stderr().includes('once more') || child.exitCode !== null || child.signalCode !== null);
    child.kill('SIGTERM');
    const { status, signal } = await ended;
    // The second one may come when the first has nearly done its work: then nobody listens any more, and it ends the process by itself.
    expect(status ?? signal).toBe(status === null ? 'SIGTERM' : 143);
  });
});
