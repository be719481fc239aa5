// The objects in a JSON file that is one long list, or in the lists of its objects, one after the other, in bounded memory.
import { InputError } from '../../lib/errors.ts';
import type { SourceLine } from './importer.ts';

export interface JsonItem {
  /** Where it begins. */
  readonly line: number;
  readonly value: unknown;
}

/**
 * The objects that are within `within` others: of `[{}, {}]` and of a line each those with 0, of `{ "data": [{}, {}] }` those with 1. Throws an
 * InputError at the line of one that is no JSON, and where there are none.
 */
export function* jsonItems(
  file: string,
  lines: Iterable<SourceLine>,
  within = 0,
): Generator<JsonItem, void, undefined> {
  let depth = 0;
  let inText = false;
  let parts: string[] = [];
  let begun = 0;
  let any = false;
  for (const { line, text } of lines) {
    let from = 0;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (inText) {
        if (code === 92) at += 1;
        else if (code === 34) inText = false;
      } else if (code === 34) inText = true;
      else if (code === 123) {
        if (depth === within) [begun, from] = [line, at];
        depth += 1;
      } else if (code === 125) {
        depth -= 1;
        if (depth !== within) continue;
        parts.push(text.slice(from, at + 1));
        yield { line: begun, value: parsed(file, begun, parts.join('\n')) };
        parts = [];
        any = true;
      }
    }
    if (depth > within) parts.push(text.slice(from));
  }
  if (depth > 0) throw new InputError({ file, line: begun, message: 'not valid JSON: an object that does not end' });
  if (!any) throw new InputError({ file, message: 'has no objects, expected a list of them in JSON' });
}

function parsed(file: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError({ file, line, message: `not valid JSON: ${error.message}` });
  }
}
