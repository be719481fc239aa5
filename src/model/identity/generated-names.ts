// Names that the API server generates: a base and five letters (apimachinery util/rand; apiserver storage/names).
import { mix, NAME_LETTERS } from '../names.ts';
import type { ObjectRow } from '../rows.ts';

const LETTERS = 5;
const SUFFIXES = 27 ** LETTERS;
/** A name has at most 63 letters: longer bases are cut. */
const LONGEST_BASE = 63 - LETTERS;

/** What the names of an owner's pods begin with. */
export function baseOf(owner: string): string {
  return `${owner}-`.slice(0, LONGEST_BASE);
}

/** The number of a suffix: distinct for distinct ordinals of one owner, below 27^5. */
export function suffixNumber(owner: ObjectRow, ordinal: number): number {
  // An affine step with an odd multiplier coprime to 27^5, then the owner's offset.
  return (ordinal * 4_826_809 + (mix(owner, 7, 11) % SUFFIXES)) % SUFFIXES;
}

/** The five letters of a suffix's number. */
export function suffixLetters(number: number): string {
  let value = number;
  let suffix = '';
  for (let i = 0; i < LETTERS; i += 1) {
    suffix += NAME_LETTERS[value % 27];
    value = Math.floor(value / 27);
  }
  return suffix;
}

/** A name as base and number of the suffix; -1 and the whole name for one that cannot have been generated. */
export function splitName(name: string): { readonly base: string; readonly suffix: number } {
  if (name.length <= LETTERS) return { base: name, suffix: -1 };
  let number = 0;
  for (let i = name.length - 1; i >= name.length - LETTERS; i -= 1) {
    const digit = NAME_LETTERS.indexOf(name[i]);
    if (digit < 0) return { base: name, suffix: -1 };
    number = number * 27 + digit;
  }
  return { base: name.slice(0, -LETTERS), suffix: number };
}
