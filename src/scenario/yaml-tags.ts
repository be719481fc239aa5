// What a YAML scalar means: kubectl's reading of plain scalars, and the few tags that manifests use.
import { mergeTag, NOT_RESOLVED, SCALAR_STYLE } from 'js-yaml';
import type { ScalarStyle, ScalarTagDefinition, TagDefinition } from 'js-yaml';
import { KUBERNETES_SCHEMA } from '../lib/yaml-scalars.ts';

const PREFIX = 'tag:yaml.org,2002:';
const implicit = KUBERNETES_SCHEMA.tags.filter(isPlainScalar);
const explicit = new Map(implicit.map((tag) => [`!!${tag.tagName.slice(PREFIX.length)}`, tag]));
const byFirst = new Map<string, readonly ScalarTagDefinition[]>();

function isPlainScalar(tag: TagDefinition): tag is ScalarTagDefinition {
  return tag.nodeKind === 'scalar' && tag.implicit && tag.tagName !== mergeTag.tagName;
}

/** The value of a scalar; undefined when it does not fit its tag, or the tag is unknown. */
export function resolveScalar(text: string, style: ScalarStyle, tag: string | undefined): unknown {
  if (tag === '!!str' || tag === '!' || tag === '!!timestamp') return text;
  if (tag !== undefined) {
    const definition = explicit.get(tag);
    const value = definition?.resolve(text, true, definition.tagName) ?? NOT_RESOLVED;
    if (tag === '!!null' && value !== NOT_RESOLVED) return null;
    return value === NOT_RESOLVED ? undefined : value;
  }
  if (style !== SCALAR_STYLE.PLAIN) return text;
  for (const definition of candidates(text.charAt(0))) {
    const value = definition.resolve(text, false, definition.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

/** A mapping's key as text, as kubectl turns YAML into JSON: `8080` and `on` become "8080" and "true". */
export function keyText(text: string, style: ScalarStyle, tag: string | undefined): string | undefined {
  const value = resolveScalar(text, style, tag);
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function candidates(first: string): readonly ScalarTagDefinition[] {
  let found = byFirst.get(first);
  if (found === undefined) {
    found = implicit.filter((tag) => tag.implicitFirstChars === null || tag.implicitFirstChars.includes(first));
    byFirst.set(first, found);
  }
  return found;
}
