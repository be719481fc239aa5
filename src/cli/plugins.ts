// `--plugin file.mjs`: members of families that the user wrote, loaded only because the command line names them.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../lib/errors.ts';
import { Plugin } from '../lib/plugin.ts';
import { charts } from '../report/charts/index.ts';
import { builtInFamilies, type Families, withPlugin } from '../world/families.ts';

/** Every family that a plugin may add to: those of a simulation, and the charts of its report. */
export interface Extensions {
  readonly families: Families;
  readonly charts: typeof charts;
}

/** The names of all families. */
export const familyNames = [...Object.keys(builtInFamilies), charts.name];

/** The built-in members with those of the plugins. Throws an InputError for a file that cannot be loaded. */
export async function loadExtensions(files: string | readonly string[] | undefined): Promise<Extensions> {
  let extensions: Extensions = { families: builtInFamilies, charts };
  for (const file of files === undefined ? [] : [files].flat()) {
    extensions = await withExtension(extensions, await importPlugin(file), file);
  }
  return extensions;
}

/** The families of a simulation, with the members of the plugins. Throws an InputError for a file that cannot be loaded. */
export async function loadFamilies(files: string | readonly string[] | undefined): Promise<Families> {
  return (await loadExtensions(files)).families;
}

/** `brought` is what a plugin exports by default; `file` names it in messages. */
export async function withExtension(extensions: Extensions, brought: unknown, file: string): Promise<Extensions> {
  const { pluginTools } = await import('./plugin-tools.ts');
  const make = brought as (tools: typeof pluginTools) => unknown;
  let made = brought;
  try {
    if (typeof brought === 'function') made = make(pluginTools);
  } catch (error) {
    throw new InputError({ file, message: `cannot be used: ${(error as Error).message}` });
  }
  const plugin = new Plugin(made, familyNames, file);
  return { families: withPlugin(extensions.families, plugin), charts: plugin.extend(extensions.charts) };
}

async function importPlugin(file: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    throw new InputError({ file, message: `cannot be loaded: ${(error as Error).message}` });
  }
}
