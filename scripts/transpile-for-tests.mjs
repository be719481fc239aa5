// The simulator, and what tests share, as JavaScript that Node loads by itself. In a test runner an imported name is a property of an object that it
// keeps, and each use of it in a hot loop a call: with imports that the engine binds, simulations in tests take half of the time.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'test/.cache');
const FOLDERS = ['src', 'test'];

const isModule = (path) => /(?<!\.test)(?<!\.d)\.ts$/.test(path) && !path.split(sep).includes('.cache');
const transpiledName = (path) => path.replace(/\.ts$/, '.js');
const filesOf = (folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file));

const own = fileURLToPath(import.meta.url);
const changedMs = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const targetOf = (path) => join(target, transpiledName(relative(root, path)));

/** Writes what has changed since the last time, so that a run that is under way meets no module that is half there. */
function transpile() {
  const modules = FOLDERS.flatMap((folder) => filesOf(join(root, folder))).filter((path) =>
    isModule(relative(root, path)),
  );
  const ownMs = changedMs(own);
  const entryPoints = modules.filter((path) => changedMs(targetOf(path)) < Math.max(changedMs(path), ownMs));
  if (entryPoints.length > 0) write(entryPoints);
  const known = new Set(modules.map(targetOf));
  for (const path of FOLDERS.flatMap((folder) => filesOf(join(target, folder)))) {
    if (path.endsWith('.js') && !known.has(path)) rmSync(path);
  }
}

function write(entryPoints) {
  const { outputFiles } = buildSync({
    entryPoints,
    outbase: root,
    outdir: target,
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    sourcesContent: false,
    write: false,
  });
  const now = new Date();
  for (const { path, text } of outputFiles) {
    const original = join(root, relative(target, path)).replace(/\.js$/, '.ts');
    const code = text
      .replaceAll(/(\bfrom\s*|\bimport\s*\(?\s*)(["'])(\.[^"']*)\.ts\2/g, '$1$2$3.js$2')
      .replaceAll(
        'import.meta.url',
        `new URL('${relative(dirname(path), original).split(sep).join('/')}', import.meta.url).href`,
      );
    if (existsSync(path) && readFileSync(path, 'utf8') === code) utimesSync(path, now, now);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, code);
    }
  }
}

/** A plugin of Vite that gives tests the transpiled module for each module that they import by its path. */
export function transpiled() {
  return {
    name: 'wavetank:transpiled',
    enforce: 'pre',
    // Vitest reads its configuration once more for each project.
    configResolved: transpile,
    resolveId(id, importer) {
      if (importer === undefined || !id.startsWith('.')) return undefined;
      const path = relative(root, resolve(dirname(importer), id));
      return isModule(path) && FOLDERS.includes(path.split(sep)[0]) ? join(target, transpiledName(path)) : undefined;
    },
  };
}
