// Hot dialect: first fit: the feasible node that joined the cluster first.
import { z } from 'zod';
import { member } from '../../../lib/family.ts';
import type { Handle, Plugin } from '../../framework/interface.ts';

/**
 * First fit (D. Johnson, A. Demers, J. Ullman, M. Garey and R. Graham, "Worst-Case Performance Bounds for Simple One-Dimensional Packing Algorithms",
 * SIAM Journal on Computing 3, 1974), with nodes in the order in which they joined. The scheduler must look at all nodes for it
 * (`percentageOfNodesToScore: 100`): otherwise it is the first of those that were looked at.
 */
export const firstFit = member({
  name: 'FirstFit',
  summary: 'First fit: 100 for the feasible node that joined the cluster first, 0 for the others.',
  args: z.strictObject({}),
  create(_args, _handle: Handle): Plugin {
    return {
      score(_pod, nodes, scores) {
        scores.fill(0, 0, nodes.end);
        let first = 0;
        for (let i = 1; i < nodes.end; i += 1) if (nodes.rows[i] < nodes.rows[first]) first = i;
        if (nodes.end > 0) scores[first] = 100;
      },
    };
  },
});
