// A zone loses power: all of its machines are down until it comes back.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { naming } from '../../lib/naming.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { ZONE_LABEL } from '../../model/state.ts';
import type { Fault, FaultContext } from '../fault.ts';
import type { NodeRow } from '../../model/rows.ts';

const args = z.strictObject({
  zone: naming('zone').describe('value of the label topology.kubernetes.io/zone'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const zoneOutage = member<FaultContext, Fault, typeof args>({
  name: 'ZoneOutage',
  summary: 'All machines of a zone are silent for a time.',
  args,
  create({ zone, for: length }, context) {
    const { nodes } = context.state;
    const zones = new Set(nodes.spec.map((spec) => spec.labels[ZONE_LABEL]).filter((name) => name !== undefined));
    if (!zones.has(zone) && !context.knows('Zone', '', zone)) {
      throw new InputError(
        `ZoneOutage: no node is in zone "${zone}", expected one of ${[...zones].join(', ')}${didYouMean(zone, [...zones])}`,
      );
    }
    return {
      fire() {
        const members: NodeRow[] = [];
        for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
          if (nodes.alive[node] === 1 && nodes.spec[node].labels[ZONE_LABEL] === zone) members.push(node);
        }
        const forUs = length === undefined ? undefined : context.draw(length);
        context.outages.hold(members, forUs, `zone ${zone} (${members.length} nodes)`);
      },
    };
  },
});
