// How passages are indexed and found: the same for the build, which makes the index, and for the page, which asks it.

/** A passage is found by its words, and shown by where it is and how it begins. */
export const indexOptions = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['path', 'page', 'heading', 'text'],
};

export const searchOptions = {
  boost: { heading: 4, page: 2 },
  combineWith: 'AND' as const,
  prefix: true,
  fuzzy: (term: string) => (term.length > 4 ? 0.2 : false),
};
