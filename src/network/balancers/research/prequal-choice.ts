// Prequal's choice (Wydrowski et al., NSDI 2024): hot servers are those with many requests; of the cold ones the fastest, else the least loaded.

/** What a probe found. */
export interface Probe {
  readonly address: string;
  /** Requests in flight there, and the latency of requests that came at about such a load, µs. */
  readonly inFlight: number;
  readonly latencyUs: number;
  readonly atUs: number;
}

/** Above this quantile of the requests in flight, a server is hot: 2^-0.25. */
const HOT_QUANTILE = 0.8408964152537145;

/** The index of the chosen probe; -1 without any. */
export function prequalChoice(probes: readonly Probe[], quantile = HOT_QUANTILE): number {
  if (probes.length === 0) return -1;
  const sorted = probes.map(({ inFlight }) => inFlight).sort((a, b) => a - b);
  const limit = sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
  let cold = -1;
  let least = 0;
  for (const [i, { inFlight, latencyUs }] of probes.entries()) {
    if (inFlight <= limit && (cold < 0 || latencyUs < probes[cold].latencyUs)) cold = i;
    if (inFlight < probes[least].inFlight) least = i;
  }
  return cold >= 0 ? cold : least;
}
