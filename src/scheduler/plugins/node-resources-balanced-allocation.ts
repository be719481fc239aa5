// Hot dialect: NodeResourcesBalancedAllocation prefers nodes whose resources the pod brings closer to equal use.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { skip, success } from '../framework/status.ts';
import { repeated } from './arguments.ts';
import { ById } from './by-id.ts';
import { capacityColumn, resourcesOf, scoredResources, usedColumn } from './resource-columns.ts';
import { balanceChange, balanceOf } from './resource-scores.ts';

const balanceArgs = z.strictObject({
  resources: scoredResources
    .superRefine((resources, context) => {
      const again = repeated(resources, ({ name }) => name);
      if (again >= 0) context.addIssue({ code: 'custom', path: [again, 'name'], message: 'is there twice' });
      for (const [index, { weight }] of resources.entries()) {
        if (weight !== 1) context.addIssue({ code: 'custom', path: [index, 'weight'], message: 'must be 1' });
      }
    })
    .describe('what is to be used evenly; all weights are 1'),
});

export const nodeResourcesBalancedAllocation = member({
  name: 'NodeResourcesBalancedAllocation',
  summary: 'Prefers nodes on which the pod evens out the use of cpu and memory.',
  args: balanceArgs,
  create(args, { cache }: Handle): Plugin {
    const most = args.resources.length;
    const before = new Float64Array(most);
    const after = new Float64Array(most);
    const capacities: Float64Array[] = [];
    const used: Float64Array[] = [];
    const compiled = new ById((podClass: PodClass) => {
      const wanted = resourcesOf(args.resources, podClass, false);
      return { wanted, nothing: wanted.every((one) => one.request === 0) };
    });
    return {
      local: true,
      preScore: (pod) => (compiled.get(pod.podClass).nothing ? skip : success),
      score(pod, { rows, end }, scores) {
        const { wanted } = compiled.get(pod.podClass);
        for (let r = 0; r < wanted.length; r += 1) {
          capacities[r] = capacityColumn(cache, wanted[r].name);
          used[r] = usedColumn(cache, wanted[r].name, false);
        }
        for (let i = 0; i < end; i += 1) {
          const node = rows[i];
          let count = 0;
          for (let r = 0; r < wanted.length; r += 1) {
            const capacity = capacities[r][node];
            if (capacity === 0) continue;
            before[count] = Math.min(1, used[r][node] / capacity);
            after[count] = Math.min(1, (used[r][node] + wanted[r].request) / capacity);
            count += 1;
          }
          scores[i] = balanceChange(balanceOf(before, count), balanceOf(after, count));
        }
      },
    };
  },
});
