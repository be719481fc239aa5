// What a CSV file says over time, once it has been read: in the document it is a mapping that names the file.
import { z } from 'zod';
import type { Steps } from '../../model/settings/costs.ts';

/** `type`: the columns that may be named. */
export function steps(type: string) {
  return z
    .custom<Steps>(
      (value) => typeof value === 'object' && value !== null && 'steps' in value,
      'expected a CSV file: { file: … }',
    )
    .meta({ type });
}
