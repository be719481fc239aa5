// One document of the input while it is being loaded: its value with overrides applied, and the place of each path.
import type { Place } from '../lib/errors.ts';
import { formatPath } from '../lib/path.ts';
import type { Path, PathKey } from '../lib/path.ts';
import { isMapping } from './fill.ts';
import type { YamlDocument } from './yaml.ts';

export class InputDocument {
  /** The raw value, overrides included. Never changed in place: parts may be shared by aliases. */
  value: unknown;
  private readonly origin: YamlDocument | Place;
  /** Where in the YAML document this one begins: `items[3]` in a List. */
  private readonly prefix: Path;
  private readonly overridden: { readonly path: Path; readonly by: string }[] = [];

  constructor(origin: YamlDocument | Place, value: unknown, prefix: Path = []) {
    this.origin = origin;
    this.value = value;
    this.prefix = prefix;
  }

  get file(): string {
    return this.place([]).file ?? '';
  }

  /** The place of a path or of its nearest parent. What an override set is at that override. */
  place(path: Path, atKey = false): Place {
    const override = this.overridden.findLast((one) => isPrefix(one.path, path));
    if (override !== undefined) return { file: override.by };
    return 'source' in this.origin ? this.origin.place([...this.prefix, ...path], atKey) : this.origin;
  }

  /** The path as a user reads it: with `items[3]` where the document is part of a List. */
  pathText(path: Path): string {
    return formatPath([...this.prefix, ...path]);
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
