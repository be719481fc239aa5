// Hot dialect: the node on which the pod adds the least carbon at the moment.
import { tariffScore } from './tariff-score.ts';

/**
 * The carbon intensity of the node's region now (A. James and D. Schien, "A Low Carbon Kubernetes Scheduler", ICT4S 2019), times the power that the pod adds
 * there: between the points of the machine's power curve, at the utilisation by requests without and with the pod. Where no intensities are known the
 * node with the least power wins. The power of an idle machine is drawn anyway, and does not count.
 */
export const lowestCarbon = tariffScore({
  name: 'LowestCarbon',
  summary:
    'The node on which the pod adds the least carbon now: power that it adds there, times the intensity of the region.',
  perHour(tariffs, { shape }, node, { cache }) {
    const capacity = cache.cpuMilli[node];
    const before = capacity === 0 ? 1 : cache.usedCpuMilli[node] / capacity;
    const after = capacity === 0 ? 1 : (cache.usedCpuMilli[node] + shape.cpuMilli) / capacity;
    const wattsBefore = tariffs.watts(node, before);
    const wattsAfter = tariffs.watts(node, after);
    if (wattsBefore === undefined || wattsAfter === undefined) return Infinity;
    return ((wattsAfter - wattsBefore) / 1000) * (tariffs.carbonIntensity(node) ?? 1);
  },
});
