// Machines boot again: they are off for as long as that takes.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfNodes, whichNodes } from './fault-of-nodes.ts';

const args = z.strictObject({
  ...whichNodes,
  for: distribution
    .default({ type: 'constant', value: 90e6 })
    .describe('how long it takes until the kubelet runs again'),
});

export const nodeReboot = member<FaultContext, Fault, typeof args>({
  name: 'NodeReboot',
  summary: 'Machines stop at once and boot again.',
  args,
  create: (given, context) =>
    faultOfNodes('NodeReboot', given, context, (node, nodeName, forUs) => {
      context.outages.hold([node], forUs, `node ${nodeName}, which boots again`);
    }),
});
