// cluster-queues: quotas that cohorts share, as Kueue has them; an approximation of it.
import { z } from 'zod';
import { show } from '../../lib/show.ts';
import { member } from '../../lib/family.ts';
import { tryParseQuantity } from '../../model/parse/quantity.ts';
import type { Amounts, JobQueue, JobQueueContext } from '../job-queue.ts';
import type { QueueSpec } from '../quota-tree.ts';
import { decideRound, type Promised } from '../round.ts';

const amounts = z
  .record(z.string(), z.unknown())
  .transform((written, context): Amounts => {
    const read: Record<string, number> = {};
    for (const [resource, value] of Object.entries(written)) {
      const parsed = typeof value === 'string' || typeof value === 'number' ? tryParseQuantity(value) : undefined;
      if (parsed !== undefined && 'quantity' in parsed && parsed.quantity.value() >= 0n) {
        const { quantity } = parsed;
        read[resource] = Number(resource === 'cpu' ? quantity.milliValue() : quantity.value());
      } else {
        const message = `expected a quantity such as "500m", 4 or "16Gi", got ${show(value)}`;
        context.addIssue({ code: 'custom', path: [resource], message });
      }
    }
    return read;
  })
  .meta({ type: 'quantities by resource' });

const queue = z.strictObject({
  name: z.string().min(1).describe('what Jobs have in their label kueue.x-k8s.io/queue-name'),
  cohort: z.string().default('').describe('queues of one cohort lend each other what they do not use'),
  quota: amounts.describe('what is its own (nominalQuota); a Job that requests anything else is never admitted'),
  borrowingLimit: amounts.default({}).describe('most that it borrows, by resource'),
  lendingLimit: amounts.default({}).describe('most that it lends, by resource'),
  weight: z.number().positive().default(1).describe('with fair sharing, its part of what is lent'),
  strategy: z
    .enum(['BestEffortFIFO', 'StrictFIFO'])
    .default('BestEffortFIFO')
    .describe('whether Jobs overtake one that does not fit'),
  withinClusterQueue: z
    .enum(['Never', 'LowerPriority', 'LowerOrNewerEqualPriority'])
    .default('Never')
    .describe('which Jobs of the queue stop for another one of it'),
  reclaimWithinCohort: z
    .enum(['Never', 'LowerPriority', 'Any'])
    .default('Never')
    .describe('which Jobs that run on borrowed quota stop for one that has a right to it'),
});

const args = z.strictObject({
  queues: z
    .array(queue)
    .min(1)
    .superRefine((queues, context) => {
      for (const [at, { name }] of queues.entries()) {
        if (queues.findIndex((one) => one.name === name) === at) continue;
        context.addIssue({ code: 'custom', path: [at, 'name'], message: `there are two queues named ${name}` });
      }
    })
    .describe('the queues; each stands for a ClusterQueue and the LocalQueue that leads to it'),
  fairSharing: z
    .boolean()
    .default(false)
    .describe('who has borrowed least comes first, and takes from who has borrowed more'),
});

export const clusterQueues = member<JobQueueContext, JobQueue, typeof args>({
  name: 'cluster-queues',
  summary:
    'Quotas, cohorts, priorities, fair sharing and preemption after Kueue. An approximation: one flavor of each resource, flat cohorts, no admission checks, no partial admission.',
  args,
  create({ queues, fairSharing }) {
    const specs = queues.map(
      ({ strategy, withinClusterQueue, reclaimWithinCohort, ...rest }): QueueSpec => ({
        ...rest,
        strict: strategy === 'StrictFIFO',
        withinQueue: withinClusterQueue,
        reclaim: reclaimWithinCohort,
      }),
    );
    const promised: Promised = new Set();
    return {
      queues: specs.map(({ name, quota }) => ({ name, quota })),
      decide: (jobs) => decideRound(specs, jobs, fairSharing, promised),
    };
  },
});
