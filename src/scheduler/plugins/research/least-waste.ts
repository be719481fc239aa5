// Hot dialect: the node of which the smallest share is wasted once the pod is there.
import { packing } from './room.ts';

/**
 * The measure of cluster-autoscaler's expander `least-waste` (cluster-autoscaler/expander/waste/waste.go), for nodes that are there instead of node
 * groups: wasted CPU plus wasted memory, each (capacity − requested) / capacity. The expander divides by capacity; a scheduler knows allocatable.
 */
export const leastWaste = packing({
  name: 'LeastWaste',
  summary: 'The node with the smallest sum of unused shares of its resources once the pod is there.',
  score: ({ count, free, demand, weight, weights }) => {
    let wasted = 0;
    for (let k = 0; k < count; k += 1) wasted += weight[k] * (free[k] - demand[k]);
    return 100 - (100 * wasted) / weights;
  },
});
