// Hot dialect: exponential and normal numbers by the ziggurat method (Marsaglia and Tsang, J. Stat. Software 5(8), 2000).
import { exp, log } from './elementary.ts';

interface Bits {
  u32(): number;
}

const LAYERS = 256;

// The layer comes from the low 8 bits of one word and the abscissa from the whole of a second one, since the original's
// use of one word for both is measurably correlated (Doornik 2005).

/** Where the tail begins, and the area of each layer, for 256 layers. */
const EXPONENTIAL = { edge: 7.69711747013105, area: 3.949659822581572e-3 };
const NORMAL = { edge: 3.6541528853610088, area: 4.928673233974655e-3 };

interface Layers {
  /** Right edges of the layers, from the base's virtual one inwards; the last is 0. */
  readonly x: Float64Array;
  /** The density at each edge. */
  readonly y: Float64Array;
}

function layers(edge: number, area: number, density: (x: number) => number, inverse: (y: number) => number): Layers {
  const x = new Float64Array(LAYERS + 1);
  x[0] = area / density(edge);
  x[1] = edge;
  for (let i = 2; i < LAYERS; i++) x[i] = inverse(area / x[i - 1] + density(x[i - 1]));
  return { x, y: x.map(density) };
}

const exponentials = layers(
  EXPONENTIAL.edge,
  EXPONENTIAL.area,
  (x) => exp(-x),
  (y) => -log(y),
);
const normals = layers(
  NORMAL.edge,
  NORMAL.area,
  (x) => exp(-0.5 * x * x),
  (y) => Math.sqrt(-2 * log(y)),
);

const exponentialX = exponentials.x;
const exponentialY = exponentials.y;
const normalX = normals.x;
const normalY = normals.y;

/** Exponential with mean 1. */
export function exponential(random: Bits): number {
  for (let shift = 0; ; ) {
    const layer = random.u32() & (LAYERS - 1);
    const x = (random.u32() + 0.5) * 2 ** -32 * exponentialX[layer];
    if (x < exponentialX[layer + 1]) return shift + x;
    if (layer === 0) {
      // The tail beyond the edge is the same distribution again.
      shift += EXPONENTIAL.edge;
    } else {
      const y = exponentialY[layer] + uniform(random) * (exponentialY[layer + 1] - exponentialY[layer]);
      if (y < exp(-x)) return shift + x;
    }
  }
}

/** Normal with mean 0 and variance 1. */
export function normal(random: Bits): number {
  for (;;) {
    const word = random.u32();
    const layer = word & (LAYERS - 1);
    const sign = 1 - ((word >>> 7) & 2);
    const x = uniform(random) * normalX[layer];
    if (x < normalX[layer + 1]) return sign * x;
    if (layer === 0) return sign * tail(random);
    const y = normalY[layer] + uniform(random) * (normalY[layer + 1] - normalY[layer]);
    if (y < exp(-0.5 * x * x)) return sign * x;
  }
}

/** The normal's tail beyond the edge (Marsaglia 1964). */
function tail(random: Bits): number {
  for (;;) {
    const x = -log(uniform(random)) / NORMAL.edge;
    const y = -log(uniform(random));
    if (2 * y > x * x) return NORMAL.edge + x;
  }
}

function uniform(random: Bits): number {
  return (random.u32() + 0.5) * 2 ** -32;
}
