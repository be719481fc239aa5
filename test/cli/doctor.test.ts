// `wavetank doctor`: what it says of a machine on which everything works, and of those on which something does not.
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/cli/doctor/finding.ts';
import { memoryFinding, nodeFinding, processorsFinding } from '../../src/cli/doctor/machine.ts';
import { folderFinding } from '../../src/cli/doctor/results-folder.ts';
import { wavetank, wavetankProcess } from '../support/command.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-doctor-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Report {
  readonly works: boolean;
  readonly findings: readonly Finding[];
}

describe('where everything works', () => {
  it('says what was found, a line each, and leaves nothing behind', async () => {
    const { status, stdout, stderr } = await wavetank(['doctor'], root);
    expect([status, stderr]).toEqual([0, '']);
    for (const line of [
      /^ok +node +\d+\.\d+\.\d+$/m,
      /^(ok|note) +processors +\d+ processors?/m,
      /^ok +threads +one starts in \d+ ms$/m,
      /^ok +program +wavetank \d+\.\d+\.\d+ at .*, program [0-9a-f]{16}$/m,
      /^ok +dependencies +\d+, each of the version/m,
      /^ok +drawing +PNG files can be drawn$/m,
      /^(ok|note) +results +results can be written; [\d.]+ GiB are free$/m,
    ])
      expect(stdout).toMatch(line);
    expect(readdirSync(root)).toEqual([]);
  });

  it('gives an advice with each note, as JSON too', async () => {
    const { stdout } = await wavetank(['doctor', '--json'], root);
    const { works, findings } = JSON.parse(stdout) as Report;
    expect(works).toBe(true);
    expect(findings.filter(({ state, advice }) => (state === 'ok') !== (advice === undefined))).toEqual([]);
    expect(new Set(findings.map(({ check }) => check)).size).toBe(findings.length);
  });
});

describe('where something does not', () => {
  const limits = { cpus: undefined, memoryBytes: undefined };
  const GIB = 2 ** 30;
  const memory = { totalBytes: 8 * GIB, freeBytes: 4 * GIB, heapBytes: 2 * GIB };

  it.each<[string, Finding, Partial<Finding> | { readonly advice: unknown }]>([
    ['an old Node', nodeFinding('20.18.3', '>=20.19'), { state: 'problem' }],
    ['a new one', nodeFinding('24.1.0', '>=20.19'), { state: 'ok' }],
    [
      'a quota',
      processorsFinding(8, 8, { ...limits, cpus: 1.5 }),
      {
        state: 'note',
        found: '8 processors, of which the cgroup allows 1.5; sweeps use 8 threads',
        advice: expect.stringMatching(/WAVETANK_THREADS=1\b/) as unknown,
      },
    ],
    ['a quota that is enough', processorsFinding(2, 2, { ...limits, cpus: 1.5 }), { state: 'ok' }],
    [
      'little memory for many threads',
      memoryFinding(memory, 64, limits),
      { state: 'note', advice: expect.stringContaining('WAVETANK_THREADS=13') as unknown },
    ],
    [
      'a small container',
      memoryFinding(memory, 1, { ...limits, memoryBytes: GIB / 8 }),
      { state: 'problem', found: expect.stringContaining('the cgroup allows 128 MiB') as unknown as string },
    ],
  ])('%s', (_what, finding, expected) => {
    expect(finding).toMatchObject(expected);
  });

  it('a file in the place of the folder', () => {
    writeFileSync(join(root, 'file'), '');
    const finding = folderFinding(join(root, 'file/results'));
    expect(finding).toMatchObject({ state: 'problem', advice: 'Name a folder of yours with --out.' });
    expect(finding.found).toMatch(/cannot be written: a part of its path is a file$/);
  });

  it('a package with a changed file and a missing dependency exits with 1', () => {
    const checkout = fileURLToPath(new URL('../..', import.meta.url));
    const copy = join(root, 'copy');
    for (const name of ['package.json', 'scenarios', 'dist']) {
      cpSync(join(checkout, name), join(copy, name), { recursive: true });
    }
    mkdirSync(join(copy, 'node_modules'));
    for (const name of readdirSync(join(checkout, 'node_modules')).filter((one) => one !== 'piscina')) {
      symlinkSync(join(checkout, 'node_modules', name), join(copy, 'node_modules', name));
    }
    const schema = readdirSync(join(copy, 'dist')).find((name) => name.startsWith('schema-')) ?? '';
    appendFileSync(join(copy, 'dist', schema), '// changed\n');
    const { status, stdout } = wavetankProcess(['doctor'], root, { program: join(copy, 'dist/wavetank.js') });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^problem +program .*files of the program are not those that were\s+built$/m);
    expect(stdout).toMatch(/^problem +dependencies +piscina 5\.3\.2 is missing$/m);
    expect(stdout).toMatch(/^dependencies\n {2}Install wavetank again: npm install wavetank/m);
  });

  it('a queue at which nobody is', async () => {
    const { status, stdout } = await wavetank(['doctor', '--queue', 'redis://127.0.0.1:1'], root);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^problem +queue +redis:\/\/127\.0\.0\.1:1: cannot be used as a queue: ECONNREFUSED$/m);
    const wrong = await wavetank(['doctor', '--queue', 'http://x'], root);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/^--queue: expected redis:\/\/host:port/)]);
  });
});
