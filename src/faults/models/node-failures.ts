// Every machine fails after a time of its own and waits for one of the crews that repair: the machine-repair model.
import { z } from 'zod';
import { distribution, movingDistribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import type { NodeRow } from '../../model/rows.ts';

const args = z.strictObject({
  up: movingDistribution.describe('time from the start or the last repair of a machine to its failure'),
  repair: distribution.describe('time that one crew needs for one machine'),
  crews: z.int().min(1).optional().describe('machines repaired at a time, in the order of failure (default: all)'),
});

export const nodeFailures = member<FaultContext, Fault, typeof args>({
  name: 'NodeFailures',
  summary: 'From now on each machine repeatedly fails at random and waits for a crew to repair it.',
  args,
  create({ up, repair, crews }, context) {
    const { state, outages } = context;
    const waiting: NodeRow[] = [];
    let idle = crews ?? Number.POSITIVE_INFINITY;
    const what = (node: NodeRow): string => `node ${state.nodeName(node)}`;
    const begin = (node: NodeRow): void => {
      idle -= 1;
      repaired(context.draw(repair), node);
    };
    const failed = context.alarm((value) => {
      const node = value as NodeRow;
      if (state.nodes.alive[node] === 0) return;
      outages.hold([node], undefined, what(node));
      if (idle > 0) begin(node);
      else waiting.push(node);
    });
    const repaired = context.alarm((value) => {
      const node = value as NodeRow;
      outages.release([node], what(node));
      failed(context.draw(up), node);
      idle += 1;
      const next = waiting.shift();
      if (next !== undefined) begin(next);
    });
    return {
      fire() {
        for (let node = 0 as NodeRow; node < state.nodes.length; node = (node + 1) as NodeRow)
          if (state.nodes.alive[node] === 1) failed(context.draw(up), node);
      },
    };
  },
});
