// Somebody scales a Deployment to a wrong number, and back when the fault ends.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { checkDeployment, scale } from './people-changes.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  deployment: naming('Deployment').describe('the Deployment'),
  namespace: z.string().default('default').describe('its namespace'),
  replicas: z.int().min(0).default(0).describe('the wrong number'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const wrongScale = member<FaultContext, Fault, typeof args>({
  name: 'WrongScale',
  summary: 'A Deployment is scaled to another number of replicas; when the fault ends it gets the old one back.',
  args,
  create(given, context) {
    checkDeployment('WrongScale', given, context);
    return strikeOnce(
      context,
      given.for,
      `wrong scale of ${given.namespace}/${given.deployment}: ${given.replicas}`,
      () => scale(context, given),
    );
  },
});
