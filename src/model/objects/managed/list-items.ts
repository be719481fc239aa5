// Items of lists that merge, by the path element under which each is known.
import { isPlainObject } from '../decode.ts';
import type { Shape } from './shape.ts';

export type ListShape = Extract<Shape, { readonly is: 'set' | 'list' }>;

/** `k:{"name":"a"}`, `v:"x"`; an item without its keys is known by its number. */
export function elementOf(item: unknown, index: number, shape: ListShape): string {
  if (shape.is === 'set') return `v:${JSON.stringify(item)}`;
  if (!isPlainObject(item)) return `i:${index}`;
  const names = [...shape.keys].sort((a, b) => (a.name < b.name ? -1 : 1));
  const entries = names.flatMap(({ name, default: fallback }) => {
    const value = item[name] ?? fallback;
    return value === undefined ? [] : [[name, value] as const];
  });
  return entries.length === 0 ? `i:${index}` : `k:${JSON.stringify(Object.fromEntries(entries))}`;
}

/** The first item of each element. */
export function byElement(list: readonly unknown[], shape: ListShape): Map<string, unknown> {
  const items = new Map<string, unknown>();
  for (const [index, item] of list.entries()) {
    const element = elementOf(item, index, shape);
    if (!items.has(element)) items.set(element, item);
  }
  return items;
}
