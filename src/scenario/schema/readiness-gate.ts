// `spec.readinessGates`: what sets the conditions for which pods wait before they are ready.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import type { ReadinessGateSetting } from '../../model/settings/readiness-gate.ts';
import { field, text } from './field.ts';

export const readinessGate = z
  .strictObject({
    conditionType: field(text, 'The `conditionType` of readiness gates in pods.'),
    after: field(distribution, 'Time from when the containers of a pod are ready until its condition is True.'),
  })
  .transform((gate): ReadinessGateSetting => gate);
