// What a YAML scalar means: kubectl's reading of plain scalars, and what go-yaml makes of tags.
import { mergeTag, NOT_RESOLVED, SCALAR_STYLE } from 'js-yaml';
import type { ScalarStyle, ScalarTagDefinition, TagDefinition } from 'js-yaml';
import { KUBERNETES_SCHEMA } from '../lib/yaml-scalars.ts';

const PREFIX = 'tag:yaml.org,2002:';
const implicit = KUBERNETES_SCHEMA.tags.filter(isPlainScalar);
const explicit = new Map(implicit.map((tag) => [`!!${tag.tagName.slice(PREFIX.length)}`, tag]));
const TEXTS: ReadonlySet<string> = new Set(['!!str', '!!timestamp']);
const BINARY = '!!binary';
const byFirst = new Map<string, readonly ScalarTagDefinition[]>();

function isPlainScalar(tag: TagDefinition): tag is ScalarTagDefinition {
  return tag.nodeKind === 'scalar' && tag.implicit && tag.tagName !== mergeTag.tagName;
}

/** `!!str` for the same in full, `!<tag:yaml.org,2002:str>`; any other tag itself. */
export function shortTag(tag: string): string {
  return tag.startsWith(`!<${PREFIX}`) ? `!!${tag.slice(PREFIX.length + 2, -1)}` : tag;
}

/** Whether go-yaml knows what a scalar with this tag is; of any other it takes the text. */
export function isKnownTag(tag: string): boolean {
  return tag === '!' || TEXTS.has(tag) || tag === BINARY || explicit.has(tag);
}

/** The value of a scalar; undefined when it does not fit its tag. */
export function resolveScalar(text: string, style: ScalarStyle, tag: string | undefined): unknown {
  // libyaml forgets the tag `!`, and the quotes with it.
  if (tag === undefined || tag === '!') return style === SCALAR_STYLE.PLAIN || tag === '!' ? resolvePlain(text) : text;
  if (tag === BINARY) return decodeBase64(text);
  const definition = explicit.get(tag);
  if (definition === undefined) return text;
  const value = definition.resolve(text, true, definition.tagName);
  return value === NOT_RESOLVED ? undefined : value;
}

function resolvePlain(text: string): unknown {
  for (const definition of candidates(text.charAt(0))) {
    const value = definition.resolve(text, false, definition.tagName);
    if (value !== NOT_RESOLVED) return value;
  }
  return text;
}

/** Undefined for what is no base64 with its padding. */
function decodeBase64(text: string): string | undefined {
  const digits = text.replaceAll(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(digits)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(atob(digits), (one) => one.charCodeAt(0)));
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
