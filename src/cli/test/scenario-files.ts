// Which files are scenarios: those that are named, and those at or below a folder that hold a Scenario document.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../lib/errors.ts';
import { locateScenario } from '../../library/package.ts';

/** The line with which a Scenario document says what it is; a manifest or a list of Helm's values has none. */
const SCENARIO = /^(?:apiVersion|"apiVersion"): *["']?wavetank\//m;
/** What no scenario is kept in. */
const SKIPPED = /^(?:\.|node_modules$)/;

/** In the order of their paths, each once. Throws an InputError for a path of nothing, and for a folder without a scenario. */
export function scenarioFiles(paths: readonly string[]): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory() !== true) {
      found.add(locateScenario(path));
      continue;
    }
    const below = scenariosBelow(path);
    if (below.length === 0) {
      const message = 'no scenario in this folder: expected a .yaml or .yml file with `apiVersion: wavetank/v1`';
      throw new InputError({ file: path, message });
    }
    for (const file of below) found.add(file);
  }
  return [...found];
}

function scenariosBelow(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !SKIPPED.test(name));
  return entries
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return scenariosBelow(path);
      return /\.ya?ml$/.test(entry.name) && SCENARIO.test(readFileSync(path, 'utf8')) ? [path] : [];
    });
}
