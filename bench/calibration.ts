// A loop whose cost says how fast this machine is just now: other costs are given as multiples of one of its steps.
const table = new Int32Array(1 << 16);

/** Arithmetic on ints and reads and writes all over a table that fits the second-level cache, as a simulation does them. */
function calibrationLoop(): number {
  const steps = 4e6;
  let x = 1;
  for (let step = 0; step < steps; step += 1) {
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + step;
    x ^= table[x & 0xffff];
    table[(x >>> 8) & 0xffff] = x;
  }
  return steps;
}

/** CPU nanoseconds per unit of work, the best of three: what else runs on the machine only adds. */
export function cost(units: () => number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const start = process.cpuUsage();
    const done = units();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, ((user + system) * 1000) / done);
  }
  return best;
}

/** CPU nanoseconds of one step of the loop. */
export function calibrate(): number {
  calibrationLoop();
  return cost(calibrationLoop);
}
