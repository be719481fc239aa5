// A value of the user's input in a message, short and on one line.

const LIMIT = 60;

/** `"text"`, `5`, `a list`, `a mapping`, `nothing`. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text;
}
