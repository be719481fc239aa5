// The package: what npm would publish holds what a user needs, and nothing else.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

describe('the tarball', () => {
  // Without scripts: prepack would build again, under the feet of tests that run the bundle.
  const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  });
  const parsed = JSON.parse(stdout || `"${stderr}"`) as Packed[] | Record<string, Packed>;
  const [packed] = Object.values(parsed);
  const paths = packed.files.map(({ path }) => path);

  it('has the program, its fonts, the scenarios and the papers', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'dist/wavetank.js',
        'dist/jobs.js',
        'dist/fonts/DejaVuSans.ttf',
        'scenarios/hello.yaml',
        'docs/reference/csv.md',
        'dist/THIRD-PARTY-LICENSES.txt',
        'package.json',
        'README.md',
        'CHANGELOG.md',
        'LICENSE',
        'NOTICE',
      ]),
    );
  });

  it('has no sources, tests or results', () => {
    const folders = new Set(paths.filter((path) => path.includes('/')).map((path) => path.split('/')[0]));
    expect([...folders].sort()).toEqual(['dist', 'docs', 'scenarios']);
    expect(packed.unpackedSize).toBeLessThan(20e6);
  });

  it('asks for exact versions of what results and interface rest on, and of the native rasteriser', () => {
    const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as Record<string, Record<string, string>>;
    expect(Object.keys(manifest.dependencies)).toEqual([
      '@resvg/resvg-js',
      'csv-stringify',
      'd3-array',
      'js-yaml',
      'kubernetes-types',
      'piscina',
      'seedrandom',
      'yargs',
      'zod',
    ]);
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version))).toEqual([]);
  });
});

it('a program without its package says what it lacks', () => {
  const alone = mkdtempSync(join(tmpdir(), 'wavetank-alone-'));
  cpSync(join(root, 'dist'), alone, { recursive: true });
  const { status, stderr } = spawnSync('node', [join(alone, 'wavetank.js'), 'run', 'hello'], {
    cwd: alone,
    encoding: 'utf8',
    timeout: 60_000,
  });
  rmSync(alone, { recursive: true });
  expect([status, stderr]).toEqual([2, expect.stringContaining('expected the whole package')]);
  expect(stderr).not.toMatch(/^\s+at /m);
});
