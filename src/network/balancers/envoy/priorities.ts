// Envoy's priorities: which share of the requests each level of hosts gets by its health, and which levels are in panic.

/** How many hosts of a level there are, and how many of them are healthy. */
export interface Level {
  readonly hosts: number;
  readonly healthy: number;
}

export interface LevelLoad {
  /** Of 100 requests. */
  readonly load: number;
  /** Its requests go to all of its hosts, healthy or not. */
  readonly panic: boolean;
}

/** A level with 1 / 1.4 of its hosts healthy takes all of its load. */
const OVERPROVISIONING = 140;

/** `panicThreshold` in percent of healthy hosts; 0: no panic. */
export function levelLoads(levels: readonly Level[], panicThreshold: number): LevelLoad[] {
  const health = levels.map(({ hosts, healthy }) =>
    hosts === 0 ? 0 : Math.min(100, Math.floor((OVERPROVISIONING * healthy) / hosts)),
  );
  const sum = Math.min(
    100,
    health.reduce((a, b) => a + b, 0),
  );
  const panics = levels.map(
    ({ hosts, healthy }) => sum < 100 && (hosts === 0 || (100 * healthy) / hosts < panicThreshold),
  );
  const total = panics.every((panic) => panic) ? byHosts(levels) : byHealth(health, sum);
  return levels.map((_, i) => ({ load: total[i], panic: panics[i] }));
}

/** The level of a request by its hash; -1 where no level takes any. */
export function levelOf(loads: readonly LevelLoad[], hash: bigint): number {
  const at = Number(hash % 100n) + 1;
  let upTo = 0;
  for (const [level, { load }] of loads.entries()) {
    upTo += load;
    if (at <= upTo) return level;
  }
  return -1;
}

function byHealth(health: readonly number[], sum: number): number[] {
  if (sum === 0) return health.map(() => 0);
  let left = 100;
  const loads = health.map((one) => {
    const load = Math.min(left, Math.floor((one * 100) / sum));
    left -= load;
    return load;
  });
  const first = health.findIndex((one) => one > 0);
  loads[first] += left;
  return loads;
}

function byHosts(levels: readonly Level[]): number[] {
  const all = levels.reduce((sum, { hosts }) => sum + hosts, 0);
  if (all === 0) return levels.map(() => 0);
  let left = 100;
  const loads = levels.map(({ hosts }) => {
    const load = Math.min(left, Math.floor((100 * hosts) / all));
    left -= load;
    return load;
  });
  const first = levels.findIndex(({ hosts }) => hosts > 0);
  loads[first] += left;
  return loads;
}
