// Somebody deletes a namespace with all that it holds; its objects are applied again when the fault ends.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { deleteNamespace } from './people-changes.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  namespace: z.string().min(1).describe('the namespace'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const namespaceDeleted = member<FaultContext, Fault, typeof args>({
  name: 'NamespaceDeleted',
  summary: 'A namespace is deleted with all that it holds; when the fault ends what nobody owned is created again.',
  args,
  create(given, context) {
    return strikeOnce(context, given.for, `namespace ${given.namespace} deleted`, () =>
      deleteNamespace(context, given.namespace),
    );
  },
});
