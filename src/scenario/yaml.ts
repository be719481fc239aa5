// YAML (and JSON) texts → plain documents in which every path has a line and a column. Hostile texts are refused early.
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import { InputError } from '../lib/errors.ts';
import type { Place, Problem } from '../lib/errors.ts';
import type { Path } from '../lib/path.ts';
import { Source } from './source.ts';
import { isKnownTag, keyText, resolveScalar, shortTag } from './yaml-tags.ts';

const MAX_DEPTH = 64;
const MAX_ALIASES = 10_000;
/** Nodes that aliases and merges may add to those that are written, before anything is expanded. */
const MAX_ALIASED_NODES = 1_000_000;
const REFUSED_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Character offsets of a child: of its key (of the item itself in a list) and of its value. */
interface Span {
  readonly key: number;
  readonly value: number;
}

type Container = Record<string, unknown> | unknown[];

/** Where the children of each mapping and list are. An aliased container has one place: where it is written. */
type Spans = WeakMap<object, Map<string | number, Span>>;

/** What kubectl puts up with: a key twice in one mapping, at its second place, or an unknown tag. `taken` is what counts then. */
export interface Oversight extends Problem {
  readonly taken: string;
}

export class YamlDocument {
  readonly source: Source;
  readonly value: unknown;
  readonly oversights: readonly Oversight[];
  private readonly offset: number;
  private readonly spans: Spans;

  constructor(source: Source, value: unknown, offset: number, spans: Spans, oversights: readonly Oversight[]) {
    this.source = source;
    this.value = value;
    this.oversights = oversights;
    this.offset = offset;
    this.spans = spans;
  }

  /** The place of a path, or of its nearest parent that exists; `atKey` asks for the key instead of the value. */
  place(path: Path, atKey = false): Place {
    let node: unknown = this.value;
    let span: Span = { key: this.offset, value: this.offset };
    for (const [depth, key] of path.entries()) {
      const spans = typeof node === 'object' && node !== null ? this.spans.get(node) : undefined;
      const found = spans?.get(key);
      if (found === undefined) return this.source.place(depth === 0 ? span.value : span.key);
      span = found;
      node = (node as Record<string | number, unknown>)[key];
    }
    return this.source.place(atKey ? span.key : span.value);
  }
}

/** All documents of a text, empty ones left out. Throws an InputError with the place of what is no YAML or beyond a limit. */
export function parseYaml(source: Source): YamlDocument[] {
  try {
    return new Composer(source).compose(parseEvents(source.text, { maxDepth: MAX_DEPTH + 1 }));
  } catch (error) {
    if (error instanceof YAMLException) throw new InputError({ ...markPlace(source, error), message: reason(error) });
    throw error;
  }
}

/** The value of a text that is one YAML node, as on the right of `--set path=value`, no key twice, no unknown tag. Throws an InputError. */
export function parseYamlValue(file: string, text: string): unknown {
  const documents = parseYaml(new Source(file, text));
  const oversights = documents.flatMap((document) => document.oversights);
  if (oversights.length > 0) throw new InputError(oversights);
  if (documents.length > 1) throw new InputError({ file, message: 'expected one value, got several YAML documents' });
  return documents[0]?.value ?? null;
}

function markPlace(source: Source, error: YAMLException): Place {
  if (error.mark === undefined) return { file: source.file };
  return source.place(Math.min(error.mark.position, source.text.length));
}

function reason(error: YAMLException): string {
  if (error.reason.includes('nesting exceeded')) return `nested deeper than ${MAX_DEPTH} levels, which is the limit`;
  return `not valid YAML: ${error.reason}`;
}

interface Frame {
  readonly value: Container;
  readonly spans: Map<string | number, Span>;
  readonly offset: number;
  readonly anchor: string | undefined;
  /** Nodes in it, aliases expanded, itself included. */
  size: number;
  height: number;
  key: string | undefined;
  keyOffset: number;
  keyIsMerge: boolean;
  /** Keys that came by `<<`: an explicit key may replace them. */
  merged: Set<string> | undefined;
}

interface Node {
  readonly value: unknown;
  readonly offset: number;
  readonly size: number;
  readonly height: number;
}

