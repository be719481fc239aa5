// `--plugin file.mjs`: members of families that the user wrote, loaded only because the command line names them.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { builtInFamilies, type Families, withPlugin } from '../world/families.ts';

/** The built-in families with those of the plugins. Throws an InputError for a file that cannot be loaded. */
export async function loadFamilies(files: string | readonly string[] | undefined): Promise<Families> {
  let families = builtInFamilies;
  for (const file of files === undefined ? [] : [files].flat()) {
    families = withPlugin(families, await loadPlugin(file), file);
  }
  return families;
}

async function loadPlugin(file: string): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(resolve(file)).href)) as typeof module;
  } catch (error) {
    throw new InputError({ file, message: `cannot be loaded: ${(error as Error).message}` });
  }
  const made = module.default;
  return typeof made === 'function' ? (made as (tools: object) => unknown)({ z }) : made;
}
