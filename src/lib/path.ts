// Paths inside a document, written as kubectl writes them: `spec.containers[0].image`, `metadata.labels[example.com/tier]`.

export type PathKey = string | number;
export type Path = readonly PathKey[];

const PLAIN = /^[A-Za-z_][\w-]*$/;

export function formatPath(path: Path): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'string' && PLAIN.test(key)) text += text === '' ? key : `.${key}`;
    else text += `[${key}]`;
  }
  return text;
}

/** The inverse of `formatPath`: `[0]` is an index, `[example.com/tier]` and `["0"]` are keys. Never fails. */
export function parsePath(text: string): PathKey[] {
  const path: PathKey[] = [];
  for (const [, plain, bracketed] of text.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (plain !== undefined) path.push(plain);
    else if (bracketed !== undefined) path.push(bracketedKey(bracketed));
  }
  return path;
}

function bracketedKey(text: string): PathKey {
  if (/^\d+$/.test(text)) return Number(text);
  return /^".*"$/.test(text) || /^'.*'$/.test(text) ? text.slice(1, -1) : text;
}
