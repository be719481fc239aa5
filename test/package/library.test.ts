// docs/guides/library.md, followed by a user who has the packed tarball and nothing else.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGuide, writeFiles } from '../guides/guide.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-library-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const guide = readGuide('docs/guides/library.md');

function command(program: string, args: readonly string[], cwd = folder): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

// What `npm install` makes of the tarball, without a registry.
beforeAll(() => {
  const packed = command('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], process.cwd());
  expect(packed.status, packed.text).toBe(0);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const installed = join(folder, 'node_modules/wavetank');
  mkdirSync(installed, { recursive: true });
  expect(command('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed]).status).toBe(0);
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFiles(guide, folder);
}, 120_000);

/** Compiles strictly, with no types but those that come with the package. */
function compile(...files: string[]): { status: number | null; text: string } {
  const options = ['--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', '--lib', 'es2023,dom'];
  const modules = ['--module', 'nodenext', '--types', '', '--skipLibCheck', 'false'];
  return command(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, ...modules, ...files]);
}

describe('the library', () => {
  it('is typed: the scripts of the guide compile', () => {
    expect(compile('timeouts.ts', 'series.ts')).toEqual({ status: 0, text: '' });
  });

  describe('refuses', () => {
    const wrong = [
      ["const { summary } = await run('hello'); export const x: string = summary.requests_total;", 'number'],
      ["export const x = (await run('hello')).summary.request_total;", 'requests_total'],
      ["export const x = (await run('hello')).table('podz');", 'podz'],
      ["export const x = await run('hello', { sede: 1 });", 'sede'],
      ["export const x: number = (await run('hello')).summary.request_duration_seconds_p99;", 'null'],
    ] as const;
    let compiled: ReturnType<typeof compile>;
    beforeAll(() => {
      const files = wrong.map(([text], index) => {
        writeFileSync(join(folder, `wrong-${index}.ts`), `import { run } from 'wavetank';\n${text}\n`);
        return `wrong-${index}.ts`;
      });
      compiled = compile(...files);
      expect(compiled.status).not.toBe(0);
    });

    it.each(wrong.map(([text, reason], index) => ({ text, reason, index })))('$text', ({ reason, index }) => {
      const [problem, ...others] = compiled.text.split('\n').filter((line) => line.startsWith(`wrong-${index}.ts(`));
      expect(problem).toMatch(/error TS/);
      expect(compiled.text).toContain(reason);
      expect(others).toEqual([]);
    });
  });

  it.each([
    ['timeouts.js', /^50ms p99 \d+ ms failed\n100ms p99 \d+ ms failed\n1s p99 \d+ ms ok\n$/],
    // 1 minute of 5 s intervals; 100 requests a second in the second half of it.
    ['series.js', /^12 intervals, at most [45]\d\d requests in one\n$/],
    ['relabel.mjs', /^2 pods at 80 s\n$/],
    ['objects.mjs', /^true 0\n$/],
    ['seeds.mjs', /^3 runs\n$/],
    ['wrong.mjs', /^spec\.traffic\[0\]\.timeout expected a duration .* got "soon"\n$/],
    ['own-balancer.mjs', /^true\n$/],
  ])('%s', (file, output) => {
    expect(command(process.execPath, [file])).toEqual({ status: 0, text: expect.stringMatching(output) as string });
  });

  it('writes files where it should', () => {
    const job = join(folder, 'results/scripted/seed-1');
    for (const file of ['run.json', 'summary.csv', 'report.html']) expect(existsSync(join(job, file)), file).toBe(true);
  });

  it('gives what the command line gives', () => {
    writeFileSync(
      join(folder, 'digest.mjs'),
      "import { run } from 'wavetank';\nconst { digest, summary } = await run('hello', { seed: 5 });\nconsole.log(JSON.stringify({ digest, summary }));\n",
    );
    const script = JSON.parse(command(process.execPath, ['digest.mjs']).text) as Record<string, unknown>;
    const args = ['node_modules/wavetank/dist/wavetank.js', 'run', 'hello', '--seed', '5', '--json', '--no-report'];
    const printed = JSON.parse(command(process.execPath, args).text) as Record<string, unknown>;
    expect(script).toEqual({ digest: printed['digest'], summary: printed['figures'] });
  });
});
