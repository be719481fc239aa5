// Settings of kubelets that Kubernetes has and nothing here simulates: accepted, and reported as having no effect.
import { z } from 'zod';
import { field, flag } from './field.ts';

const WITHOUT = 'Accepted, reported as having no effect:';

export const unsimulatedKubeletFields = {
  memoryManagerPolicy: field(
    z.enum(['None', 'Static']).optional(),
    `${WITHOUT} memory of a NUMA node of their own for Guaranteed pods (memory manager).`,
  ),
  topologyManagerPolicy: field(
    z.enum(['none', 'best-effort', 'restricted', 'single-numa-node']).optional(),
    `${WITHOUT} nodes have no NUMA nodes, and refuse no pod for them (topology manager).`,
  ),
  topologyManagerScope: field(z.enum(['container', 'pod']).optional(), `${WITHOUT} what the topology manager aligns.`),
  failSwapOn: field(flag.optional(), `${WITHOUT} whether a kubelet starts on a machine with swap.`),
  memorySwap: field(
    z
      .strictObject({
        swapBehavior: field(z.enum(['', 'NoSwap', 'LimitedSwap']), 'Which pods may swap.'),
      })
      .optional(),
    `${WITHOUT} machines have no swap.`,
  ),
};
