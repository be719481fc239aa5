// Hot dialect: NodeResourcesBalancedAllocation prefers nodes whose resources the pod brings closer to equal use.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle, Plugin } from '../framework.ts';
import { skip, success } from '../status.ts';
import { ById } from './by-id.ts';
import { capacityColumn, resourcesOf, scoredResources, usedColumn } from './resource-columns.ts';
import { balanceChange, balanceOf, balanceOfTwo } from './resource-scores.ts';

export const nodeResourcesBalancedAllocation = member({
  name: 'NodeResourcesBalancedAllocation',
  summary: 'Prefers nodes on which the pod evens out the use of cpu and memory.',
  args: z.strictObject({ resources: scoredResources }),
  create(args, { cache }: Handle): Plugin {
    const compiled = new ById((podClass: PodClass) => {
      const wanted = resourcesOf(args.resources, podClass, false);
      const names = wanted.map((one) => one.name);
      return {
        wanted,
        nothing: wanted.every((one) => one.request === 0),
        cpuAndMemory: names.length === 2 && names[0] === 'cpu' && names[1] === 'memory',
      };
    });
    const before = new Float64Array(args.resources.length);
    const after = new Float64Array(args.resources.length);
    return {
      preScore: (pod) => (compiled.get(pod.podClass).nothing ? skip : success),
      score(pod, nodes, scores) {
        const { wanted, cpuAndMemory } = compiled.get(pod.podClass);
        if (cpuAndMemory) {
          const { cpuMilli, memoryBytes, usedCpuMilli, usedMemoryBytes } = cache;
          const [cpu, memory] = wanted;
          for (let i = 0; i < nodes.end; i += 1) {
            const node = nodes.rows[i];
            const hasCpu = cpuMilli[node];
            const hasMemory = memoryBytes[node];
            if (hasCpu === 0 || hasMemory === 0) {
              scores[i] = 75;
              continue;
            }
            const cpuBefore = Math.min(1, usedCpuMilli[node] / hasCpu);
            const memoryBefore = Math.min(1, usedMemoryBytes[node] / hasMemory);
            const cpuAfter = Math.min(1, (usedCpuMilli[node] + cpu.request) / hasCpu);
            const memoryAfter = Math.min(1, (usedMemoryBytes[node] + memory.request) / hasMemory);
            scores[i] = balanceChange(balanceOfTwo(cpuBefore, memoryBefore), balanceOfTwo(cpuAfter, memoryAfter));
          }
          return;
        }
        for (let i = 0; i < nodes.end; i += 1) {
          const node = nodes.rows[i];
          let count = 0;
          for (const { name, request } of wanted) {
            const capacity = capacityColumn(cache, name)[node];
            if (capacity === 0) continue;
            const used = usedColumn(cache, name, false)[node];
            before[count] = Math.min(1, used / capacity);
            after[count] = Math.min(1, (used + request) / capacity);
            count += 1;
          }
          scores[i] = balanceChange(balanceOf(before, count), balanceOf(after, count));
        }
      },
    };
  },
});
