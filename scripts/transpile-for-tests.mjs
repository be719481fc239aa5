// The simulator as JavaScript that Node loads by itself, for its tests. In a test runner an imported name is a property of an object that it keeps, and
// each use of it in a hot loop a call: with imports that the engine binds, simulations in tests take half of the time.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const source = fileURLToPath(new URL('../src', import.meta.url));
const target = fileURLToPath(new URL('../test/.cache/src', import.meta.url));

const modulesOf = (folder, extension) =>
  readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(extension) && !file.endsWith('.test.ts'));
const transpiledName = (file) => file.replace(/\.ts$/, '.js');

/** Writes what has changed since the last time, so that a run that is under way meets no module that is half there. */
function transpile() {
  const modules = modulesOf(source, '.ts');
  const { outputFiles } = buildSync({
    entryPoints: modules.map((file) => join(source, file)),
    outbase: source,
    outdir: target,
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
  });
  for (const { path, text } of outputFiles) {
    const code = text.replaceAll(/(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.[^"']*)\.ts\2/g, '$1$2$3.js$2');
    if (existsSync(path) && readFileSync(path, 'utf8') === code) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  const known = new Set(modules.map(transpiledName));
  for (const file of modulesOf(target, '.js')) if (!known.has(file)) rmSync(join(target, file));
}

/** A plugin of Vite that gives tests the transpiled module for each module of src that they import. */
export function transpiled() {
  transpile();
  return {
    name: 'wavetank:transpiled',
    enforce: 'pre',
    resolveId(id, importer) {
      if (importer === undefined || !/^\..*(?<!\.test)\.ts$/.test(id)) return undefined;
      const path = relative(source, resolve(dirname(importer), id));
      return path.startsWith('..') ? undefined : join(target, transpiledName(path));
    },
  };
}
