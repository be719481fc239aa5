// Hot dialect: samples of the load of nodes, and mean and standard deviation of the last quarter of an hour.

/** Samples every 30 s: 15 minutes, and the 3 minutes over which one of CPU is a rate. */
const KEPT = 30;
const RATE = 6;

export interface Statistics {
  readonly cpu: Float64Array;
  readonly memory: Float64Array;
  readonly cpuDeviation: Float64Array;
  readonly memoryDeviation: Float64Array;
}

/** Samples are arrays by node; NaN where there is none. */
export class WindowOfSamples {
  readonly #rates: Float64Array[] = [];
  readonly #cpu: Float64Array[] = [];
  readonly #memory: Float64Array[] = [];

  add(cpu: Float64Array, memory: Float64Array): void {
    keep(this.#rates, cpu, RATE);
    keep(this.#cpu, moments(this.#rates, cpu.length).mean, KEPT);
    keep(this.#memory, memory, KEPT);
  }

  statistics(): Statistics {
    const nodes = this.#cpu.at(-1)?.length ?? 0;
    const cpu = moments(this.#cpu, nodes);
    const memory = moments(this.#memory, nodes);
    return { cpu: cpu.mean, cpuDeviation: cpu.deviation, memory: memory.mean, memoryDeviation: memory.deviation };
  }
}

function keep(samples: Float64Array[], newest: Float64Array, most: number): void {
  samples.push(newest);
  if (samples.length > most) samples.shift();
}

/** By node: the mean of its samples and the deviation of the population (`stddev_over_time`); NaN for a node that has none now. */
function moments(samples: readonly Float64Array[], nodes: number): { mean: Float64Array; deviation: Float64Array } {
  const mean = new Float64Array(nodes).fill(NaN);
  const deviation = new Float64Array(nodes).fill(NaN);
  const newest = samples.at(-1);
  for (let node = 0; node < nodes; node += 1) {
    if (newest === undefined || Number.isNaN(newest[node])) continue;
    let count = 0;
    let sum = 0;
    for (const sample of samples) {
      if (node >= sample.length || Number.isNaN(sample[node])) continue;
      count += 1;
      sum += sample[node];
    }
    mean[node] = sum / count;
    let squares = 0;
    for (const sample of samples) {
      if (node >= sample.length || Number.isNaN(sample[node])) continue;
      squares += (sample[node] - mean[node]) * (sample[node] - mean[node]);
    }
    deviation[node] = Math.sqrt(squares / count);
  }
  return { mean, deviation };
}
