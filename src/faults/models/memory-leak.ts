// Processes leak: they hold more and more memory, each of them from its own start on.
import { z } from 'zod';
import { bytes } from '../../lib/bytes.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfPods, forArgs, ofOneWorkload, ONE_WORKLOAD, podArgs } from './fault-of-pods.ts';

const args = z
  .strictObject({
    ...podArgs,
    bytesPerSecond: bytes.default(16 * 2 ** 20).describe('how much more each second'),
    ...forArgs,
  })
  .refine(ofOneWorkload, ONE_WORKLOAD);

export const memoryLeak = member<FaultContext, Fault, typeof args>({
  name: 'MemoryLeak',
  summary:
    'The processes of some pods hold more memory from second to second, until they are killed (OOMKilled) or their nodes are short of it.',
  args,
  create: (given, context) =>
    faultOfPods('MemoryLeak', given, context, 'processes leak memory', (pod, epoch, container) =>
      context.powers.containers.leak(pod, epoch, container, given.bytesPerSecond),
    ),
});
