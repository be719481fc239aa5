// The text of a quantity → a decimal: which texts are accepted, how much is kept exactly, and when the text itself is canonical.
import { fitsInt64, MAX_INT64 } from './int64.ts';
import type { QuantityFormat } from './quantity-decimal.ts';

export interface ReadQuantity {
  readonly coefficient: bigint;
  readonly exponent: number;
  readonly small: boolean;
  readonly format: QuantityFormat;
  readonly text?: string;
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";
const WRONG_NUMBER = 'unable to parse numeric part of quantity';
// A built-in limit: arithmetic on more digits than this would only waste time.
const MOST_CHARACTERS = 1000;
const TOO_LONG = `quantities must be no longer than ${MOST_CHARACTERS} characters`;

const SHAPE = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const EXPONENT = /^[eE][-+]?[0-9]+$/;

const NANO = -9;
// 18 decimal digits always fit an int64; of a binary quantity 15 digits are taken to be safe.
const SMALL_DIGITS = 18;
const SMALL_BINARY_DIGITS = 15;

interface Suffix {
  readonly format: QuantityFormat;
  /** Power of ten, or of two for BinarySI. */
  readonly power: number;
}

const SUFFIXES: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ...['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index): [string, Suffix] => [
    suffix,
    { format: 'DecimalSI', power: NANO + 3 * index },
  ]),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index): [string, Suffix] => [
    suffix,
    { format: 'BinarySI', power: 10 * (index + 1) },
  ]),
]);

/** Reads a quantity; a string is Kubernetes' error message. */
export function readQuantity(text: string): ReadQuantity | string {
  if (text.length > MOST_CHARACTERS) return TOO_LONG;
  const match = text === '' ? null : SHAPE.exec(text);
  if (match === null) return WRONG_FORMAT;
  const [, sign = '', integer = '', fraction = '', suffixText = ''] = match;
  const suffix = SUFFIXES.get(suffixText) ?? exponentSuffix(suffixText);
  if (suffix === undefined) return WRONG_SUFFIX;
  const digits = (integer === '' ? '0' : integer) + fraction;
  const negative = sign === '-';
  const small = readSmall(text, digits, fraction.length, negative, suffix);
  if (small !== undefined) return small;
  // Without any digit, as in `Ki`, the number is zero on the short path above and none on the long one.
  const hasDigit = /[0-9]/.test(text.slice(0, text.length - suffixText.length));
  return hasDigit ? readLarge(digits, fraction.length, negative, suffix) : WRONG_NUMBER;
}

function exponentSuffix(text: string): Suffix | undefined {
  if (!EXPONENT.test(text)) return undefined;
  // Go parses an int64 and keeps its low 32 bits.
  const parsed = BigInt(text.slice(1).replace('+', ''));
  return fitsInt64(parsed) ? { format: 'DecimalExponent', power: Number(BigInt.asIntN(32, parsed)) } : undefined;
}

function readSmall(
  text: string,
  digits: string,
  places: number,
  negative: boolean,
  { format, power }: Suffix,
): ReadQuantity | undefined {
  const binary = format === 'BinarySI';
  if (binary && places > 0) return undefined;
  const room = binary
    ? SMALL_BINARY_DIGITS - digits.length - Math.trunc(Math.fround((power * 3) / 10)) - 1
    : SMALL_DIGITS - digits.length;
  const exponent = (binary ? 0 : power) - places;
  if (room < 0 || exponent < NANO) return undefined;
  const magnitude = binary ? BigInt(digits) << BigInt(power) : BigInt(digits);
  if (!fitsInt64(magnitude)) return undefined;
  const coefficient = negative ? -magnitude : magnitude;
  // apimachinery's quick test that no larger suffix fits; it errs on the side of printing again.
  const mayShorten = binary ? Number(digits) % 8 === 0 : digits.endsWith('000');
  const canonical = exponent % 3 === 0 && !digits.startsWith('0') && !mayShorten;
  return { coefficient, exponent, small: true, format, ...(canonical ? { text } : {}) };
}

function readLarge(digits: string, places: number, negative: boolean, { format, power }: Suffix): ReadQuantity {
  const binary = format === 'BinarySI';
  let magnitude = roundUpToNano(
    binary ? BigInt(digits) << BigInt(power) : BigInt(digits),
    (binary ? 0 : power) - places,
  );
  let shown = format;
  if (binary) {
    if (magnitude.coefficient > MAX_INT64 * 10n ** BigInt(-magnitude.exponent)) {
      magnitude = { coefficient: MAX_INT64, exponent: 0 };
    }
    const isFraction = magnitude.coefficient > 0n && magnitude.coefficient < 10n ** BigInt(-magnitude.exponent);
    if (isFraction) shown = 'DecimalSI';
  }
  const coefficient = negative ? -magnitude.coefficient : magnitude.coefficient;
  return { coefficient, exponent: magnitude.exponent, small: false, format: shown };
}

// Kubernetes holds such a decimal in nanos and never rounds a request down to nothing.
function roundUpToNano(coefficient: bigint, exponent: number): { coefficient: bigint; exponent: number } {
  if (coefficient === 0n) return { coefficient, exponent: Math.min(exponent, 0) };
  const shift = exponent - NANO;
  if (shift > 5000) return { coefficient, exponent };
  if (shift >= 0) return { coefficient: coefficient * 10n ** BigInt(shift), exponent: NANO };
  if (-shift > coefficient.toString().length) return { coefficient: 1n, exponent: NANO };
  const divisor = 10n ** BigInt(-shift);
  return { coefficient: (coefficient + divisor - 1n) / divisor, exponent: NANO };
}
