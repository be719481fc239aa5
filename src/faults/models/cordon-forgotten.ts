// Somebody cordons nodes and forgets them.
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const args = nodeArgs('time until somebody remembers');

export const cordonForgotten = member<FaultContext, Fault, typeof args>({
  name: 'CordonForgotten',
  summary: 'Nodes are cordoned: no new pod comes there, until somebody remembers.',
  args,
  create: (given, context) =>
    strikeOfNodes('CordonForgotten', given, context, 'forgotten cordon of', (node) => {
      const target = { apiVersion: 'v1', kind: 'Node', metadata: { name: context.state.nodeName(node) } };
      const set = (unschedulable: boolean | null): void =>
        context.powers.people.patch(target, { type: 'strategic', patch: { spec: { unschedulable } } });
      set(true);
      return () => set(null);
    }),
});
