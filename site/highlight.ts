// Colours of code, at build time: the languages that the documentation is written in.
import { createRequire } from 'node:module';

interface Highlighter {
  registerLanguage(name: string, language: unknown): void;
  getLanguage(name: string): object | undefined;
  highlight(code: string, options: { readonly language: string }): { readonly value: string };
}

// The package's own types would bring those of a browser into the whole project.
const load = createRequire(import.meta.url);
const highlighter = load('highlight.js/lib/core') as Highlighter;

const LANGUAGES = ['bash', 'dockerfile', 'javascript', 'json', 'python', 'sql', 'typescript', 'yaml'];
for (const name of LANGUAGES) highlighter.registerLanguage(name, load(`highlight.js/lib/languages/${name}`));

/** HTML of code; of a language that is not known nothing, and the caller escapes the code as it is. */
export function highlight(code: string, language: string): string {
  if (highlighter.getLanguage(language) === undefined) return '';
  return highlighter.highlight(code, { language }).value;
}
