// Go's int64 arithmetic on bigints where quantities overflow: the same wraps, zeros and roundings as apimachinery.

const MIN_INT64 = -(2n ** 63n);
export const MAX_INT64 = 2n ** 63n - 1n;

// apimachinery multiplies by these powers in one step, and then its overflow check sees the wrapped product.
const ONE_STEP_SCALES = new Set([1, 2, 3, 6, 9]);
// A decimal beyond this many digits to drop takes apimachinery's slow path (10^18 is the last power in an int64).
const MAX_INT64_POWER = 19;

export function fitsInt64(value: bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_INT64;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** `value * 10 ** digits`, or undefined where apimachinery reports an overflow and yields no number. */
export function scaleUpInt64(value: bigint, digits: number): bigint | undefined {
  if (value === 0n) return 0n;
  if (digits > 40) return undefined;
  const product = value * 10n ** BigInt(digits);
  return fitsInt64(product) ? product : undefined;
}

/** As scaleUpInt64, with the wrapped number that apimachinery returns beside its overflow flag. */
export function scaleUpInt64Wrapped(value: bigint, digits: number): bigint {
  const exact = scaleUpInt64(value, digits);
  if (exact !== undefined) return exact;
  return ONE_STEP_SCALES.has(digits) ? wrap(value * 10n ** BigInt(digits)) : 0n;
}

/** `value / 10 ** digits`, rounded away from zero. */
export function scaleDownInt64(value: bigint, digits: number): bigint {
  if (value === 0n) return 0n;
  if (digits > 40) return value > 0n ? 1n : -1n;
  const divisor = 10n ** BigInt(digits);
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

/** `value * 10 ** digits` of an arbitrary decimal as an int64: wraps; adds one wherever a fraction was dropped, even below zero. */
export function scaledBig(value: bigint, digits: number): bigint {
  if (digits === 0) return wrap(value);
  if (digits > 0) return wrap(wrap(value) * goInt64OfPower(digits));
  const drop = -digits;
  if (drop > 5000) return value === 0n ? 0n : value > 0n ? 1n : 0n;
  const divisor = 10n ** BigInt(drop);
  if (value < MAX_INT64 && drop < MAX_INT64_POWER) {
    const narrow = wrap(value);
    return narrow % divisor === 0n ? narrow / divisor : narrow / divisor + 1n;
  }
  const remainder = ((value % divisor) + divisor) % divisor;
  const quotient = (value - remainder) / divisor;
  return wrap(remainder === 0n ? quotient : wrap(quotient) + 1n);
}

// int64(math.Pow10(n)): beyond the range the conversion on amd64 gives the smallest int64.
function goInt64OfPower(digits: number): bigint {
  return digits < MAX_INT64_POWER ? 10n ** BigInt(digits) : MIN_INT64;
}
