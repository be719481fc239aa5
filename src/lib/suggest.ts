// The nearest valid name for a mistyped one.
import { closest, distance } from 'fastest-levenshtein';

/** `(did you mean "x"?)` when some valid name is near, else the empty string. */
export function didYouMean(name: string, valid: readonly string[]): string {
  const nearest = nearestName(name, valid);
  return nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
}

/** The valid name within a third of the typed name's length (at least two edits, letters' case ignored), if any. */
export function nearestName(name: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const lower = valid.map((word) => word.toLowerCase());
  const found = closest(name.toLowerCase(), lower);
  const limit = Math.max(2, Math.floor(name.length / 3));
  return distance(name.toLowerCase(), found) <= limit ? valid[lower.indexOf(found)] : undefined;
}
