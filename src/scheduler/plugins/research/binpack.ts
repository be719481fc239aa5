// Hot dialect: Binpack prefers nodes that the pod would fill, by weighted resources, as Volcano does.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { SchedulingShape } from '../../../model/pod-class.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';
import { ById } from '../by-id.ts';
import { capacityColumn, requestOf, usedColumn } from '../resource-columns.ts';

const weight = z.number().int().min(0).default(1);

/**
 * volcano-sh/volcano, pkg/scheduler/plugins/binpack: 100 times the weighted mean, over the resources that the pod requests and that have a weight, of
 * (requested + used) / allocatable; a resource of which there is too little on the node, or none, adds 0. Volcano's `binpack.weight` is the weight of the
 * plugin in the profile.
 */
export const binpack = member({
  name: 'Binpack',
  summary: 'Prefers nodes that the pod would fill: the weighted mean share in use of the resources that it requests.',
  args: z.strictObject({
    cpu: weight.describe('importance of cpu'),
    memory: weight.describe('importance of memory'),
    resources: z
      .record(z.string().min(1), z.number().int().min(0))
      .default({})
      .describe('importance of further resources, by name; those that are not named do not count'),
  }),
  create({ cpu, memory, resources }, { cache }: Handle): Plugin {
    const weights = Object.entries({ ...resources, cpu, memory });
    const wanted = new ById((shape: SchedulingShape) =>
      weights
        .map(([name, importance]) => ({ name, importance, request: requestOf(shape, name) }))
        .filter(({ request }) => request > 0),
    );
    return {
      local: true,
      score({ podClass }, { rows, end }, scores) {
        scores.fill(0, 0, end);
        let sum = 0;
        for (const { name, importance, request } of wanted.get(podClass.shape)) {
          sum += importance;
          const capacity = capacityColumn(cache, name);
          const used = usedColumn(cache, name, false);
          for (let i = 0; i < end; i += 1) {
            const filled = used[rows[i]] + request;
            if (filled <= capacity[rows[i]]) scores[i] += (filled * importance) / capacity[rows[i]];
          }
        }
        if (sum === 0) return;
        for (let i = 0; i < end; i += 1) scores[i] = Math.min(100, (100 * scores[i]) / sum);
      },
    };
  },
});
