// Pods work slowly: what begins in them takes longer.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfPods, forArgs, ofOneWorkload, ONE_WORKLOAD, podArgs } from './fault-of-pods.ts';

const args = z
  .strictObject({
    ...podArgs,
    factor: z.number().positive().default(10).describe('how many times as long'),
    ...forArgs,
  })
  .refine(ofOneWorkload, ONE_WORKLOAD);

export const slowPod = member<FaultContext, Fault, typeof args>({
  name: 'SlowPod',
  summary: 'Work that begins in some pods takes so many times as long.',
  args,
  create: (given, context) =>
    faultOfPods('SlowPod', given, context, 'pods are slow', (pod, epoch) =>
      context.powers.slowness.slowPod(pod, epoch, given.factor),
    ),
});
