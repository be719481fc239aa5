// Hot dialect: Tetris: the node whose free resources point in the direction of the pod's demand.
import { packing } from './room.ts';

/**
 * The alignment score of R. Grandl, G. Ananthanarayanan, S. Kandula, S. Rao and A. Akella, "Multi-Resource Packing for Cluster Schedulers",
 * SIGCOMM 2014, section 3.2: the dot product of the task's demands and the machine's available resources, both as shares of the machine's capacity;
 * the highest wins. Pods come one at a time, in the order of the queue: of the paper's choice among tasks only the choice of the machine is left.
 */
export const tetris = packing({
  name: 'Tetris',
  summary: "The node with the greatest dot product of the pod's demand and the free resources, as shares of the node.",
  score: ({ count, free, demand, weight, weights }) => {
    let product = 0;
    for (let k = 0; k < count; k += 1) product += weight[k] * demand[k] * free[k];
    return (100 * product) / weights;
  },
});
