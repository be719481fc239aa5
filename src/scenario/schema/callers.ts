// What whoever calls a Service may say of its calls: a source, or a request that is being served.
import { z } from 'zod';
import type { FamilySchema } from '../../lib/family.ts';
import { familyUse } from './family-use.ts';
import { field } from './field.ts';

export const KEPT = 'How the caller keeps connections. Default: as `spec.connections.callers` says.';

export const callerPolicies = (policies: FamilySchema) =>
  field(
    z.array(familyUse('policy', policies)),
    'What the caller does about failures and overload: policies of callers, the first one outermost.',
  ).default([]);
