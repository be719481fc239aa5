// The expanders that compare one figure: most pods, least waste, least nodes, and none at all.
import { type Expander, withLeast } from './expander.ts';

export const random: Expander = (options) => options;

export const mostPods: Expander = (options) => withLeast(options, ({ pods }) => -pods.length);

export const leastNodes: Expander = (options) => withLeast(options, ({ nodeCount }) => nodeCount);

/** The sum of the parts of cpu and memory that would stay free, of the capacity of the new nodes. */
export const leastWaste: Expander = (options) =>
  withLeast(options, ({ pods, capacity, nodeCount }) => {
    const wasted = (has: number, wants: number): number => (has * nodeCount - wants) / (has * nodeCount);
    let cpu = 0;
    let memory = 0;
    for (const { podClass } of pods) {
      cpu += podClass.shape.cpuMilli;
      memory += podClass.shape.memoryBytes;
    }
    return wasted(capacity.cpu ?? 0, cpu) + wasted(capacity.memory ?? 0, memory);
  });
