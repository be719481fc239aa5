// Load balancers and node ports do not reach nodes from outside; health checks find that out.
import { member } from '../../lib/family.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const args = nodeArgs('how long');

export const loadBalancerMemberLoss = member<FaultContext, Fault, typeof args>({
  name: 'LoadBalancerMemberLoss',
  summary: 'Nothing from outside the cluster reaches some nodes; within the cluster they are reached.',
  args,
  create: (given, context) =>
    strikeOfNodes('LoadBalancerMemberLoss', given, context, 'load balancers have lost', (lost: NodeRow) => {
      const it = { includes: (node: NodeRow) => node === lost, outside: false };
      const outside = { includes: () => false, outside: true };
      const cut = { loss: 1, delay: undefined };
      const ends = [
        context.network.disturb({ from: outside, to: it, ...cut }),
        context.network.disturb({ from: it, to: outside, ...cut }),
      ];
      return () => {
        for (const end of ends) end();
      };
    }),
});
