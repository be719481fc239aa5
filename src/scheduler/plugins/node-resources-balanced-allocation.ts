// Hot dialect: NodeResourcesBalancedAllocation prefers nodes whose resources the pod brings closer to equal use.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { Handle, Plugin } from '../framework.ts';
import { skip, success } from '../status.ts';
import { repeated } from './arguments.ts';
import { ById } from './by-id.ts';
import { NodeMemo } from './node-memo.ts';
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
    const before = new Float64Array(args.resources.length);
    const after = new Float64Array(args.resources.length);
    const compiled = new ById((podClass: PodClass) => {
      const wanted = resourcesOf(args.resources, podClass, false);
      return {
        nothing: wanted.every((one) => one.request === 0),
        memo: new NodeMemo((node) => {
          let count = 0;
          for (const { name, request } of wanted) {
            const capacity = capacityColumn(cache, name)[node];
            if (capacity === 0) continue;
            const used = usedColumn(cache, name, false)[node];
            before[count] = Math.min(1, used / capacity);
            after[count] = Math.min(1, (used + request) / capacity);
            count += 1;
          }
          return balanceChange(balanceOf(before, count), balanceOf(after, count));
        }),
      };
    });
    return {
      local: true,
      preScore: (pod) => (compiled.get(pod.podClass).nothing ? skip : success),
      score(pod, nodes, scores) {
        const { memo } = compiled.get(pod.podClass);
        const { generation } = cache;
        const { rows } = nodes;
        for (let i = 0; i < nodes.end; i += 1) scores[i] = memo.get(rows[i], generation[rows[i]]);
      },
    };
  },
});
