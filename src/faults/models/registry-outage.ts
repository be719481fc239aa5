// Registries do not answer, refuse, or are slow: pulls that begin fail or take longer.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { strikeOnce } from './strike-once.ts';

const args = z.strictObject({
  images: z
    .string()
    .optional()
    .describe('only images whose name begins so, such as that of their registry (default: all)'),
  answer: z
    .enum(['nothing', 'refuses', 'slow'])
    .default('nothing')
    .describe('what the registry answers: nothing for 30 s, an error at once, or what is asked for, but slowly'),
  factor: z.number().min(1).default(10).describe('of a slow one: how many times as long pulls take'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

const ANSWERS = {
  nothing: { what: 'says nothing', error: 'failed to do request: dial tcp: i/o timeout' },
  refuses: { what: 'refuses', error: 'unexpected status from HEAD request: 503 Service Unavailable' },
  slow: { what: 'is slow', error: '' },
} as const;

export const registryOutage = member<FaultContext, Fault, typeof args>({
  name: 'RegistryOutage',
  summary: 'Pulls of images that begin fail, or take longer.',
  args,
  create(given, context) {
    return strikeOnce(
      context,
      given.for,
      `registry ${ANSWERS[given.answer].what}${given.images === undefined ? '' : ` (${given.images})`}`,
      () => {
        const { error } = ANSWERS[given.answer];
        const matches = (image: string): boolean => image.startsWith(given.images ?? '');
        return context.powers.nodes.troublePulls(matches, error, given.answer === 'slow' ? given.factor : 1);
      },
    );
  },
});
