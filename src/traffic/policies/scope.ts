// Whether each caller has a limit of its own, or all callers have one together.
import { z } from 'zod';
import type { PolicyContext } from './policy.ts';

export const scope = z
  .enum(['local', 'global'])
  .default('local')
  .describe(
    'whether each caller (at a server: each pod) has its own, or all have one together, as from a rate limit service',
  );

export function of<Part>(whose: 'local' | 'global', context: PolicyContext, make: () => Part): Part {
  return whose === 'global' ? context.shared(make) : make();
}
