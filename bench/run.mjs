// Runs benchmarks by name: bundles bench/<name>/index.ts as the product is bundled and calls its `run`.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleTool } from '../scripts/bundle-tool.mjs';

const benchDir = dirname(fileURLToPath(import.meta.url));
const cacheDir = join(benchDir, '.cache');
const names = readdirSync(benchDir).filter((name) => existsSync(join(benchDir, name, 'index.ts')));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, record: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${names.join(', ')}\n`);
  process.exit(2);
}

/** Bundles a TypeScript file of bench/ into the cache, with the settings of the product; gives the bundle's path. */
async function bundle(source) {
  const outfile = join(cacheDir, source.replace(/\.ts$/, '.mjs').replaceAll('/', '-'));
  await bundleTool(join(benchDir, source), outfile);
  return outfile;
}

/** Adds a line to history.ndjson: when, at which commit, on what, and the figures. */
function record(name, figures) {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: benchDir, encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0].model.trim()}`;
  const line = {
    bench: name,
    at: new Date().toISOString().slice(0, 10),
    commit,
    node: process.version,
    machine,
    figures,
  };
  appendFileSync(join(benchDir, 'history.ndjson'), `${JSON.stringify(line)}\n`);
}

await mkdir(cacheDir, { recursive: true });
let passed = true;
for (const name of positionals.length > 0 ? positionals : names) {
  const { run } = await import(pathToFileURL(await bundle(`${name}/index.ts`)).href);
  const { floors, figures } = await run({ benchDir, cacheDir, bundle, quick: values.quick ?? false });
  for (const { what, actual, floor } of floors) {
    const holds = actual >= floor;
    passed &&= holds;
    process.stdout.write(
      `${holds ? 'ok  ' : 'SLOW'} ${what}: ${actual.toPrecision(3)}, floor ${Number(floor.toPrecision(3))}\n`,
    );
  }
  if (values.record) record(name, figures);
}
process.exit(passed ? 0 : 1);
