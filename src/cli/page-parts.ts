// Script and style of the page, which the build puts beside the program.
import { readFileSync } from 'node:fs';
import type { PageParts } from '../view/document.ts';

const SCRIPT = new URL('page/page.js', import.meta.url);
const STYLE = new URL('page/page-style.css', import.meta.url);

export function pageParts(): PageParts {
  return { script: readFileSync(SCRIPT, 'utf8'), style: readFileSync(STYLE, 'utf8') };
}
