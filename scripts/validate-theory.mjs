// Compares the simulator with every value of the tables of queueing theory: `npm run validate:theory`, see CONTRIBUTING.md.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('../test/theory', import.meta.url));
const outfile = `${folder}/.cache/validate.mjs`;
await mkdir(`${folder}/.cache`, { recursive: true });
await build({
  entryPoints: [`${folder}/validate.ts`],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@resvg/resvg-js'],
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
process.env.WAVETANK_THEORY = folder;
const { validate } = await import(pathToFileURL(outfile).href);
process.exitCode = (await validate(process.argv.slice(2))).code;
