// Closed forms of queueing theory. The unit of time is the mean service time.

/** What is known of a queue: means, and how likely a time in system exceeds t. */
export interface Queue {
  /** Mean time in system of those that are served. */
  readonly mean: number;
  /** P(time in system > t). */
  tail(t: number): number;
  /** Chance that an arrival is turned away. */
  readonly blocking: number;
}

/** The t with tail(t) = 1 - q, by bisection. */
export function quantile(queue: Pick<Queue, 'tail'>, q: number): number {
  let low = 0;
  let high = 1;
  while (queue.tail(high) > 1 - q) high *= 2;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (queue.tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
  return high;
}

/** Gross et al., Fundamentals of Queueing Theory, 2.2: the time in system is exponential. */
export function mm1(rho: number): Queue {
  return { mean: 1 / (1 - rho), tail: (t) => Math.exp(-(1 - rho) * t), blocking: 0 };
}

/** Gross et al., 2.3. Erlang's C from B by B(k) = a B(k-1) / (k + a B(k-1)); P(wait > t) = C e^{-(c-a)t}. */
export function mmc(c: number, rho: number): Queue & { readonly wait: number } {
  const a = c * rho;
  let b = 1;
  for (let k = 1; k <= c; k += 1) b = (a * b) / (k + a * b);
  const wait = b / (1 - rho + rho * b);
  const theta = c - a;
  // Wait and service are independent; given a wait, it is exponential with rate theta.
  const tail = (t: number): number => {
    const both = theta === 1 ? (1 + t) * Math.exp(-t) : (theta * Math.exp(-t) - Math.exp(-theta * t)) / (theta - 1);
    return (1 - wait) * Math.exp(-t) + wait * both;
  };
  return { mean: 1 + wait / theta, tail, blocking: 0, wait };
}

/** Gross et al., 2.5: at most K in the system. Needs c > 1. */
export function mmck(c: number, capacity: number, rho: number): Queue {
  const a = c * rho;
  const weights = [1];
  for (let n = 1; n <= capacity; n += 1) weights.push((weights[n - 1] * a) / Math.min(n, c));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const p = weights.map((weight) => weight / total);
  const blocking = p[capacity];
  const inSystem = p.reduce((sum, chance, n) => sum + n * chance, 0);
  const tail = (t: number): number => {
    let sum = 0;
    for (let n = 0; n < capacity; n += 1) {
      // An arrival that finds n >= c waits for n - c + 1 departures at rate c, then for its own service.
      const stages = n - c + 1;
      const after = (c / (c - 1)) ** stages * Math.exp(-t) * (1 - erlangTail(stages, (c - 1) * t));
      sum += (p[n] / (1 - blocking)) * (stages <= 0 ? Math.exp(-t) : erlangTail(stages, c * t) + after);
    }
    return sum;
  };
  return { mean: inSystem / (a * (1 - blocking)), tail, blocking };
}

/** P(a sum of k exponentials of mean 1 > x). */
function erlangTail(k: number, x: number): number {
  let term = Math.exp(-x);
  let sum = 0;
  for (let i = 0; i < k; i += 1) {
    sum += term;
    term *= x / (i + 1);
  }
  return sum;
}

/**
 * The distribution of the wait by Franx, Operations Research Letters 29 (2001): for k - 1 <= t < k,
 * P(wait <= t) = e^{-u} Σ_{j<k} Q(k-1-j) u^j / j! with u = rho (k - t) and Q(m) = P(at most m wait). Erlang's series of 1909 says
 * the same, but its terms cancel. The mean is by Pollaczek and Khinchin.
 */
export function md1(rho: number): Queue {
  // P(n in the system), by what crosses from at most n to more during a service and back; no term is negative.
  const more = (k: number): number => 1 - erlangTail(k + 1, rho);
  const p = [1 - rho];
  const next = (): void => {
    const n = p.length - 1;
    const up = p.reduce((sum, chance, i) => sum + chance * more(i === 0 ? n : n - i + 1), 0);
    p.push(up * Math.exp(rho));
  };
  const atMostWait = (m: number): number => {
    while (p.length < m + 2) next();
    return p.slice(0, m + 2).reduce((sum, chance) => sum + chance, 0);
  };
  const waitTail = (t: number): number => {
    if (t < 0) return 1;
    const k = Math.floor(t) + 1;
    const u = rho * (k - t);
    let term = Math.exp(-u);
    let sum = 0;
    for (let j = 0; j < k; j += 1) {
      sum += atMostWait(k - 1 - j) * term;
      term *= u / (j + 1);
    }
    return 1 - sum;
  };
  return { mean: 1 + rho / (1 - rho) / 2, tail: (t) => waitTail(t - 1), blocking: 0 };
}

/** Mean time in system with exponential service and round robin over n servers: each of them is an E_n/M/1 queue. */
export function roundRobinMean(n: number, rho: number): number {
  let s = 0;
  for (let i = 0; i < 10_000; i += 1) s = ((n * rho) / (n * rho + 1 - s)) ** n;
  return 1 / (1 - s);
}
