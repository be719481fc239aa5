// Two sides of the network cannot reach each other, or one of them cannot reach the other.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodesOf, restOf, sideArgs, sideOf } from '../sides.ts';

const args = z.strictObject({
  from: sideArgs.describe('one side'),
  to: sideArgs.optional().describe('the other side (default: everything else)'),
  oneWay: z
    .boolean()
    .default(false)
    .describe('only packets of the first side to the other one are lost; the answers to the other side are among them'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const networkPartition = member<FaultContext, Fault, typeof args>({
  name: 'NetworkPartition',
  summary: 'Packets between two sides are lost; a node that cannot reach the API servers runs on by itself.',
  args,
  create({ from, to, oneWay, for: length }, context) {
    const first = sideOf('NetworkPartition', from, context);
    const second = to === undefined ? restOf(first, context) : sideOf('NetworkPartition', to, context);
    const what = `partition: ${first.name} cannot reach ${second.name}${oneWay ? '' : ', nor the other way round'}`;
    /** Nodes that a partition takes from the API servers, in whichever direction: TCP needs both. */
    const isCutOff = (node: NodeRow): boolean =>
      context.processes.list.length > 0
        ? !context.processes.serves(node)
        : (first.controlPlane && second.includes(node)) || (second.controlPlane && first.includes(node));
    const began: { readonly ends: (() => void)[] }[] = [];
    context.onJoin((node) => {
      if (isCutOff(node)) for (const { ends } of began) ends.push(context.outages.grip([node], 'contact'));
    });
    return {
      fire() {
        const ends: (() => void)[] = [];
        const running = { ends };
        context.strike(
          {
            what,
            begin() {
              const lost = { loss: 1, delay: undefined };
              ends.push(context.network.disturb({ from: first, to: second, ...lost }));
              if (!oneWay) ends.push(context.network.disturb({ from: second, to: first, ...lost }));
              const nodes = nodesOf({ includes: isCutOff, outside: false }, context);
              ends.push(context.outages.grip(nodes, 'contact'));
              began.push(running);
            },
            end() {
              began.splice(began.indexOf(running), 1);
              for (const end of ends) end();
            },
          },
          length === undefined ? undefined : context.draw(length),
        );
      },
    };
  },
});
