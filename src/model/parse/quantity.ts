// Kubernetes quantities (`250m`, `1.5Gi`, `3e6`): parsing, canonical text, integer values and arithmetic, exact to apimachinery 0.36.
import { InputError } from '../../lib/errors.ts';
import { canonicalNumber, compareDecimals, isWhole, type Decimal, type QuantityFormat } from './quantity-decimal.ts';
import { fitsInt64, scaleDownInt64, scaledBig, scaleUpInt64, scaleUpInt64Wrapped } from './int64.ts';
import { readQuantity } from './quantity-reader.ts';

const MAX_EXPONENT_GAP = 10_000;

/** An immutable quantity. Like apimachinery's it is an int64 with a scale where that is exact, else an arbitrary decimal; both overflow as there. */
export class Quantity implements Decimal {
  /** The quantity is `coefficient * 10 ** exponent`. */
  readonly coefficient: bigint;
  readonly exponent: number;
  /** Whether the coefficient is held as an int64; decides what happens beyond 2^63. */
  readonly small: boolean;
  readonly format: QuantityFormat;
  /** The text it was read from, where apimachinery keeps that as the canonical one. */
  private readonly text: string | undefined;

  constructor(coefficient: bigint, exponent: number, small: boolean, format: QuantityFormat, text?: string) {
    this.coefficient = coefficient;
    this.exponent = exponent;
    this.small = small;
    this.format = format;
    this.text = text;
  }

  /** In whole units, rounded away from zero, as an int64 with Kubernetes' overflow (`Quantity.Value`). */
  value(): bigint {
    return this.scaledValue(0);
  }

  /** In thousandths, rounded away from zero, as an int64 with Kubernetes' overflow (`Quantity.MilliValue`). */
  milliValue(): bigint {
    return this.scaledValue(-3);
  }

  /** The exact whole value, where the quantity is held as an int64 of whole units (`Quantity.AsInt64`). */
  asInt64(): bigint | undefined {
    if (!this.small || this.exponent < 0) return undefined;
    return scaleUpInt64(this.coefficient, this.exponent);
  }

  /** The nearest double, up to rounding of the last digit (`Quantity.AsApproximateFloat64`). */
  approximate(): number {
    const base = Number(this.coefficient);
    return this.exponent === 0 ? base : base * Number(`1e${this.exponent}`);
  }

  /** How Kubernetes prints it: the text as read where that is canonical, else the largest suffix with a whole number before it. */
  canonical(): string {
    return this.text ?? canonicalNumber(this, this.format);
  }

  /** -1, 0 or 1. */
  sign(): number {
    return this.coefficient < 0n ? -1 : this.coefficient > 0n ? 1 : 0;
  }

  isZero(): boolean {
    return this.coefficient === 0n;
  }

  /** Whether it is a number of whole units. */
  isWhole(): boolean {
    return isWhole(this);
  }

  /** -1, 0 or 1: numeric order, whatever the suffixes. */
  compare(other: Quantity): number {
    return compareDecimals(this, other);
  }

  add(other: Quantity): Quantity {
    return this.combine(other, 1n);
  }

  sub(other: Quantity): Quantity {
    return this.combine(other, -1n);
  }

  private combine(other: Quantity, factor: 1n | -1n): Quantity {
    if (Math.abs(this.exponent - other.exponent) > MAX_EXPONENT_GAP) {
      throw new InputError(`quantities ${this.canonical()} and ${other.canonical()} are too far apart to add`);
    }
    const exponent = Math.min(this.exponent, other.exponent);
    const left = this.coefficient * 10n ** BigInt(this.exponent - exponent);
    const right = other.coefficient * 10n ** BigInt(other.exponent - exponent);
    const sum = left + factor * right;
    const small = this.small && other.small && fitsInt64(sum);
    return new Quantity(sum, exponent, small, this.isZero() ? other.format : this.format);
  }

  private scaledValue(exponent: number): bigint {
    if (!this.small) return scaledBig(this.coefficient, this.exponent - exponent);
    if (this.exponent < exponent) return scaleDownInt64(this.coefficient, exponent - this.exponent);
    return scaleUpInt64Wrapped(this.coefficient, this.exponent - exponent);
  }
}

/** Reads a quantity; numbers are read as YAML writes them. Throws InputError with Kubernetes' message. */
export function parseQuantity(text: string | number): Quantity {
  const result = readQuantity(String(text));
  if (typeof result === 'string') throw new InputError(`${quoted(text)} is not a quantity: ${result}`);
  return new Quantity(result.coefficient, result.exponent, result.small, result.format, result.text);
}

function quoted(text: string | number): string {
  const shown = String(text);
  return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 40)}…` : shown);
}

/** Reads a quantity, or says why it is none, in Kubernetes' words. */
export function tryParseQuantity(text: string | number): { readonly quantity: Quantity } | { readonly error: string } {
  const result = readQuantity(String(text));
  if (typeof result === 'string') return { error: result };
  return { quantity: new Quantity(result.coefficient, result.exponent, result.small, result.format, result.text) };
}

/** CPU in thousandths of a core, rounded up, as the scheduler counts it. */
export function cpuMilli(text: string | number): number {
  return Number(parseQuantity(text).milliValue());
}

/** Bytes or whole pieces, rounded up, as the scheduler counts everything but CPU. Doubles are exact up to 2^53. */
export function wholeUnits(text: string | number): number {
  return Number(parseQuantity(text).value());
}
