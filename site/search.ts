// The search index: made once, here, from what pages say; a page only asks it.
import MiniSearch from 'minisearch';
import { indexOptions } from './search-options.ts';
import type { Passage } from './passages.ts';

export interface Searchable {
  readonly path: string;
  readonly title: string;
  readonly passages: readonly Passage[];
}

/** Characters of a passage that are shown where it is found. */
const SHOWN = 200;

/** A script that hands the index over as text. */
export function searchIndex(pages: readonly Searchable[]): string {
  const index = new MiniSearch(indexOptions);
  const documents = pages.flatMap(({ path, title, passages }) =>
    passages.map(({ id, heading, text }) => ({
      path: id === '' ? path : `${path}#${id}`,
      page: title,
      // The beginning of a page is found by its title.
      heading: heading === '' ? title : heading,
      text,
    })),
  );
  index.addAll(documents.map((one, id) => ({ id, ...one })));
  const json = index.toJSON();
  // All words are found, but only the beginning is kept to be shown.
  for (const stored of Object.values(json.storedFields)) stored['text'] = beginning(String(stored['text']));
  return `globalThis.searchIndex = ${JSON.stringify(JSON.stringify(json))};\n`;
}

function beginning(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
