// DynamicResources as it answers for pods without resource claims; pods that have some are reported when they are read.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import { goDuration } from '../../model/parse/go-duration-schema.ts';
import type { Handle, Plugin } from '../framework/interface.ts';
import { Code, failed, skip, unschedulable } from '../framework/status.ts';

export const dynamicResources = member({
  name: 'DynamicResources',
  summary: 'Allocates resource claims; without claims it only takes part in scores (0) and messages.',
  args: z.strictObject({
    filterTimeout: goDuration.refine((seconds) => seconds >= 0, 'must be zero or positive').optional(),
    bindingTimeout: goDuration.refine((seconds) => seconds >= 1, 'must be at least one second').optional(),
  }),
  create(_args, _handle: Handle): Plugin {
    return {
      preFilter: () => skip,
      filter: () => undefined,
      // Its state is made in PreFilter: an earlier plugin that ended the cycle there leaves it without.
      postFilter: (_pod, { preFilter }) =>
        preFilter.code === Code.UnschedulableAndUnresolvable
          ? failed('not found')
          : unschedulable('no new claims to deallocate'),
      sameForAll: () => 0,
      score: (_pod, nodes, scores) => {
        scores.fill(0, 0, nodes.end);
      },
    };
  },
});
