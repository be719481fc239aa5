// Completion: what real shells offer at a place on the command line.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'wavetank-completion-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Words {
  readonly verbs: readonly {
    readonly name: string;
    readonly arguments: readonly {
      readonly name: string;
      readonly values: string | readonly string[];
      readonly repeated: boolean;
    }[];
    readonly options: readonly {
      readonly name: string;
      readonly describe: string;
      readonly values?: string | readonly string[];
    }[];
  }[];
}

let words: Words;
beforeAll(async () => {
  mkdirSync(join(folder, 'my results'));
  writeFileSync(join(folder, 'mine.yaml'), '');
  for (const shell of ['bash', 'zsh', FISH]) {
    const { status, stdout, stderr } = await wavetank(['completion', shell], folder);
    expect([status, stderr]).toEqual([0, '']);
    writeFileSync(join(folder, `.${shell}`), stdout);
  }
  words = JSON.parse((await wavetank(['completion', '--json'], folder)).stdout) as Words;
});

/** As it is called on PATH. */
const FISH = 'fish';
const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

describe('verbs, as a program reads them', () => {
  it('are those of the help, with an option --json each', async () => {
    expect(words.verbs.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['run', 'sweep', 'doctor', 'completion']),
    );
    const without = words.verbs.filter(({ options }) => !options.some(({ name }) => name === '--json'));
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it('have options with a sentence each, values where they take one, and the way to turn them off', () => {
    const run = words.verbs.find(({ name }) => name === 'run');
    const option = (wanted: string) => run?.options.find(({ name }) => name === wanted);
    expect(option('--seed')).toEqual({ name: '--seed', describe: 'seed of all random streams', values: 'text' });
    expect(option('--out')?.values).toBe('folder');
    expect(option('--no-report')).toMatchObject({ name: '--no-report' });
    expect(option('--json')?.values).toBeUndefined();
    expect(words.verbs.flatMap(({ options }) => options).filter(({ describe: says }) => says === '')).toEqual([]);
  });

  it('have arguments that are files, folders or names', () => {
    const argumentsOf = (verb: string) =>
      words.verbs.find(({ name }) => name === verb)?.arguments.map(({ values }) => values);
    expect(argumentsOf('run')).toEqual(['scenario']);
    expect(argumentsOf('compare')).toEqual(['folder', 'folder']);
    expect(argumentsOf('import')).toEqual([expect.arrayContaining(['prometheus', 'swf']), 'file']);
  });
});

it.each([
  [['completion'], /^wavetank: completion: name a shell: bash, zsh, fish\n$/],
  [['completion', 'tcsh'], /^unknown shell "tcsh", expected one of bash, zsh, fish/],
])('%j is refused', async (args, message) => {
  const { status, stderr } = await wavetank(args, folder);
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
});

/** What is typed, the last word being completed, and what is offered, at least. */
const CASES: readonly (readonly [typed: readonly string[], offered: readonly string[], never?: readonly string[]])[] = [
  [['sw'], ['sweep'], ['run']],
  [['run', 'hel'], ['hello'], ['mine.yaml']],
  [
    ['run', 'mi'],
    ['mine.yaml', 'minikube-hello-world'],
  ],
  [['run', 'hello', '--se'], ['--seed', '--seeds'], ['--out']],
  [['run', '--seed', '3', 'hel'], ['hello']],
  [['run', 'hello', '--out', 'my'], ['my results'], ['mine.yaml']],
  [['import', 'pro'], ['prometheus'], ['mine.yaml']],
  [['import', 'prometheus', 'mi'], ['mine.yaml'], ['minikube-hello-world']],
  [['export', 'my'], ['my results']],
  [['export', 'x', '--format', 'par'], ['parquet']],
  [['list', 'bal'], ['balancers']],
  [['completion', 'b'], ['bash']],
];

const bash = has('bash');
if (!bash) process.stdout.write('not run: completion in bash (there is none)\n');

describe.skipIf(!bash)('bash', () => {
  let offered: string[][];
  beforeAll(() => {
    const lines = CASES.map(([typed]) => typed).concat([
      ['export', 'x', '--format', '=', 'par'],
      ['run', '--out', '=', 'my'],
    ]);
    const script = lines
      .map(
        (typed) =>
          `COMP_WORDS=(wavetank ${typed.join(' ')}); COMP_CWORD=${typed.length}; _wavetank; printf '%s\\n' "\${COMPREPLY[@]}" --`,
      )
      .join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-uc', `source .bash\n${script}`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    offered = stdout.split('\n--\n').map((part) => part.split('\n').filter((line) => line !== ''));
  });

  it.each(CASES.map(([typed, wanted, never = []], index) => ({ typed: typed.join(' '), wanted, never, index })))(
    '$typed',
    ({ wanted, never, index }) => {
      expect(offered[index]).toEqual(expect.arrayContaining([...wanted]));
      for (const word of never) expect(offered[index]).not.toContain(word);
    },
  );

  it('an equals sign, which is a word of its own there', () => {
    expect(offered.slice(CASES.length, CASES.length + 2)).toEqual([['parquet'], ['my results']]);
  });
});

for (const shell of ['zsh', FISH]) {
  const there = has(shell);
  if (!there) process.stdout.write(`not run: completion in ${shell} (there is none)\n`);
  it.skipIf(!there)(`${shell} takes its script`, () => {
    const check =
      shell === 'zsh'
        ? ['-fc', 'autoload -Uz compinit && compinit -D; source .zsh && [[ $_comps[wavetank] == _wavetank ]]']
        : ['-c', 'source .fish; complete -C "wavetank sw"'];
    const { status, stdout, stderr } = spawnSync(shell, check, { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    if (shell === FISH) expect(stdout).toMatch(/^sweep\t/);
  });
}

describe.skipIf(!has(FISH))('fish', () => {
  // It completes a word that has no blank before it.
  it.each(CASES.map(([typed, wanted, never = []]) => ({ typed: typed.join(' '), wanted, never })))(
    '$typed',
    ({ typed, wanted, never }) => {
      const { stdout } = spawnSync(FISH, ['-c', `source .fish; complete -C "wavetank ${typed}"`], {
        cwd: folder,
        encoding: 'utf8',
      });
      const offered = stdout.split('\n').map((line) => line.split('\t')[0].replaceAll('\\', '').replace(/\/$/, ''));
      expect(offered).toEqual(expect.arrayContaining([...wanted]));
      for (const word of never) expect(offered).not.toContain(word);
    },
  );
});
