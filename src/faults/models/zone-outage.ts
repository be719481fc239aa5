// A zone loses power: all of its machines are down until it comes back.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import { naming } from '../../lib/naming.ts';
import { ZONE_LABEL } from '../../model/state.ts';
import type { ControlPlaneProcess } from '../../model/ports/control-plane-processes.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { holdMasters, withMasters } from '../masters.ts';
import type { NodeRow } from '../../model/rows.ts';
import { checkZone } from '../sides.ts';

const args = z.strictObject({
  zone: naming('zone').describe('value of the label topology.kubernetes.io/zone'),
  for: distribution.optional().describe('how long (default: to the end of the run)'),
});

export const zoneOutage = member<FaultContext, Fault, typeof args>({
  name: 'ZoneOutage',
  summary: 'All machines of a zone are silent for a time, those of the control plane among them.',
  args,
  create({ zone, for: length }, context) {
    const { nodes } = context.state;
    checkZone('ZoneOutage', zone, context);
    return {
      fire(place) {
        if (place?.zone !== undefined && place.zone !== zone) return;
        const members: NodeRow[] = [];
        for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
          if (nodes.alive[node] === 1 && nodes.spec[node].labels[ZONE_LABEL] === zone) members.push(node);
        }
        const ofZone = (process: ControlPlaneProcess): boolean => process.zone === zone;
        const who = `${members.length} nodes${withMasters(context, ofZone)}`;
        const ends: (() => void)[] = [];
        const begin = (): void => {
          ends.push(context.outages.grip(members, 'machine'), holdMasters(context, ofZone));
        };
        const end = (): void => {
          for (const one of ends) one();
        };
        context.strike(
          { what: `outage of zone ${zone} (${who})`, begin, end },
          length === undefined ? undefined : context.draw(length),
        );
      },
    };
  },
});
