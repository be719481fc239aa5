// Something else fills the disks of nodes; their kubelets delete images and evict pods.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const args = nodeArgs('how long').extend({
  share: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('part of the disk (capacity ephemeral-storage; a node without one has no disk to fill)'),
});

export const diskPressure = member<FaultContext, Fault, typeof args>({
  name: 'DiskPressure',
  summary: 'Something else fills the disk of nodes to a part of its size.',
  args,
  create: (given, context) =>
    strikeOfNodes('DiskPressure', given, context, 'full disk of node', (node) => {
      const size = context.state.nodes.spec[node].capacity['ephemeral-storage'] ?? 0;
      return context.powers.nodes.fillDisk(node, Math.round(size * given.share));
    }),
});
