// The tables of connections of nodes are full: no new connection passes.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const args = nodeArgs('how long');

export const conntrackFull = member<FaultContext, Fault, typeof args>({
  name: 'ConntrackFull',
  summary: 'Packets of new connections from and to nodes are dropped; connections within a node pass.',
  args,
  create: (given, context) =>
    strikeOfNodes('ConntrackFull', given, context, 'full conntrack table of node', (node) =>
      context.network.fillConntrack(node),
    ),
});
