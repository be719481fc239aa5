// Processes exit soon after each start, so that the kubelet backs off (CrashLoopBackOff).
import { z } from 'zod';
import { duration } from '../../lib/units.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfPods, forArgs, ofOneWorkload, ONE_WORKLOAD, podArgs } from './fault-of-pods.ts';

const args = z
  .strictObject({
    ...podArgs,
    after: duration.default(5e6).describe('how long after its start a process exits'),
    exitCode: z.int().min(0).max(255).default(1).describe('what it ends with'),
    ...forArgs,
  })
  .refine(ofOneWorkload, ONE_WORKLOAD);

export const crashLoop = member<FaultContext, Fault, typeof args>({
  name: 'CrashLoop',
  summary: 'The processes of some pods exit again and again, so long after each start.',
  args,
  create: (given, context) =>
    faultOfPods('CrashLoop', given, context, 'processes exit again and again', (pod, epoch, container) =>
      context.powers.containers.crashLoop(pod, epoch, container, given.after, given.exitCode),
    ),
});
