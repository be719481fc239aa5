// Somebody rolls out a bad image, and rolls it back when the fault ends.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { checkDeployment, setImage } from './people-changes.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  deployment: naming('Deployment').describe('the Deployment'),
  namespace: z.string().default('default').describe('its namespace'),
  container: z.string().optional().describe('the container (default: the first one)'),
  image: z.string().min(1).describe('the bad image'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const badDeploy = member<FaultContext, Fault, typeof args>({
  name: 'BadDeploy',
  summary:
    'A Deployment gets another image, whose behaviour the scenario says; when the fault ends it gets the old one back.',
  args,
  create(given, context) {
    checkDeployment('BadDeploy', given, context);
    return strikeOnce(context, given.for, `bad deploy of ${given.namespace}/${given.deployment}: ${given.image}`, () =>
      setImage(context, given),
    );
  },
});
