// Powers as Go's package math works them out: where a result is truncated or falls into a bucket, the last bit matters.

const LN2_HI = 6.9314718036912381649e-1;
const LN2_LO = 1.90821492927058770002e-10;
/** Coefficients of the rational approximation of e^r. */
const P1 = 1.66666666666666657415e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.6533902205465251539e-6;
const P5 = 4.13813679705723846039e-8;

/** 2 to the power of x, for exponents that neither overflow nor underflow. */
export function exp2(x: number): number {
  const k = x > 0 ? Math.trunc(x + 0.5) : x < 0 ? Math.trunc(x - 0.5) : 0;
  const t = x - k;
  const hi = t * LN2_HI;
  const lo = -t * LN2_LO;
  const r = hi - lo;
  const square = r * r;
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  const y = 1 - (lo - (r * c) / (2 - c) - hi);
  return y * 2 ** k;
}

/** x to the power of a whole number, by squaring. */
export function power(x: number, n: number): number {
  if (n === 0) return 1;
  if (n === 1) return x;
  if (x === Infinity) return n > 0 ? Infinity : 0;
  let [fraction, exponent] = split(x);
  let product = 1;
  let power2 = 0;
  for (let left = Math.abs(n); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      product *= fraction;
      power2 += exponent;
    }
    fraction *= fraction;
    exponent *= 2;
    if (fraction < 0.5) {
      fraction += fraction;
      exponent -= 1;
    }
  }
  return n < 0 ? (1 / product) * 2 ** -power2 : product * 2 ** power2;
}

const bits = new DataView(new ArrayBuffer(8));

/** A normal number above 0 as a fraction from 1/2 on and a power of 2. */
function split(x: number): [fraction: number, exponent: number] {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1022;
  bits.setUint32(0, (high & 0x800fffff) | (1022 << 20));
  return [bits.getFloat64(0), exponent];
}
