// Closed networks and retrials: what is known of users who wait for answers. The unit of time is the mean service time.
import type { OracleValue } from './oracle.ts';

/** Of a queue whose customers come from so many users, each of whom thinks for a mean of Z after an answer. */
export interface FiniteSource {
  /** Chance of n users in the system, by n. */
  readonly p: readonly number[];
  readonly throughput: number;
  readonly inSystem: number;
  /** Mean time in system. */
  readonly mean: number;
}

/** M/M/c//N, the machine repair model: births (N - n) / Z, deaths min(n, c). Gross et al., Fundamentals of Queueing Theory, 2.8. */
export function finiteSource(users: number, c: number, thinkTime: number): FiniteSource {
  const weights = [1];
  for (let n = 1; n <= users; n += 1) weights.push((weights[n - 1] * (users - n + 1)) / thinkTime / Math.min(n, c));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const p = weights.map((weight) => weight / total);
  const throughput = p.reduce((sum, chance, n) => sum + chance * Math.min(n, c), 0);
  const inSystem = p.reduce((sum, chance, n) => sum + chance * n, 0);
  return { p, throughput, inSystem, mean: inSystem / throughput };
}

/** Of a closed network of single servers (or processors that are shared) with these demands, and of a delay. */
export interface ClosedNetwork {
  /** Turns through the network per unit of time. */
  readonly throughput: number;
  /** Mean time at each station in one turn. */
  readonly times: readonly number[];
}

/** Exact mean value analysis: an arrival finds the network as it is with one user less (Reiser and Lavenberg, JACM 27, 1980). */
export function mva(users: number, thinkTime: number, demands: readonly number[]): ClosedNetwork {
  let queues = demands.map(() => 0);
  let times = demands;
  let throughput = 0;
  for (let n = 1; n <= users; n += 1) {
    times = demands.map((demand, i) => demand * (1 + queues[i]));
    throughput = n / (thinkTime + times.reduce((sum, time) => sum + time, 0));
    queues = times.map((time) => throughput * time);
  }
  return { throughput, times };
}

/** The throughput of the same network by the normalizing constants (Buzen, CACM 16, 1973). */
export function byConvolution(users: number, thinkTime: number, demands: readonly number[]): number {
  // The delay first: Z^n / n!.
  const g = [1];
  for (let n = 1; n <= users; n += 1) g.push((g[n - 1] * thinkTime) / n);
  for (const demand of demands) for (let n = 1; n <= users; n += 1) g[n] += demand * g[n - 1];
  return g[users - 1] / g[users];
}

/** Of a loss system whose rejected customers come again after an exponential time, until they are served. */
export interface Retrial {
  /** How often a customer tries. */
  readonly attempts: number;
  /** The share of time in which all servers are busy. */
  readonly full: number;
  /** Mean number of those who will try again. */
  readonly orbit: number;
}

/**
 * M/M/c/c with retrials at rate `nu` each: a birth-death process of levels (the orbit) with c + 1 phases (busy servers), cut off where nothing
 * is left. From the last level down, π(n) = π(n - 1) R(n) with R(n) = -A0 (A1(n) + R(n + 1) A2(n + 1))⁻¹ (Bright and Taylor 1995).
 * Falin and Templeton, Retrial Queues, 1997.
 */
export function retrial(c: number, load: number, nu: number, levels = 600): Retrial {
  const size = c + 1;
  const phases = Array.from({ length: size }, (_, i) => i);
  /** Rates to the phases of the level below: one of the orbit finds a server. */
  const down = (n: number) => phases.map((i) => phases.map((j) => (j === i + 1 ? n * nu : 0)));
  const within = (n: number, above: boolean) =>
    phases.map((i) => {
      const row = phases.map((j) => (j === i + 1 ? load : j === i - 1 ? i : 0));
      const out = (i < c ? load + n * nu : above ? load : 0) + i;
      row[i] = -out;
      return row;
    });
  let r: number[][] | undefined;
  const ratios: number[][][] = [];
  for (let n = levels; n >= 1; n -= 1) {
    const local = within(n, n < levels);
    if (r !== undefined) add(local, multiply(r, down(n + 1)));
    // Only a full system sends anybody into the orbit: A0 has one entry, in its last row.
    const last = inverse(local)[c].map((value) => -load * value);
    r = phases.map((i) => (i === c ? last : phases.map(() => 0)));
    ratios[n] = r;
  }
  const first = within(0, true);
  if (r !== undefined) add(first, multiply(r, down(1)));
  let level = stationary(first);
  let total = 0;
  let full = 0;
  let orbit = 0;
  for (let n = 0; n <= levels; n += 1) {
    if (n > 0) level = multiply([level], ratios[n])[0];
    const sum = level.reduce((all, one) => all + one, 0);
    total += sum;
    orbit += n * sum;
    full += level[c];
  }
  return { attempts: 1 + (nu * orbit) / total / load, full: full / total, orbit: orbit / total };
}