class Composer {
  private readonly source: Source;
  private readonly spans: Spans = new WeakMap();
  private readonly documents: YamlDocument[] = [];
  private oversights: Oversight[] = [];
  private frames: Frame[] = [];
  private anchors = new Map<string, Node | 'open'>();
  private root: Node | undefined;
  private aliases = 0;
  private aliasedNodes = 0;

  constructor(source: Source) {
    this.source = source;
  }

  compose(events: readonly Event[]): YamlDocument[] {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          this.anchors = new Map();
          this.root = undefined;
          this.oversights = [];
          break;
        case EVENT_ID.SCALAR:
          this.scalar(event);
          break;
        case EVENT_ID.SEQUENCE:
        case EVENT_ID.MAPPING:
          this.open(event);
          break;
        case EVENT_ID.ALIAS:
          this.alias(event.anchorStart, event.anchorEnd);
          break;
        case EVENT_ID.POP:
          this.close();
          break;
        default:
          break;
      }
    }
    return this.documents;
  }

  private scalar(event: ScalarEvent): void {
    const text = getScalarValue(this.source.text, event);
    const frame = this.frames.at(-1);
    const offset = scalarOffset(event, this.source.text, frame?.keyOffset ?? 0);
    const tag = this.tag(event.tagStart, event.tagEnd);
    if (tag !== undefined && !isKnownTag(tag)) {
      this.overlook(event.tagStart, `the tag ${tag} is unknown`, 'the value is taken as text');
    }
    if (frame !== undefined && !Array.isArray(frame.value) && frame.key === undefined) {
      this.key(frame, event, text, tag, offset);
      return;
    }
    const value = resolveScalar(text, event.style, tag);
    if (value === undefined) this.fail(offset, `${JSON.stringify(text.slice(0, 40))} does not fit its tag ${tag}`);
    const node = { value, offset, size: 1, height: 0 };
    const anchor = this.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.anchors.set(anchor, node);
    this.add(node);
  }

  private key(frame: Frame, event: ScalarEvent, text: string, tag: string | undefined, offset: number): void {
    const key = keyText(text, event.style, tag);
    if (key === undefined) this.fail(offset, `the key ${JSON.stringify(text.slice(0, 40))} is no text`);
    frame.keyIsMerge = key === '<<' && tag === undefined && event.style === SCALAR_STYLE.PLAIN;
    if (REFUSED_KEYS.has(key)) this.fail(offset, `the key "${key}" is refused`);
    this.noteDuplicate(frame, key, offset);
    const anchor = this.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.anchors.set(anchor, { value: key, offset, size: 1, height: 0 });
    frame.key = key;
    frame.keyOffset = offset;
  }

  private noteDuplicate(frame: Frame, key: string, offset: number): void {
    if (!Object.hasOwn(frame.value, key) || (frame.merged?.has(key) ?? false)) return;
    const first = this.source.place(frame.spans.get(key)?.key ?? 0).line;
    const message = `the key "${key}" is already set in this mapping, on line ${first}`;
    this.overlook(offset, message, 'this one counts');
  }

  private overlook(offset: number, message: string, taken: string): void {
    this.oversights.push({ ...this.source.place(Math.max(0, offset)), message, taken });
  }

  private tag(start: number, end: number): string | undefined {
    const tag = this.slice(start, end);
    return tag === undefined ? undefined : shortTag(tag);
  }

  private open(event: SequenceEvent | MappingEvent): void {
    const parent = this.frames.at(-1);
    if (parent !== undefined && !Array.isArray(parent.value) && parent.key === undefined) {
      this.fail(event.start, 'a mapping or a list cannot be a key');
    }
    const tag = this.tag(event.tagStart, event.tagEnd);
    if (tag !== undefined && tag !== '!' && tag !== (event.type === EVENT_ID.SEQUENCE ? '!!seq' : '!!map')) {
      this.overlook(
        event.tagStart,
        `the tag ${tag} is unknown for ${event.type === EVENT_ID.SEQUENCE ? 'a list' : 'a mapping'}`,
        'it changes nothing',
      );
    }
    const anchor = this.slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.anchors.set(anchor, 'open');
    this.frames.push({
      value: event.type === EVENT_ID.SEQUENCE ? [] : {},
      spans: new Map(),
      offset: event.start,
      anchor,
      size: 1,
      height: 0,
      key: undefined,
      keyOffset: 0,
      keyIsMerge: false,
      merged: undefined,
    });
  }

  private alias(start: number, end: number): void {
    const name = this.source.text.slice(start, end);
    this.aliases += 1;
    if (this.aliases > MAX_ALIASES) this.fail(start, `more than ${MAX_ALIASES} aliases, which is the limit`);
    const frame = this.frames.at(-1);
    const node = this.anchors.get(name);
    if (node === undefined) this.fail(start, `the alias *${name} has no anchor`);
    if (node === 'open') this.fail(start, `the alias *${name} stands inside of what it refers to`);
    this.aliasedNodes += node.size;
    if (this.aliasedNodes > MAX_ALIASED_NODES) {
      this.fail(start, `aliases expand to more than ${MAX_ALIASED_NODES} values, which is the limit`);
    }
    if (frame !== undefined && !Array.isArray(frame.value) && frame.key === undefined) {
      if (typeof node.value !== 'string') this.fail(start, 'an alias used as a key must be text');
      frame.key = node.value;
      frame.keyOffset = start;
      frame.keyIsMerge = false;
      this.noteDuplicate(frame, node.value, start);
      return;
    }
    this.add({ ...node, offset: start });
  }

  private close(): void {
    const frame = this.frames.pop();
    if (frame === undefined) {
      if (this.root !== undefined && this.root.value !== null) {
        this.documents.push(
          new YamlDocument(this.source, this.root.value, this.root.offset, this.spans, this.oversights),
        );
      }
      return;
    }
    this.spans.set(frame.value, frame.spans);
    const node = { value: frame.value, offset: frame.offset, size: frame.size, height: frame.height };
    if (frame.anchor !== undefined) this.anchors.set(frame.anchor, node);
    this.add(node);
  }

  private add(node: Node): void {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      this.root = node;
      return;
    }
    if (Array.isArray(frame.value)) {
      frame.spans.set(frame.value.length, { key: node.offset, value: node.offset });
      frame.value.push(node.value);
    } else {
      const key = frame.key as string;
      frame.key = undefined;
      if (frame.keyIsMerge) this.merge(frame, node);
      else {
        frame.merged?.delete(key);
        frame.spans.set(key, { key: frame.keyOffset, value: node.offset });
        frame.value[key] = node.value;
      }
    }
    frame.size += node.size;
    frame.height = Math.max(frame.height, node.height + 1);
    if (this.frames.length + node.height > MAX_DEPTH) {
      this.fail(node.offset, `nested deeper than ${MAX_DEPTH} levels, which is the limit`);
    }
  }

  private merge(frame: Frame, node: Node): void {
    const from = Array.isArray(node.value) ? node.value : [node.value];
    for (const one of from) {
      if (typeof one !== 'object' || one === null || Array.isArray(one)) {
        this.fail(node.offset, 'a merge (<<) takes a mapping or a list of mappings');
      }
      const spans = this.spans.get(one);
      for (const [key, value] of Object.entries(one)) {
        if (Object.hasOwn(frame.value, key)) continue;
        this.aliasedNodes += 1;
        (frame.value as Record<string, unknown>)[key] = value;
        frame.spans.set(key, spans?.get(key) ?? { key: node.offset, value: node.offset });
        frame.merged ??= new Set();
        frame.merged.add(key);
      }
    }
  }

  private slice(start: number, end: number): string | undefined {
    return start === -1 ? undefined : this.source.text.slice(start, end);
  }

  private fail(offset: number, message: string): never {
    throw new InputError({ ...this.source.place(Math.max(0, offset)), message });
  }
}

/** Where a reader sees the scalar begin: at the quote, or at the `|` of a block (its line's content begins there). */
function scalarOffset(event: ScalarEvent, text: string, ofNothing: number): number {
  if (event.valueStart === -1) return ofNothing;
  const before = text[event.valueStart - 1];
  return before === '"' || before === "'" ? event.valueStart - 1 : event.valueStart;
}
