// Members of families that the user wrote, loaded only because the command line (`--plugin`) or a script names them.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../lib/errors.ts';
import { LoadedPlugin } from '../lib/plugin.ts';
import type { charts } from '../report/charts/index.ts';
import { builtInFamilies, type Families, withPlugin } from '../world/families.ts';

/** Every family that a plugin may add to: those of a simulation, and the charts of its report. */
export interface Extensions {
  readonly families: Families;
  /** Undefined: the built-in ones, which are not loaded before something is drawn. */
  readonly charts: typeof charts | undefined;
}

/** The name of their family. */
const CHARTS = 'charts';

/** The names of all families. */
export const familyNames = [...Object.keys(builtInFamilies), CHARTS];

/** The built-in members with those of the plugin files. Throws an InputError for a file that cannot be loaded. */
export async function loadExtensions(files: string | readonly string[] | undefined): Promise<Extensions> {
  return loadPlugins(files === undefined ? [] : [files].flat());
}

/** The families of a simulation, with the members of the plugins. Throws an InputError for a file that cannot be loaded. */
export async function loadFamilies(files: string | readonly string[] | undefined): Promise<Families> {
  return (await loadExtensions(files)).families;
}

/** As `loadExtensions`; a plugin may also be what such a file exports by default. */
export async function loadPlugins(plugins: readonly (string | object)[]): Promise<Extensions> {
  let extensions: Extensions = { families: builtInFamilies, charts: undefined };
  for (const one of plugins) {
    const plugin =
      typeof one === 'string' ? await makePlugin(await importPlugin(one), one) : await makePlugin(one, '<plugin>');
    extensions = {
      families: withPlugin(extensions.families, plugin),
      charts: plugin.extend(await chartsOf(extensions)),
    };
  }
  return extensions;
}

/** The charts, the built-in ones too. */
export async function chartsOf({ charts }: Extensions): Promise<NonNullable<Extensions['charts']>> {
  return charts ?? (await import('../report/charts/index.ts')).charts;
}

/** `brought` is what a plugin exports by default; `file` names it in messages. */
async function makePlugin(brought: unknown, file: string): Promise<LoadedPlugin> {
  if (typeof brought !== 'function') return new LoadedPlugin(brought, familyNames, file);
  const { pluginTools } = await import('./plugin-tools.ts');
  let made: unknown;
  try {
    made = (brought as (tools: typeof pluginTools) => unknown)(pluginTools);
  } catch (error) {
    throw new InputError({ file, message: `cannot be used: ${(error as Error).message}` });
  }
  return new LoadedPlugin(made, familyNames, file);
}

async function importPlugin(file: string): Promise<unknown> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new InputError({ file, message: 'cannot be loaded: there is no such file' });
  }
  if (!/\.[cm]?js$/.test(file)) {
    throw new InputError({ file, message: 'cannot be loaded: expected a file of JavaScript, .mjs or .js' });
  }
  try {
    const module = (await import(pathToFileURL(resolve(file)).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    throw new InputError({ file, message: `cannot be loaded: ${(error as Error).message}` });
  }
}
