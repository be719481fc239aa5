// Bundles the command line into dist/, so that a run needs Node and one native package (the SVG rasteriser).
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { wavetank: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@resvg/resvg-js'],
  legalComments: 'linked',
  sourcemap: false,
  logLevel: 'warning',
  // CommonJS dependencies inside an ESM bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await mkdir('dist/fonts', { recursive: true });
const fonts = require.resolve('dejavu-fonts-ttf/package.json').replace('package.json', 'ttf');
for (const font of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']) await copyFile(`${fonts}/${font}`, `dist/fonts/${font}`);
