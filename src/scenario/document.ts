// One document of the input while it is being loaded: its value with overrides applied, and the place of each path.
import type { Place } from '../lib/errors.ts';
import { formatPath } from '../lib/path.ts';
import type { Path, PathKey } from '../lib/path.ts';
import { isMapping } from './fill.ts';

/** Knows where each path of a document was written. */
export interface Locator {
  /** The place of a path or of its nearest parent; `atKey` asks for the key instead of the value. */
  place(path: Path, atKey?: boolean): Place;
}

export class InputDocument implements Locator {
  /** The raw value, overrides included. Never changed in place: parts may be shared by aliases. */
  value: unknown;
  /** An object that was there before the run begins. */
  found = false;
  private readonly locator: Locator;
  /** Where this one begins in `locator`, and in the document as the user sees it: `items[3]` in a List. */
  private readonly prefix: Path;
  private readonly shownPrefix: Path;
  private readonly overridden: { readonly path: Path; readonly by: string }[] = [];

  constructor(locator: Locator, value: unknown, prefix: Path = [], shownPrefix: Path = prefix) {
    this.locator = locator;
    this.value = value;
    this.prefix = prefix;
    this.shownPrefix = shownPrefix;
  }

  /** A part of this document as one of its own. */
  part(path: Path): InputDocument {
    return new InputDocument(this, valueAt(this.value, path), path, [...this.shownPrefix, ...path]);
  }

  place(path: Path, atKey = false): Place {
    const override = this.overridden.findLast((one) => isPrefix(one.path, path));
    if (override !== undefined) return { file: override.by };
    return this.locator.place([...this.prefix, ...path], atKey);
  }

  /** The file that it was written in. */
  get file(): string {
    return this.locator.place([]).file ?? '';
  }

  /** The path as a user reads it. */
  pathText(path: Path): string {
    return formatPath([...this.shownPrefix, ...path]);
  }

  /** Sets one value, making mappings on the way. `by` names the override in messages. */
  set(path: Path, value: unknown, by: string): void {
    this.value = withValue(this.value, path, value);
    this.overridden.push({ path, by });
  }
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === path[index]);
}

function withValue(node: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(node)) {
    const copy: unknown[] = [...node];
    copy[key as number] = withValue(copy[key as number], rest, value);
    return copy;
  }
  const from = isMapping(node) ? node : {};
  return { ...from, [key]: withValue(from[key], rest, value) };
}

/** What is at a path, or undefined. Only own properties count. */
export function valueAt(node: unknown, path: readonly PathKey[]): unknown {
  let at = node;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PathKey, unknown>)[key];
  }
  return at;
}
