// Plain data as YAML in flow style, on one line, with quotes where YAML would read something else than the text.

/** Words and quantities that every YAML reader takes for text. */
const PLAIN = /^(?:[A-Za-z][\w./-]*|\d+(?:Mi|us|ms|s|m|h)|(?:\d+m)?\d+(?:\.\d+)?s)$/;
const WORDS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value === 'string') {
    return PLAIN.test(value) && !WORDS.has(value.toLowerCase()) ? value : JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => `${flow(key)}: ${flow(one)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** Words as lines of at most `width` characters, each behind `indent`. */
export function folded(words: readonly string[], indent: string, width: number): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    if (line.length > indent.length && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.length === indent.length ? word : ` ${word}`;
  }
  return line.length > indent.length ? [...lines, line] : lines;
}

/** Plain data as YAML in block style: lines, each behind `indent`. Empty mappings and lists, and scalars, are in flow style. */
export function block(value: object, indent = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => item(one, indent));
  return Object.entries(value).flatMap(([key, one]) => {
    if (one === undefined) return [];
    if (!hasContent(one)) return [`${indent}${flow(key)}: ${flow(one)}`];
    // kubectl does not indent lists below their key either.
    return [`${indent}${flow(key)}:`, ...block(one, Array.isArray(one) ? indent : `${indent}  `)];
  });
}

function item(value: unknown, indent: string): string[] {
  if (!hasContent(value)) return [`${indent}- ${flow(value)}`];
  const [first, ...others] = block(value, `${indent}  `);
  return [`${indent}- ${first.slice(indent.length + 2)}`, ...others];
}

function hasContent(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.values(value).some((one) => one !== undefined);
}
