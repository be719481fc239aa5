// Bundles the command line into dist/: what only draws, and what would be slow to load from many files, see docs/decisions/0001.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { build, transform } from 'esbuild';
import { billOfMaterials, bundledPackages, licensesFile } from './bill-of-materials.mjs';

const require = createRequire(import.meta.url);
const { dependencies, peerDependencies } = require('../package.json');

/** Dependencies that are in the bundle all the same: they are many files, and the program begins with them. */
const bundled = new Set(['yargs', 'zod']);

/** Of zod's messages the English ones: the other languages are half of it, and nothing asks for them. */
const englishOnly = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    })),
};

/** What speaks with Redis is large for what is used of it; without spaces and long names it is half of that. */
const queueMinified = {
  name: 'queue-minified',
  setup: ({ onLoad }) =>
    onLoad(
      { filter: /[\\/]node_modules[\\/](?:bullmq|@?ioredis|luxon|msgpackr|cron-parser)[\\/].*\.js$/ },
      async ({ path }) => ({
        contents: (await transform(await readFile(path, 'utf8'), { minify: true, keepNames: true })).code,
      }),
    ),
};

await rm('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    wavetank: 'src/cli/main.ts',
    program: 'src/cli/program.ts',
    library: 'src/library/wavetank.ts',
    jobs: 'src/cli/sweep-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !bundled.has(name)),
  plugins: [englishOnly, queueMinified],
  legalComments: 'linked',
  sourcemap: false,
  metafile: true,
  logLevel: 'warning',
  // CommonJS dependencies inside an ESM bundle still call require for Node's own modules.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
// What the browser loads: script and style of the page, each one file (docs/decisions/0101).
const { metafile: pageFile } = await build({
  entryPoints: { page: 'src/page/browser/main.ts', 'page-style': 'src/page/browser/page.css' },
  outdir: 'dist/page',
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
await writeFile('dist/program-hash.txt', `${await programHash()}\n`);
await mkdir('dist/fonts', { recursive: true });
const fonts = require.resolve('dejavu-fonts-ttf/package.json').replace('package.json', 'ttf');
for (const font of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf']) await copyFile(`${fonts}/${font}`, `dist/fonts/${font}`);
await copyFile('src/http-api/openapi/documents.json.br', 'dist/documents.json.br');
const bundledCode = await bundledPackages([
  ...Object.keys(metafile.inputs),
  ...Object.keys(pageFile.inputs),
  'node_modules/dejavu-fonts-ttf/',
]);
await writeFile('dist/THIRD-PARTY-LICENSES.txt', licensesFile(bundledCode));
const bill = billOfMaterials(require('../package.json'), require('../package-lock.json'), bundledCode);
await writeFile('dist/sbom.cdx.json', `${JSON.stringify(bill, undefined, 2)}\n`);
await writeTypes(['library/wavetank', 'library/plugin']);

/** Declarations of the entries and of what they name, into dist/types. Of packages they may name dependencies: only these are installed. */
async function writeTypes(entries) {
  const folder = await mkdtemp(join(tmpdir(), 'wavetank-types-'));
  try {
    const made = spawnSync(
      process.execPath,
      [
        join(dirname(require.resolve('typescript/package.json')), 'bin/tsc'),
        '--project',
        'tsconfig.types.json',
        '--outDir',
        folder,
      ],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`tsc: ${made.stdout}${made.stderr}`);
    const wanted = entries.map((entry) => `${entry}.d.ts`);
    for (const file of wanted) {
      const text = await readFile(join(folder, file), 'utf8');
      await mkdir(dirname(join('dist/types', file)), { recursive: true });
      await writeFile(join('dist/types', file), text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"));
      for (const [, name] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
        if (!name.startsWith('.')) {
          if (!Object.hasOwn(dependencies, name.split('/')[0])) throw new Error(`${file} names the package ${name}`);
          continue;
        }
        const next = posix.join(dirname(file), name.replace(/\.ts$/, '.d.ts'));
        if (!wanted.includes(next)) wanted.push(next);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Of all code that was written, and of the versions of the packages that are outside of it: 16 hex digits of SHA-256. */
async function programHash() {
  const hash = createHash('sha256').update(JSON.stringify(dependencies));
  const written = Object.keys(metafile.outputs).filter((path) => path.endsWith('.js'));
  for (const path of written.sort()) hash.update(`\n${path}\n`).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}
