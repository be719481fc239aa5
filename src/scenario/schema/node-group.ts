// `autoscaling` of a node pool: its limits, how long machines take to come, and when none can be had.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { duration, someDuration } from '../../lib/units.ts';
import type { NodeGroupSettings } from '../../model/settings/node-groups.ts';
import { count, field } from './field.ts';

const failure = z
  .strictObject({
    kind: field(
      z.enum(['Refused', 'OutOfResources', 'NeverRegisters']),
      '`Refused`: the request fails. `OutOfResources`: the provider has no such machine left and says so later. `NeverRegisters`: machines come, and no node.',
    ),
    from: field(duration, 'When it begins.'),
    until: field(someDuration, 'When it ends. Default: with the run.').optional(),
  })
  .superRefine(({ from, until }, context) => {
    if (until === undefined || from < until) return;
    context.addIssue({ code: 'custom', path: ['until'], message: 'must be after `from`' });
  })
  .transform(({ kind, from, until }) => ({ kind, fromUs: from, untilUs: until ?? Infinity }));

export const nodeGroup = z
  .strictObject({
    min: field(count, 'Fewest machines.'),
    max: field(count.max(1_000_000), 'Most machines.'),
    boot: field(distribution, 'From the request for a machine until it runs.'),
    register: field(distribution, 'From then until its kubelet has registered the node, which is soon Ready.'),
    failures: field(z.array(failure), 'When machines that are asked for do not come.'),
  })
  .superRefine(({ min, max }, context) => {
    if (min <= max) return;
    context.addIssue({ code: 'custom', path: ['max'], message: `must be at least min (${min}), got ${max}` });
  })
  .transform((settings): NodeGroupSettings => settings);
