// Hot dialect: the node on which what the pod requests is cheapest at the moment.
import { tariffScore } from './tariff-score.ts';

/**
 * The price of a node per hour, of a spot machine its price now, times the largest share of the node's CPU and memory that the pod requests: what it costs
 * once the node is full (the dominant share of A. Ghodsi et al., "Dominant Resource Fairness", NSDI 2011, as a measure of size).
 */
export const lowestPrice = tariffScore({
  name: 'LowestPrice',
  summary: 'The node on which what the pod requests costs least now, by the price of the node and its share of it.',
  perHour(tariffs, { shape }, node, { cache }) {
    const cpu = cache.cpuMilli[node] === 0 ? 0 : shape.cpuMilli / cache.cpuMilli[node];
    const memory = cache.memoryBytes[node] === 0 ? 0 : shape.memoryBytes / cache.memoryBytes[node];
    return tariffs.hourlyCost(node) * Math.max(cpu, memory);
  },
});
