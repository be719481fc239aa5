// The package that this program is part of: its version and the scenarios that come with it.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { STANDARD_INPUT } from '../scenario/files.ts';

/** The package's folder: the nearest one above this file with a package.json. Throws an InputError for a program that was taken out of its package. */
export function packageFolder(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) {
      throw new InputError(`${own}: no package.json here or above: expected the whole package, with its scenarios`);
    }
  }
}

export function version(): string {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Written by the build beside the program. */
const PROGRAM_HASH = new URL('program-hash.txt', import.meta.url);

/** Hash of the program's code and of the packages that it needs, 16 hex digits; `source` when it was not built. */
export function programHash(): string {
  return existsSync(PROGRAM_HASH) ? readFileSync(PROGRAM_HASH, 'utf8').trim() : 'source';
}

/** Names of the packaged scenarios. */
export function packagedScenarios(): string[] {
  const folder = join(packageFolder(), 'scenarios');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** The file of a packaged scenario. */
export function packagedScenario(name: string): string {
  return join(packageFolder(), 'scenarios', `${name}.yaml`);
}

/** The scenario in a folder, as `wavetank import` writes it. */
const IN_FOLDER = 'scenario.yaml';

/** What the user names: a file, a folder with a scenario, `-`, or the name of a packaged scenario. Throws an InputError for a name of nothing. */
export function locateScenario(file: string): string {
  const plain = /^[a-z0-9-]+$/.test(file);
  if (file !== STANDARD_INPUT && existsSync(join(file, IN_FOLDER))) return join(file, IN_FOLDER);
  if (file === STANDARD_INPUT || !plain || statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  const packaged = packagedScenarios();
  if (packaged.includes(file)) return packagedScenario(file);
  throw new InputError(
    `${file}: no such file, and no packaged scenario of that name (there are ${packaged.join(', ')})${didYouMean(file, packaged)}`,
  );
}
