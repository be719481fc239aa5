// Packets between two sides come late, or are lost and sent again.
import { z } from 'zod';
import { byteRate } from '../../lib/bytes.ts';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import type { LinkTrouble } from '../../model/ports/troubles.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { restOf, sideArgs, sideOf } from '../sides.ts';

const args = z.strictObject({
  from: sideArgs.describe('one side'),
  to: sideArgs.optional().describe('the other side (default: everything else)'),
  delay: distribution.optional().describe('what each packet takes longer'),
  loss: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('part of the packets that is lost; TCP sends them again after 200 ms, 400 ms and so on'),
  bandwidth: byteRate
    .optional()
    .describe(
      'how fast messages are sent at most, where their sizes are known: on kept connections, to images with `requests.size`',
    ),
  oneWay: z.boolean().default(false).describe('only packets of the first side to the other one'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const networkTrouble = member<FaultContext, Fault, typeof args>({
  name: 'NetworkTrouble',
  summary: 'Packets of pods and clients between two sides come late, are lost and sent again, or pass slowly.',
  args,
  create({ from, to, delay, loss, bandwidth, oneWay, for: length }, context) {
    const first = sideOf('NetworkTrouble', from, context);
    const second = to === undefined ? restOf(first, context) : sideOf('NetworkTrouble', to, context);
    return {
      fire() {
        const ends: (() => void)[] = [];
        const disturb = (trouble: LinkTrouble): void => {
          ends.push(context.network.disturb(trouble));
        };
        context.strike(
          {
            what: `network trouble between ${first.name} and ${second.name}`,
            begin() {
              disturb({ from: first, to: second, loss, delay, bytesPerSecond: bandwidth });
              if (!oneWay) disturb({ from: second, to: first, loss, delay, bytesPerSecond: bandwidth });
            },
            end() {
              for (const end of ends) end();
            },
          },
          length === undefined ? undefined : context.draw(length),
        );
      },
    };
  },
});
