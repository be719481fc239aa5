// Hot dialect: every distribution of a simulation in one table, drawn by a switch on its type code.
import { assert, unreachable } from '../lib/assert.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import { exp, log } from './elementary.ts';
import { gamma as gammaFunction } from './gamma.ts';
import type { Random } from './random.ts';

export type { DistributionSpec } from '../lib/distribution.ts';

const CODE = {
  constant: 0,
  uniform: 1,
  exponential: 2,
  gamma: 3,
  hyperexponential: 4,
  lognormal: 5,
  weibull: 6,
  pareto: 7,
  empirical: 8,
  bathtub: 9,
} as const satisfies Record<DistributionSpec['type'], number>;

/** Parameters per distribution, in the order in which `draw` reads them. */
const WIDTH = 4;

/** The distributions of a simulation. Values are in the unit of the specification; those of a scenario are microseconds. */
export class Samplers {
  readonly #specs: DistributionSpec[] = [];
  #codes = new Uint8Array(16);
  #parameters = new Float64Array(16 * WIDTH);
  /** The sorted samples of all empirical distributions, one after the other. */
  #samples = new Float64Array(0);
  /** What others are made of. */
  #parts: Samplers | undefined;

  /** Adds a distribution; its id is for `draw`. Parameters out of range are a bug: the scenario's schema has checked them. */
  add(spec: DistributionSpec): number {
    const id = this.#specs.length;
    this.#specs.push(spec);
    if (id === this.#codes.length) this.#grow();
    this.#codes[id] = CODE[spec.type];
    this.#parameters.set(this.#compile(spec), id * WIDTH);
    return id;
  }

  draw(id: number, random: Random): number {
    const p = this.#parameters;
    const at = id * WIDTH;
    switch (this.#codes[id]) {
      case CODE.constant:
        return p[at];
      case CODE.uniform:
        return p[at] + p[at + 1] * random.uniform();
      case CODE.exponential:
        return p[at] * random.exponential();
      case CODE.gamma:
        return drawGamma(p, at, random);
      case CODE.hyperexponential:
        return (random.uniform() < p[at] ? p[at + 1] : p[at + 2]) * random.exponential();
      case CODE.lognormal:
        return p[at] * exp(p[at + 1] * random.normal());
      case CODE.weibull:
        return p[at] * exp(p[at + 1] * log(random.exponential()));
      case CODE.pareto:
        return p[at] * exp(p[at + 1] * log(1 - p[at + 2] * random.uniform()));
      case CODE.bathtub:
        return this.#drawLeast(p[at], random);
      default:
        return this.#samples[p[at] + random.int(p[at + 1])];
    }
  }

  /** Of three consecutive ones. */
  #drawLeast(first: number, random: Random): number {
    const parts = this.#parts;
    assert(parts !== undefined, 'a bathtub without parts');
    return Math.min(parts.draw(first, random), parts.draw(first + 1, random), parts.draw(first + 2, random));
  }

  /** The mean of the distribution, in closed form where there is one. */
  mean(id: number): number {
    return meanOf(this.spec(id));
  }

  spec(id: number): DistributionSpec {
    const spec = this.#specs[id];
    assert(spec !== undefined, () => `there is no distribution ${id}`);
    return spec;
  }

