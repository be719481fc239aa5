// Fields that have a default are not required, and editors show what they have when they are left out.
import type { Default } from '../default.ts';
import { isMapping } from '../fill.ts';
import type { JsonSchema } from './json.ts';

/** The schema of the document with the defaults of fields below `spec`. */
export function withDefaults(document: JsonSchema, defaults: readonly Default[]): JsonSchema {
  const filled = structuredClone(document);
  for (const one of defaults) put(filled.properties?.['spec'], one.field.split('.'), one.value);
  // Derived by the loader, so without an entry in the table.
  put(filled.properties?.['spec'], ['behaviors[]', 'imageSize'], undefined);
  return filled;
}

interface Mutable {
  properties?: Record<string, Mutable>;
  required?: string[];
  items?: Mutable;
  default?: unknown;
}

function put(node: JsonSchema | Mutable | undefined, parts: readonly string[], value: unknown): void {
  const [part, ...rest] = parts;
  const { properties, required } = (node ?? {}) as Mutable;
  const list = part.endsWith('[]');
  const key = part.replace(/(\[\]|\?)$/, '');
  const below = properties?.[key];
  if (node === undefined || below === undefined) return;
  const left = (required ?? []).filter((name) => name !== key);
  if (left.length > 0) (node as Mutable).required = left;
  else delete (node as Mutable).required;
  if (rest.length > 0) put(list ? below.items : below, rest, value);
  else if (value !== undefined && !isEmpty(value)) below.default = value;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isMapping(value) && Object.keys(value).length === 0;
}
