// Decimals behind quantities: comparison, and the canonical number with its suffix.

export type QuantityFormat = 'DecimalSI' | 'DecimalExponent' | 'BinarySI';

/** `coefficient * 10 ** exponent`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const SMALLEST_DECIMAL = -9;

/** -1, 0 or 1. Compares magnitudes by their number of digits first, so far exponents cost nothing. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const signA = signOf(a.coefficient);
  const signB = signOf(b.coefficient);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const digits = magnitude(a) - magnitude(b);
  if (digits !== 0) return digits > 0 ? signA : -signA;
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.coefficient * 10n ** BigInt(a.exponent - exponent);
  const right = b.coefficient * 10n ** BigInt(b.exponent - exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function isWhole({ coefficient, exponent }: Decimal): boolean {
  if (exponent >= 0 || coefficient === 0n) return true;
  const [, trailing] = stripFactor(coefficient, 10n);
  return trailing >= -exponent;
}

/** The number and suffix that Kubernetes prints for a value of this format. */
export function canonicalNumber(decimal: Decimal, format: QuantityFormat): string {
  if (decimal.coefficient === 0n) return '0';
  // Small numbers and fractions are shown in decimal, so that nothing is rounded.
  if (format === 'BinarySI' && isWhole(decimal) && !isBetween1024(decimal)) return binaryNumber(decimal);
  const [stripped, zeros] = stripFactor(decimal.coefficient, 10n);
  const exponent = decimal.exponent + zeros;
  const padding = ((exponent % 3) + 3) % 3;
  return `${stripped * 10n ** BigInt(padding)}${decimalSuffix(exponent - padding, format)}`;
}

function binaryNumber({ coefficient, exponent }: Decimal): string {
  const whole = exponent >= 0 ? coefficient * 10n ** BigInt(exponent) : coefficient / 10n ** BigInt(-exponent);
  const [stripped, power] = stripFactor(whole, 1024n);
  return `${stripped}${BINARY_SUFFIXES[power] ?? ''}`;
}

// apimachinery has no decimal suffix beyond E and then prints none.
function decimalSuffix(exponent: number, format: QuantityFormat): string {
  if (format === 'DecimalExponent') return exponent === 0 ? '' : `e${exponent}`;
  return DECIMAL_SUFFIXES[(exponent - SMALLEST_DECIMAL) / 3] ?? '';
}

function isBetween1024(decimal: Decimal): boolean {
  return (
    compareDecimals(decimal, { coefficient: -1024n, exponent: 0 }) > 0 &&
    compareDecimals(decimal, { coefficient: 1024n, exponent: 0 }) < 0
  );
}

/** The value without its factors of `base`, and how many there were. */
function stripFactor(value: bigint, base: bigint): [bigint, number] {
  let rest = value;
  let count = 0;
  while (rest !== 0n && rest % base === 0n) {
    rest /= base;
    count += 1;
  }
  return [rest, count];
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function magnitude({ coefficient, exponent }: Decimal): number {
  const digits = coefficient.toString().length;
  return exponent + (coefficient < 0n ? digits - 1 : digits);
}
