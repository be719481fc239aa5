// Arguments of analyses: `{{args.name}}` in the texts of a metric.
import type { Argument } from './metric.ts';

const PLACE = /\{\{([^{}]*)\}\}/g;

/** A copy of the value in which each place has its argument's value. Throws an UnresolvedArgument. */
export function withArguments<T>(value: T, args: readonly Argument[]): T {
  const values = new Map(args.map(({ name, value: given }) => [`args.${name}`, given]));
  return replaced(value, (place) => {
    const given = values.get(place.trim());
    if (given === undefined) throw new UnresolvedArgument(`failed to resolve {{${place}}}`);
    return given;
  }) as T;
}

/** An argument that has no value. */
export class UnresolvedArgument extends Error {
  override readonly name = 'UnresolvedArgument';
}

/** The text with each place filled by what `fill` gives for what is between the brackets. */
export function filledText(text: string, fill: (place: string) => string): string {
  return text.replace(PLACE, (_all, place: string) => fill(place));
}

function replaced(value: unknown, fill: (place: string) => string): unknown {
  if (typeof value === 'string') return filledText(value, fill);
  if (Array.isArray(value)) return value.map((item) => replaced(item, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, fill)]));
}

/** The arguments of a template with the values that a caller gives; those that the template does not know are left out. */
export function mergedArguments(
  given: readonly Argument[],
  declared: readonly Argument[],
): readonly Argument[] | { readonly problem: string } {
  const values = new Map(given.map((one) => [one.name, one]));
  const merged = declared.map((one): Argument => {
    const other = values.get(one.name);
    if (other?.value !== undefined) return { ...one, value: other.value };
    return other?.valueFrom === undefined ? one : { ...one, valueFrom: other.valueFrom };
  });
  const missing = merged.find(({ value, valueFrom }) => value === undefined && valueFrom === undefined);
  return missing === undefined ? merged : { problem: `args.${missing.name} was not resolved` };
}
