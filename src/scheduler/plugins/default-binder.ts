// DefaultBinder writes the binding of the pod to the API server.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { Handle, Plugin } from '../framework/interface.ts';

export const defaultBinder = member({
  name: 'DefaultBinder',
  summary: 'Binds the pod by a write to the API server.',
  args: z.strictObject({}),
  create(_args, handle: Handle): Plugin {
    return {
      bind(pod, node, binding) {
        handle.writeBinding(pod, node, binding);
        return true;
      },
    };
  },
});
