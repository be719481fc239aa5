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
  summary:
    'From now on each machine, also one that joins later, repeatedly fails at random and waits for a crew to repair it.',
  args,
  create({ up, repair, crews }, context) {
    const { state, outages } = context;
    /** Each failure that was ever booked: of which machine. One that comes under the name of one that is gone has its own luck. */
    const booked: { readonly node: NodeRow; readonly incarnation: number }[] = [];
    const waiting: number[] = [];
    let idle = crews ?? Number.POSITIVE_INFINITY;
    const what = (node: NodeRow): string => `node ${state.nodeName(node)}`;
    const isThere = ({ node, incarnation }: (typeof booked)[number]): boolean =>
      state.nodes.alive[node] === 1 && state.nodes.incarnation[node] === incarnation;
    const bookFailure = (node: NodeRow): void => {
      const failure = booked.push({ node, incarnation: state.nodes.incarnation[node] }) - 1;
      failed(context.draw(up), failure);
    };
    const begin = (failure: number): void => {
      idle -= 1;
      repaired(context.draw(repair), failure);
    };
    const failed = context.alarm((failure) => {
      if (!isThere(booked[failure])) return;
      const { node } = booked[failure];
      outages.hold([node], undefined, what(node));
      if (idle > 0) begin(failure);
      else waiting.push(failure);
    });
    const repaired = context.alarm((failure) => {
      const { node } = booked[failure];
      outages.release([node], what(node));
      if (isThere(booked[failure])) bookFailure(node);
      idle += 1;
      const next = waiting.shift();
      if (next !== undefined) begin(next);
    });
    return {
      fire() {
        for (let node = 0 as NodeRow; node < state.nodes.length; node = (node + 1) as NodeRow)
          if (state.nodes.alive[node] === 1) bookFailure(node);
        context.onJoin(bookFailure);
      },
    };
  },
});
