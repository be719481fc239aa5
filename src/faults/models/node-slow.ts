// Machines are slow: work takes longer there, packets too, and pulls of images.
import { z } from 'zod';
import { byteRate } from '../../lib/bytes.ts';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { nodeArgs, strikeOfNodes } from './fault-of-nodes.ts';

const factor = z.number().positive().default(1);

const args = nodeArgs('how long').extend({
  cpu: factor.describe('work that begins takes so many times as long'),
  disk: factor.describe('pulls of images that begin take so many times as long'),
  bandwidth: byteRate
    .optional()
    .describe(
      'how fast its network card is, for messages whose sizes are known: on kept connections, to images with `requests.size`',
    ),
  network: distribution.optional().describe('what each packet from and to other machines takes longer'),
});

export const nodeSlow = member<FaultContext, Fault, typeof args>({
  name: 'NodeSlow',
  summary: 'Machines are slow: their processors, their disks, their network.',
  args,
  create: (given, context) =>
    strikeOfNodes('NodeSlow', given, context, 'slow node', (slow: NodeRow) => {
      const { powers, network } = context;
      const ends = [
        powers.slowness.slowNode(slow, given.cpu),
        powers.nodes.troublePulls((_image, node) => node === slow, '', given.disk),
      ];
      if (given.network !== undefined || given.bandwidth !== undefined) {
        const it = { includes: (node: NodeRow) => node === slow, outside: false };
        const others = { includes: (node: NodeRow) => node !== slow, outside: true };
        const late = { loss: 0, delay: given.network, bytesPerSecond: given.bandwidth };
        ends.push(
          network.disturb({ from: it, to: others, ...late }),
          network.disturb({ from: others, to: it, ...late }),
        );
      }
      return () => {
        for (const end of ends) end();
      };
    }),
});
