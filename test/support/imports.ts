// What importers read, from texts instead of files.
import type { Imported, ImportSources } from '../../src/scenario/import/importer.ts';
import { importers } from '../../src/scenario/import/index.ts';

/** `texts` by file name; those are the files that the user names, unless `files` says which. */
export function sourcesOf(texts: Readonly<Record<string, string>>, files = Object.keys(texts)): ImportSources {
  const textOf = (file: string): string => texts[file] ?? '';
  return {
    files,
    read: (file) => ({ file, text: textOf(file) }),
    *lines(file) {
      const all = textOf(file).split('\n');
      if (all.at(-1) === '') all.pop();
      for (const [index, text] of all.entries()) yield { line: index + 1, text };
    },
    within: (file) => [file],
  };
}

/** What an importer makes of texts at once. */
export function importOf(kind: string, args: object, sources: ImportSources): Imported {
  const made = importers.create(kind, args, sources);
  if (made instanceof Promise) throw new Error(`${kind} takes its time`);
  return typeof made === 'string' ? { scenario: made, notes: [] } : made;
}

/** Of a file that may come in pieces. */
export function wholeText(text: string | Iterable<string>): string {
  return typeof text === 'string' ? text : Array.from(text).join('');
}
