// Processes hang: only a liveness probe finds out, and only a kill ends it.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { faultOfPods, forArgs, ofOneWorkload, ONE_WORKLOAD, podArgs } from './fault-of-pods.ts';

const args = z
  .strictObject({
    ...podArgs,
    ...forArgs,
  })
  .refine(ofOneWorkload, ONE_WORKLOAD);

export const containerHang = member<FaultContext, Fault, typeof args>({
  name: 'ContainerHang',
  summary: 'The processes of some pods do nothing any more: they answer no request, no probe and no SIGTERM.',
  args,
  create: (given, context) =>
    faultOfPods('ContainerHang', given, context, 'processes hang', (pod, epoch, container) =>
      context.powers.containers.hang(pod, epoch, container),
    ),
});
