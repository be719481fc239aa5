// An image is not there: whoever pulls it gets an error.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  image: z.string().min(1).describe('the image, as pods name it'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const badImage = member<FaultContext, Fault, typeof args>({
  name: 'BadImage',
  summary: 'An image cannot be pulled; nodes that have it already are not touched.',
  args,
  create(given, context) {
    return strikeOnce(context, given.for, `image ${given.image} cannot be pulled`, () =>
      context.powers.nodes.troublePulls((image) => image === given.image, `${given.image}: not found`, 1),
    );
  },
});
