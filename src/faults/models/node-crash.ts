// Machines stop at once, without a word, and may boot again after a repair.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { ClusterState } from '../../model/state.ts';
import { type Fault, type FaultContext, pick } from '../fault.ts';

const args = z.strictObject({
  node: z.string().optional().describe('one node by name; left out: drawn among those that run'),
  count: z.int().min(1).default(1).describe('how many, when they are drawn'),
  for: distribution.optional().describe('time to repair and boot; left out: to the end of the run'),
});

export const nodeCrash = member<FaultContext, Fault, typeof args>({
  name: 'NodeCrash',
  summary: 'Machines stop at once and boot again after a repair.',
  args,
  create({ node: name, count, for: length }, context) {
    const named = name === undefined ? undefined : nodeByName(context.state, name);
    return {
      strike() {
        const { nodes, machines } = context.state;
        const running: number[] = [];
        for (let node = 0; node < nodes.length; node += 1) {
          if (nodes.alive[node] === 1 && machines.nodeUp[node] === 1) running.push(node);
        }
        const chosen = named === undefined ? pick(context.random, running, count) : [named];
        for (const node of chosen) {
          const forUs = length === undefined ? undefined : context.draw(length);
          context.outages.hold([node], forUs, `node ${context.state.nodeName(node)}`);
        }
      },
    };
  },
});

function nodeByName(state: ClusterState, name: string): number {
  const row = state.findNode(name);
  if (row >= 0) return row;
  const valid = state.nodes.spec.map((spec) => spec.name);
  throw new InputError(`NodeCrash: there is no node "${name}"${didYouMean(name, valid)}`);
}
