// `spot` of a node pool: machines that their provider may take back.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { duration } from '../../lib/units.ts';
import type { SpotSettings } from '../../model/settings/node-groups.ts';
import { field } from './field.ts';
import { steps } from './steps.ts';

export const spot = z
  .strictObject({
    lifetime: field(
      distribution.optional(),
      'Time from the registration of a machine until its notice, drawn for each machine by its name. Without it machines are taken back by the fault `SpotReclaim` only.',
    ),
    notice: field(
      duration,
      'From the notice until the machine is gone: two minutes on AWS, 30 s on Google Cloud and Azure.',
    ),
    onNotice: field(
      z.enum(['drain', 'shutdown', 'nothing']),
      'What acts on the notice. `drain`: a node termination handler cordons and drains the node. `shutdown`: the operating system shuts down, which kubelets with a `shutdownGracePeriod` delay. `nothing`: nobody.',
    ),
    prices: field(
      steps('{ file, time, hour, zone, price }').optional(),
      "What a machine costs per hour over time, in place of the pool's `hourlyCost`: a CSV file in the scenario's folder with dates in `time`, or hours of each day (UTC) in `hour`, `price` from then on until the next row, and, if it has one, `zone`. Columns of other names are named here. Expanders and plugins still see `hourlyCost`.",
    ),
    reaction: field(duration, 'Until the node termination handler has seen the notice.'),
  })
  .transform(
    ({ lifetime, notice, onNotice, reaction, prices }): SpotSettings => ({
      lifetime,
      noticeUs: notice,
      onNotice,
      reactionUs: reaction,
      ...(prices === undefined ? {} : { prices }),
    }),
  );
