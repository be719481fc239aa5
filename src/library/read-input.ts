// What a script gives for a scenario → its text with a name for messages.
import { fileURLToPath } from 'node:url';
import { readSource } from '../scenario/files.ts';
import type { SourceText } from '../scenario/scenario.ts';
import { locateScenario } from './package.ts';

/** The name of what is no file in messages; files that it names are looked for in the working directory. */
const SCRIPT = '<script>';

/** Throws an InputError for what cannot be read. */
export function readInput(input: string | object): SourceText {
  if (input instanceof URL) return readSource(fileURLToPath(input));
  if (typeof input === 'object') return { file: SCRIPT, text: JSON.stringify(input) };
  return input.includes('\n') ? { file: SCRIPT, text: input } : readSource(locateScenario(input));
}
