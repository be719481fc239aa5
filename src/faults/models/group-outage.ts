// All machines of a place are off for a time: of a rack, a zone, a region, or of whatever a label says; or each of them with some probability.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { parseLabelSelector } from '../../model/parse/label-selector.ts';
import type { ControlPlaneProcess } from '../../model/ports/control-plane-processes.ts';
import type { NodeRow } from '../../model/rows.ts';
import { REGION_LABEL } from '../../model/state.ts';
import type { Fault, FaultContext } from '../fault.ts';
import { holdMasters, withMasters } from '../masters.ts';
import { nodesOf, selector } from '../sides.ts';

const length = distribution.optional().describe('how long (default: to the end of the run)');

/** Throws an InputError when no node has the label, and none may come. */
function outage(
  name: string,
  what: string,
  label: string,
  value: string,
  context: FaultContext,
  forUs: () => number | undefined,
  ofMasters: (process: ControlPlaneProcess) => boolean = () => false,
): Fault {
  const { nodes, classes } = context.state;
  const labelOf = (node: NodeRow): string | undefined => classes.labelSets.get(nodes.labels[node])[label];
  const there = nodesOf({ includes: () => true, outside: false }, context);
  const isThere = there.some((node) => labelOf(node) === value) || context.processes.list.some(ofMasters);
  if (!isThere) {
    const values = [...new Set(there.map(labelOf))].filter((one) => one !== undefined);
    const valid = values.length === 0 ? `no node has the label ${label}` : `expected one of ${values.join(', ')}`;
    throw new InputError(`${name}: no node has ${label}=${value}, ${valid}`);
  }
  return {
    fire() {
      const members = nodesOf({ includes: (node) => labelOf(node) === value, outside: false }, context);
      const who = `${members.length} nodes${withMasters(context, ofMasters)}`;
      const ends: (() => void)[] = [];
      const begin = (): void => {
        ends.push(context.outages.grip(members, 'machine'), holdMasters(context, ofMasters));
      };
      const end = (): void => {
        for (const one of ends) one();
      };
      context.strike({ what: `outage of ${what} ${value} (${who})`, begin, end }, forUs());
    },
  };
}

const rackArgs = z.strictObject({
  rack: z.string().min(1).describe('value of the label'),
  label: z
    .string()
    .min(1)
    .default('topology.kubernetes.io/rack')
    .describe('the label of nodes that says where they are'),
  for: length,
});

export const rackOutage = member<FaultContext, Fault, typeof rackArgs>({
  name: 'RackOutage',
  summary: 'All machines of a rack, or of another group that a label names, are silent for a time.',
  args: rackArgs,
  create: ({ rack, label, for: forTime }, context) =>
    outage('RackOutage', 'rack', label, rack, context, () =>
      forTime === undefined ? undefined : context.draw(forTime),
    ),
});

const regionArgs = z.strictObject({
  region: z.string().min(1).describe('value of the label topology.kubernetes.io/region'),
  for: length,
});

export const regionOutage = member<FaultContext, Fault, typeof regionArgs>({
  name: 'RegionOutage',
  summary: 'All machines of a region are silent for a time, those of the control plane among them.',
  args: regionArgs,
  create: ({ region, for: forTime }, context) =>
    outage(
      'RegionOutage',
      'region',
      REGION_LABEL,
      region,
      context,
      () => (forTime === undefined ? undefined : context.draw(forTime)),
      ({ zone }) => zone.includes('/') && zone.slice(0, zone.indexOf('/')) === region,
    ),
});

const shockArgs = z.strictObject({
  labels: selector
    .optional()
    .describe('only nodes with these labels, as `kubectl get nodes -l` has them (default: all)'),
  probability: z.number().min(0).max(1).describe('with which each of them is hit, independently of the others'),
  for: length,
});

export const correlatedOutage = member<FaultContext, Fault, typeof shockArgs>({
  name: 'CorrelatedOutage',
  summary:
    'A shock: each machine of a group is hit with a probability; those that are hit are silent for the same time.',
  args: shockArgs,
  create({ labels, probability, for: forTime }, context) {
    const wanted = parseLabelSelector(labels ?? '');
    const { nodes, classes, machines } = context.state;
    return {
      fire() {
        const includes = (node: NodeRow): boolean =>
          machines.nodeUp[node] === 1 && wanted.matches(classes.labelSets.get(nodes.labels[node]));
        const hit = nodesOf({ includes, outside: false }, context).filter(() => context.random.uniform() < probability);
        const forUs = forTime === undefined ? undefined : context.draw(forTime);
        if (hit.length === 0) context.announce('CorrelatedOutage: the shock hits nobody');
        else context.outages.hold(hit, forUs, `${hit.length} nodes at once`);
      },
    };
  },
});
