// The report works from the bundle too, with the fonts beside it, and lets the process end.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { makeReport } from '../../src/report/report.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('draws the same from a bundle', async () => {
  const dist = join(root, 'dist');
  const { metafile } = await build({
    stdin: {
      contents: `const { makeReport } = await import('./src/report/report.ts'); await makeReport(process.argv[2]);`,
      resolveDir: process.cwd(),
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@resvg/resvg-js'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  const entry = join(dist, 'stdin.js');
  const bytes = Object.values(metafile.outputs).reduce((all, { bytes }) => all + bytes, 0);
  expect(bytes).toBeLessThan(3_500_000);
  mkdirSync(join(dist, 'fonts'));
  for (const font of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']) {
    cpSync(join('node_modules/dejavu-fonts-ttf/ttf', font), join(dist, 'fonts', font));
  }
  mkdirSync(join(root, 'node_modules'));
  symlinkSync(resolve('node_modules/@resvg'), join(root, 'node_modules/@resvg'));
  cpSync('package.json', join(root, 'package.json'));

  const shape = { minutes: 2, nodes: 6 };
  const folder = writeSynthetic(shape, join(root, 'bundled'));
  const result = spawnSync(process.execPath, [entry, folder], { encoding: 'utf8', timeout: 30_000 });
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);

  const direct = writeSynthetic(shape, join(root, 'direct'));
  await makeReport(direct);
  for (const file of ['report.html', 'charts/latency.png']) {
    expect(readFileSync(join(folder, file)).equals(readFileSync(join(direct, file)))).toBe(true);
  }
});
