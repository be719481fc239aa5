// Somebody pushes a ConfigMap with a bad value, or without a key, and restarts the Deployment that needs it.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { checkDeployment, pushConfig } from './people-changes.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  configMap: naming('ConfigMap').describe('the ConfigMap'),
  namespace: z.string().default('default').describe('its namespace, and that of the Deployment'),
  key: z.string().min(1).describe('the key that is wrong'),
  value: z
    .string()
    .optional()
    .describe('its bad value, to which `behaviors[].config` says what processes do (default: the key is gone)'),
  deployment: naming('Deployment').describe('the Deployment that is restarted'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const badConfig = member<FaultContext, Fault, typeof args>({
  name: 'BadConfig',
  summary:
    'A key of a ConfigMap gets a bad value, or is gone, and a Deployment is restarted: new pods that need a key that is gone do not start. When the fault ends the key is as before, and pods that read the bad value are restarted.',
  args,
  create(given, context) {
    checkDeployment('BadConfig', given, context);
    return strikeOnce(
      context,
      given.for,
      `bad config: ${given.namespace}/${given.configMap} ${given.value === undefined ? 'without' : 'with another'} ${given.key}`,
      () => pushConfig(context, given),
    );
  },
});
