// Hot dialect: exp and log from additions, multiplications and divisions alone, so that every machine agrees to the last bit.
// Math.exp and Math.log are the engine's choice and may be compiled with fused multiply-add on some processors.

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;

const real = new Float64Array(1);
const words = new Int32Array(real.buffer);

/**
 * 2^k for every k that `exp` asks for: half of an exponent of a double. A table, since a double that has been put together from
 * two ints is a load that waits for both stores.
 */
const LEAST_POWER = 538;
const powers = Float64Array.from({ length: 2 * LEAST_POWER }, (_, i) => 2 ** (i - LEAST_POWER));

/** e^x for finite x. Remez coefficients and reduction of fdlibm's e_exp.c; error below 1 ulp. */
export function exp(x: number): number {
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // In two steps, since 2^k alone may be too large or too small for a double.
  const half = k >> 1;
  return y * powers[half + LEAST_POWER] * powers[k - half + LEAST_POWER];
}

/** The natural logarithm of a positive finite x. After fdlibm's e_log.c; error below 1 ulp. */
export function log(x: number): number {
  let k = 0;
  real[0] = x;
  if (x < 2.2250738585072014e-308) {
    if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
    real[0] = x * 2 ** 54;
    k = -54;
  }
  let top = words[1];
  k += (top >> 20) - 1023;
  top &= 0x000fffff;
  const carry = (top + 0x95f64) & 0x100000;
  words[1] = top | (carry ^ 0x3ff00000);
  k += carry >> 20;
  const f = real[0] - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const even =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + odd + even) + k * LN2_LOW) - f);
}