  #compile(spec: DistributionSpec): readonly number[] {
    const check = (holds: boolean): void => assert(holds, () => `impossible distribution ${JSON.stringify(spec)}`);
    switch (spec.type) {
      case 'constant':
        check(Number.isFinite(spec.value));
        return [spec.value];
      case 'uniform':
        check(spec.max >= spec.min);
        return [spec.min, spec.max - spec.min];
      case 'exponential':
        check(spec.mean >= 0);
        return [spec.mean];
      case 'gamma': {
        check(spec.shape > 0 && spec.mean >= 0);
        // A shape below 1 is drawn as shape + 1, times a power of a uniform number.
        const d = (spec.shape < 1 ? spec.shape + 1 : spec.shape) - 1 / 3;
        return [d, 1 / Math.sqrt(9 * d), spec.mean / spec.shape, spec.shape < 1 ? 1 / spec.shape : 0];
      }
      case 'hyperexponential': {
        check(spec.scv >= 1 && spec.mean >= 0);
        // Balanced means: either branch contributes half of the mean.
        const p = (1 + Math.sqrt((spec.scv - 1) / (spec.scv + 1))) / 2;
        return [p, spec.mean / (2 * p), p === 1 ? 0 : spec.mean / (2 * (1 - p))];
      }
      case 'lognormal':
        check(spec.median >= 0 && spec.sigma >= 0);
        return [spec.median, spec.sigma];
      case 'weibull':
        check(spec.shape > 0 && spec.scale >= 0);
        return [spec.scale, 1 / spec.shape];
      case 'pareto':
        check(spec.shape > 0 && spec.min > 0 && spec.max > spec.min);
        return [spec.min, -1 / spec.shape, 1 - exp(spec.shape * log(spec.min / spec.max))];
      case 'bathtub': {
        this.#parts ??= new Samplers();
        const first = this.#parts.add({ type: 'weibull', ...spec.infant });
        this.#parts.add({ type: 'exponential', mean: spec.steady });
        this.#parts.add({ type: 'weibull', ...spec.wearOut });
        return [first];
      }
      case 'empirical': {
        check(spec.values.length > 0 && spec.values.every(Number.isFinite));
        const start = this.#samples.length;
        const samples = new Float64Array(start + spec.values.length);
        samples.set(this.#samples);
        samples.set(Float64Array.from(spec.values).sort(), start);
        this.#samples = samples;
        return [start, spec.values.length];
      }
      default:
        return unreachable(spec);
    }
  }

  #grow(): void {
    const codes = new Uint8Array(2 * this.#codes.length);
    codes.set(this.#codes);
    this.#codes = codes;
    const parameters = new Float64Array(codes.length * WIDTH);
    parameters.set(this.#parameters);
    this.#parameters = parameters;
  }
}

/** The integral of the survival function, by Simpson's rule over u with t = end · u^power, which is smooth where infants die. */
function bathtubMean({ infant, steady, wearOut }: Extract<DistributionSpec, { readonly type: 'bathtub' }>): number {
  const power = (base: number, exponent: number): number => (base <= 0 ? 0 : exp(exponent * log(base)));
  // Hardly anybody (e^-40) lives longer.
  const end = Math.min(40 * steady, wearOut.scale * power(40, 1 / wearOut.shape));
  const bend = Math.ceil(1 / infant.shape) + 1;
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i <= steps; i += 1) {
    const u = i / steps;
    const t = end * power(u, bend);
    const alive = exp(-power(t / infant.scale, infant.shape) - t / steady - power(t / wearOut.scale, wearOut.shape));
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * alive * bend * power(u, bend - 1);
  }
  return (sum * end) / (3 * steps);
}

/** Marsaglia and Tsang, ACM TOMS 26(3), 2000. */
function drawGamma(p: Float64Array, at: number, random: Random): number {
  const d = p[at];
  const c = p[at + 1];
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    const u = random.uniform();
    const square = x * x;
    if (u < 1 - 0.0331 * square * square || log(u) < 0.5 * square + d * (1 - v + log(v))) {
      const value = d * v * p[at + 2];
      return p[at + 3] === 0 ? value : value * exp(-random.exponential() * p[at + 3]);
    }
  }
}

function meanOf(spec: DistributionSpec): number {
  switch (spec.type) {
    case 'constant':
      return spec.value;
    case 'uniform':
      return (spec.min + spec.max) / 2;
    case 'exponential':
    case 'gamma':
    case 'hyperexponential':
      return spec.mean;
    case 'lognormal':
      return spec.median * exp((spec.sigma * spec.sigma) / 2);
    case 'weibull':
      return spec.scale * gammaFunction(1 + 1 / spec.shape);
    case 'bathtub':
      return bathtubMean(spec);
    case 'pareto': {
      const { shape, min, max } = spec;
      const ratio = min / max;
      // At shape 1 the general form is 0/0.
      if (Math.abs(shape - 1) < 1e-6) return (min * log(max / min)) / (1 - ratio);
      const tail = exp(shape * log(ratio));
      return ((shape * min) / (shape - 1)) * ((1 - tail / ratio) / (1 - tail));
    }
    case 'empirical':
      return spec.values.reduce((sum, value) => sum + value, 0) / spec.values.length;
    default:
      return unreachable(spec);
  }
}
