// Whether what an importer has made can be run: a file may say what no scenario takes, such as a trillion requests a second.
import { InputError } from '../../lib/errors.ts';
import { type LoadOptions, loadScenario } from '../load.ts';
import type { Imported } from './importer.ts';

const MADE = 'scenario.yaml';
/** A mistake of the file is often in many places of what is made of it. */
const MOST = 5;

/** Throws an InputError at `from`, the file that was imported, which says what of it a scenario does not take. */
export function checkUsable({ scenario, files = [] }: Imported, from: string, families: LoadOptions['families']): void {
  const texts = new Map(
    files.map(({ name, text }) => [name, typeof text === 'string' ? text : Array.from(text).join('')]),
  );
  const readFile = (file: string) => {
    const text = texts.get(file);
    if (text === undefined) throw new InputError({ file, message: 'is not among the files that were made' });
    return { file, text };
  };
  try {
    // Kinds that nobody defines are left out when it is run.
    loadScenario([{ file: MADE, text: scenario }], { families, readFile, skipUnknown: true });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      error.problems.slice(0, MOST).map(({ path, message }) => ({
        file: from,
        message: `makes a scenario that cannot be run: ${path === undefined ? '' : `${path}: `}${message}`,
      })),
    );
  }
}
