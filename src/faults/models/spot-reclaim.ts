// The provider takes spot machines back: those that are named, or some drawn among those that run.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { naming } from '../../lib/naming.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { type Fault, type FaultContext, pick } from '../fault.ts';

const args = z.strictObject({
  node: naming('Node').optional().describe('one node by name (default: drawn among the spot machines that run)'),
  pool: z.string().min(1).optional().describe('drawn in this node pool only'),
  count: z.int().min(1).default(1).describe('how many, when they are drawn'),
});

export const spotReclaim = member<FaultContext, Fault, typeof args>({
  name: 'SpotReclaim',
  summary: 'The provider takes spot machines back, with the notice of their pool.',
  args,
  create({ node, pool, count }, context) {
    const { spot, random } = context;
    if (spot.pools.length === 0) throw new InputError('SpotReclaim: no node pool has `spot`');
    if (pool !== undefined && !spot.pools.includes(pool)) {
      throw new InputError(
        `SpotReclaim: there is no node pool "${pool}" with spot machines${didYouMean(pool, spot.pools)}`,
      );
    }
    return {
      fire() {
        const running = spot.running().filter((one) => pool === undefined || one.pool === pool);
        const names = running.map(({ name }) => name);
        const chosen = node === undefined ? pick(random, names, count) : names.filter((name) => name === node);
        if (chosen.length === 0) {
          context.announce(
            `SpotReclaim: ${node === undefined ? 'no spot machine runs' : `${node} is no spot machine that runs`} now`,
          );
        }
        for (const name of chosen) {
          context.announce(`the provider takes ${name} back`);
          spot.reclaim(name);
        }
      },
    };
  },
});
