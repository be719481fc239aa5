// The price expander: what nodes cost by what the pods on them are worth, and how well their size suits that of the cluster.
import { exp } from '../../engine/elementary.ts';
import { type Expander, type ExpansionOption, withLeast } from './expander.ts';

/** What a pod is worth an hour. */
const CPU_PRICE = 0.03;
const GIB_PRICE = 0.004;
const STABILIZATION = worth(500, 500 * 2 ** 20);
/** A group that has to be made first must be so much better. */
const NOT_EXISTING = 2;
/** GPUs are for those who ask for them. */
const GPU_UNFITNESS = 1000;
const GPU = 'nvidia.com/gpu';

export const price: Expander = (options, { clusterNodes }) => {
  const preferredCpuMilli = preferredCpu(clusterNodes);
  return withLeast(options, (option) => score(option, preferredCpuMilli));
};

function score({ pods, nodeCount, capacity, hourlyCost, exists }: ExpansionOption, preferredCpuMilli: number): number {
  let podPrice = 0;
  for (const { podClass } of pods) podPrice += worth(podClass.shape.cpuMilli, podClass.shape.memoryBytes);
  const ratio = (hourlyCost * nodeCount + STABILIZATION) / (podPrice + STABILIZATION);
  const cpu = capacity.cpu ?? 0;
  const unfitness = Math.max(preferredCpuMilli / cpu, cpu / preferredCpuMilli);
  // With many nodes their size matters less.
  const suppressed =
    capacity[GPU] === undefined ? (unfitness - 1) * (1 - tanh((nodeCount - 1) / 15)) + 1 : GPU_UNFITNESS;
  return suppressed * ratio * (exists ? 1 : NOT_EXISTING);
}

function worth(cpuMilli: number, memoryBytes: number): number {
  return (cpuMilli / 1000) * CPU_PRICE + (memoryBytes / 2 ** 30) * GIB_PRICE;
}

/** The size of nodes doubles with every tripling of the cluster. */
function preferredCpu(nodes: number): number {
  const sizes: readonly (readonly [number, number])[] = [
    [2, 1000],
    [6, 2000],
    [20, 4000],
    [60, 8000],
    [200, 16_000],
  ];
  return sizes.find(([most]) => nodes <= most)?.[1] ?? 32_000;
}

/** Of numbers that are not negative. */
function tanh(x: number): number {
  const power = exp(-2 * x);
  return (1 - power) / (1 + power);
}
