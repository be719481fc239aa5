// docs/guides/first-plugin.md: a member of every family, written by a user, does what it says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finished, wavetank } from '../support/command.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/first-plugin.md');
writeFiles(guide, folder);

/** Runs the guide's commands that hold this text, in their order. */
async function follow(text: string): Promise<Finished[]> {
  const all: Finished[] = [];
  for (const command of guide.commands.filter((one) => one.includes(text))) {
    const [program, ...args] = words(command);
    expect(program).toBe('wavetank');
    const finished = await wavetank(args, folder);
    expect(finished.stderr).toBe('');
    all.push(finished);
  }
  return all;
}

describe('a plugin brings', () => {
  it('a balancer', async () => {
    const [list, run] = await follow('least-open.mjs');
    expect(list.stdout).toMatch(/LeastOpen {2}The endpoint.*\n.*choices +whole number.* +default 2 +how many/);
    expect(run.stdout).toContain('requests');
    const { assumptions } = JSON.parse(readFileSync(join(folder, 'results/hello/seed-1/run.json'), 'utf8')) as {
      assumptions: { field: string }[];
    };
    // What the command line set is no assumption.
    expect(assumptions.map(({ field }) => field)).not.toContain('spec.network.balancer');
  });

  it('an arrival process', async () => {
    const [run] = await follow('bursts.mjs');
    // 150/s for two of every three seconds from 30 s to 180 s: 15,000, within four standard deviations.
    const [, requests] = /requests +([\d,]+)/.exec(run.stdout) ?? [];
    expect(Math.abs(Number(requests.replace(',', '')) - 15_000)).toBeLessThan(4 * Math.sqrt(15_000));
  });

  it('a fault', async () => {
    const [trace] = await follow('circuit-outage.mjs');
    expect(trace.stdout).toMatch(/FaultStarted.*circuit [01]/);
    expect(trace.stdout).toMatch(/FaultEnded.*circuit [01]/);
  });

  it('a rollout', async () => {
    const [trace] = await follow('side-by-side.mjs');
    // The new pod before the old one's end, both at once in number.
    const scaled = [...trace.stdout.matchAll(/Scaled (?:up|down) replica set \S+ from (\d) to (\d)/g)];
    expect(scaled.map(([, from, to]) => `${from} to ${to}`)).toEqual(['0 to 1', '0 to 1', '1 to 0']);
  });

  it('a scheduler plugin', async () => {
    const [explained] = await follow('fewest-pods.mjs');
    expect(explained.stdout).toMatch(/FewestPods +×5 +100 {2}500\n/);
  });

  it('a chart', async () => {
    const [, report] = await follow('in-flight.mjs');
    expect(report.stdout).toContain('report.html');
    const page = readFileSync(join(folder, 'results/hello/seed-1/report.html'), 'utf8');
    expect(page).toContain('Requests under way');
  });
});

describe('a plugin that is none', () => {
  it.each([
    ['export default 5;', /bad\.mjs: expected a default export like/],
    ['export default { balancer: [] };', /bad\.mjs: balancer: unknown family.*did you mean "balancers"/],
    ['export default { faults: {} };', /bad\.mjs: faults: expected a default export/],
    ["export default { faults: [{ name: 'A' }] };", /bad\.mjs: faults\[0\]\.summary: is required/],
    [
      "export default ({ z }) => ({ balancers: [{ name: 'Random', summary: '', args: z.strictObject({}), create() {} }] });",
      /bad\.mjs: balancers\[0\]\.name: there is a "Random" already/,
    ],
    ['export default (', /bad\.mjs: cannot be loaded: /],
    ["export default () => { throw new Error('oops'); };", /bad\.mjs: .*oops/],
  ])('%s', async (text, message) => {
    // A process loads a file once.
    const cwd = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(cwd, 'bad.mjs'), text);
    const { status, stderr } = await wavetank(['list', '--plugin', 'bad.mjs'], cwd);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });
});