type Matrix = number[][];

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
}

function add(to: Matrix, other: Matrix): void {
  for (const [i, row] of to.entries()) for (const j of row.keys()) row[j] += other[i][j];
}

function inverse(matrix: Matrix): Matrix {
  const n = matrix.length;
  const wide = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let pivot = 0; pivot < n; pivot += 1) {
    const scale = wide[pivot][pivot];
    wide[pivot] = wide[pivot].map((value) => value / scale);
    for (let i = 0; i < n; i += 1) {
      const factor = wide[i][pivot];
      if (i !== pivot) wide[i] = wide[i].map((value, j) => value - factor * wide[pivot][j]);
    }
  }
  return wide.map((row) => row.slice(n));
}

/** x with x Q = 0 and x₀ = 1. */
function stationary(q: Matrix): number[] {
  const n = q.length;
  // The equations of all columns but the last, for x₁ … x₍n-1₎.
  const system = Array.from({ length: n - 1 }, (_, j) => Array.from({ length: n - 1 }, (_unused, i) => q[i + 1][j]));
  const solved = inverse(system).map((row) => row.reduce((sum, value, j) => sum - value * q[0][j], 0));
  return [1, ...solved];
}

const value = (model: string, params: object, metric: string, truth: number): OracleValue => ({
  model,
  params: JSON.stringify(params),
  metric,
  value: truth,
  error: 0,
});

/** Their values, as those of the tables. */
export function closedNetworks(): OracleValue[] {
  const repair = [
    [10, 1, 9],
    [10, 1, 4],
    [50, 5, 15],
    [200, 1, 250],
  ].flatMap(([N, c, Z]) => {
    const known = finiteSource(N, c, Z);
    const seen = finiteSource(N - 1, c, Z).p.slice(c);
    const figures = {
      W: known.mean,
      thru: known.throughput,
      L: known.inSystem,
      P_empty: known.p[0],
      P_wait: seen.reduce((sum, chance) => sum + chance, 0),
    };
    return Object.entries(figures).map(([metric, truth]) => value('M/M/c//N', { N, c, Z }, metric, truth));
  });
  // A turn has two requests.
  const networks = [
    [10, 8, 1, 1],
    [30, 20, 1, 0.5],
    [20, 4, 0.4, 1],
  ].flatMap(([N, Z, D1, D2]) => {
    const known = mva(N, Z, [D1, D2]);
    const of = (metric: string, truth: number) => value('closed network', { N, Z, D1, D2 }, metric, truth);
    return [of('W', (known.times[0] + known.times[1]) / 2), of('thru', 2 * known.throughput)];
  });
  // Product form: neither the law of the service nor that of the thinking matters.
  const insensitive = ['M', 'D', 'H2_cs4'].flatMap((dist) => {
    const known = finiteSource(20, 1, 15);
    const of = (metric: string, truth: number) => value('M/G/1//N-PS', { N: 20, Z: 15, dist }, metric, truth);
    return [of('W', known.mean), of('thru', known.throughput), of('L', known.inSystem), of('P_empty', known.p[0])];
  });
  const retrials = [
    [1, 0.5, 1],
    [1, 0.7, 0.2],
    [3, 2, 0.5],
    [5, 4, 0.1],
  ].flatMap(([c, a, nu]) => {
    const known = retrial(c, a, nu);
    const of = (metric: string, truth: number) => value('M/M/c/c retrial', { c, a, nu }, metric, truth);
    return [of('E_attempts', known.attempts), of(`P_n_ge_${c}`, known.full)];
  });
  return [...repair, ...networks, ...insensitive, ...retrials];
}
