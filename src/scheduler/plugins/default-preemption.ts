// DefaultPreemption makes room for a pod by having pods of lower priority deleted.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { Happening } from '../framework/cluster-events.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Preemption } from '../preemption/preemption.ts';
import { Code, success, unresolvable, unschedulable } from '../framework/status.ts';

const preemptionArgs = z
  .strictObject({
    minCandidateNodesPercentage: z.number().int().min(0).max(100).default(10),
    minCandidateNodesAbsolute: z.number().int().min(0).default(100),
  })
  .refine((args) => args.minCandidateNodesPercentage > 0 || args.minCandidateNodesAbsolute > 0, {
    path: ['minCandidateNodesPercentage'],
    message: 'cannot be zero at the same time as minCandidateNodesAbsolute',
  });

export const defaultPreemption = member({
  name: 'DefaultPreemption',
  summary: 'Deletes pods of lower priority where a pod would fit without them.',
  args: preemptionArgs,
  create: (args, handle: Handle): Plugin => preempting(new Preemption(args, handle), handle),
});

/** The extension points of a plugin that preempts. */
export function preempting(preemption: Preemption, handle: Handle): Plugin {
  return {
    preEnqueue: (pod) =>
      handle.isPreempting(pod) ? unresolvable('waiting for the preemption for this pod to be finished') : success,
    postFilter(pod, outcome) {
      preemption.evaluate(pod, outcome);
      if (preemption.ineligible !== '') return unschedulable(`preemption: ${preemption.ineligible}`);
      const { best, dryRuns } = preemption;
      // A nomination of the pod has turned out to be of no use.
      if (best === undefined) {
        return { ...unschedulable(`preemption: ${preemption.message(outcome.allNodes)}`), node: -1, dryRuns };
      }
      const victims = best.victims.map((pod) => ({ pod, epoch: handle.cache.podEpoch[pod] }));
      const { candidates } = preemption;
      return { code: Code.Success, reasons: [], node: best.node, victims, dryRuns, candidates };
    },
    // The end of its own preemption activates a pod, not the deletion of others: that is for whoever rejected it.
    registrations: [{ events: Happening.AssignedPodDelete, hint: () => false }],
  };
}
