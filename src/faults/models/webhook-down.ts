// An admission webhook is down: it refuses connections, or answers nobody, so that each call lasts until its limit.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  webhook: z
    .string()
    .min(1)
    .optional()
    .describe('its name in the configuration, as `policy.example.com` (default: all)'),
  refuses: z
    .boolean()
    .default(false)
    .describe('whether it refuses connections at once instead of saying nothing until `timeoutSeconds` are over'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const webhookDown = member<FaultContext, Fault, typeof args>({
  name: 'WebhookDown',
  summary: 'Admission webhooks answer nobody, so that their `failurePolicy` decides about writes.',
  args,
  create({ webhook, refuses, for: length }, context) {
    const { webhooks } = context.powers;
    if (webhooks === undefined) throw new InputError('WebhookDown: the input configures no admission webhook');
    const { names } = webhooks;
    if (webhook !== undefined && !names.includes(webhook))
      throw new InputError(`WebhookDown: there is no webhook "${webhook}"${didYouMean(webhook, names)}`);
    const which = webhook ?? 'all webhooks';
    return strikeOnce(context, length, `${which} ${refuses ? 'refused' : 'silent'}`, () =>
      webhooks.silence(webhook, refuses),
    );
  },
});
