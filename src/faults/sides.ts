// Who is on a side of what happens in the network: nodes by name, zone or label, the control plane, the outside.
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { parseLabelSelector } from '../model/parse/label-selector.ts';
import type { Side } from '../model/ports/troubles.ts';
import type { NodeRow } from '../model/rows.ts';
import { ZONE_LABEL } from '../model/state.ts';
import type { FaultContext } from './fault.ts';

/** Labels of nodes, as `kubectl get nodes -l` has them. */
export const selector = z.string().superRefine((text, context) => {
  try {
    parseLabelSelector(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/** At least one of its members. */
export const sideArgs = z
  .strictObject({
    nodes: z.array(z.string().min(1)).min(1).optional().describe('nodes and machines of the control plane by name'),
    zone: z.string().min(1).optional().describe('the nodes and machines of the control plane in a zone'),
    labels: selector.optional().describe('nodes by their labels, as `kubectl get nodes -l` has them'),
    controlPlane: z.boolean().default(false).describe('the machines of the control plane, with the API servers'),
    outside: z.boolean().default(false).describe('clients and systems outside the cluster'),
  })
  .refine(
    ({ nodes, zone, labels, controlPlane, outside }) =>
      nodes !== undefined || zone !== undefined || labels !== undefined || controlPlane || outside,
    'expected `nodes`, `zone`, `labels`, `controlPlane` or `outside`',
  )
  .meta({ type: 'one or more of nodes: [names], zone, labels: selector, controlPlane: true, outside: true' });

export type SideArgs = z.output<typeof sideArgs>;

export interface NamedSide extends Side {
  readonly controlPlane: boolean;
  readonly masters: (machine: string) => boolean;
  /** In the events. */
  readonly name: string;
}

/** Throws an InputError when it names what never exists. */
export function sideOf(fault: string, args: SideArgs, context: FaultContext): NamedSide {
  const { nodes, classes } = context.state;
  for (const name of args.nodes ?? [])
    if (!context.processes.list.some(({ machine }) => machine === name)) checkNode(fault, name, context);
  if (args.zone !== undefined) checkZone(fault, args.zone, context);
  const names = new Set(args.nodes ?? []);
  const labels = args.labels === undefined ? undefined : parseLabelSelector(args.labels);
  const includes = (node: NodeRow): boolean => {
    if (nodes.alive[node] === 0) return false;
    const has = classes.labelSets.get(nodes.labels[node]);
    if (args.zone !== undefined && has[ZONE_LABEL] === args.zone) return true;
    return names.has(nodes.spec[node].name) || labels?.matches(has) === true;
  };
  const { processes, state } = context;
  const masters = (machine: string): boolean => {
    if (args.controlPlane || names.has(machine)) return true;
    if (args.zone !== undefined && processes.list.some((one) => one.machine === machine && one.zone === args.zone))
      return true;
    const node = state.findNode(machine);
    return node >= 0 && includes(node);
  };
  const parts = [
    ...(args.nodes ?? []),
    ...(args.zone === undefined ? [] : [`zone ${args.zone}`]),
    ...(args.labels === undefined ? [] : [`nodes with ${args.labels}`]),
    ...(args.controlPlane ? ['the control plane'] : []),
    ...(args.outside ? ['the outside'] : []),
  ];
  return { includes, outside: args.outside, controlPlane: args.controlPlane, masters, name: parts.join(', ') };
}

/** Everything that is not on a side. */
export function restOf(side: NamedSide, { state }: FaultContext): NamedSide {
  const includes = (node: NodeRow): boolean => state.nodes.alive[node] === 1 && !side.includes(node);
  return {
    includes,
    outside: !side.outside,
    controlPlane: !side.controlPlane,
    masters: (machine) => !side.masters(machine),
    name: 'everything else',
  };
}

/** The nodes that a side has now. */
export function nodesOf(side: Side, { state }: FaultContext): NodeRow[] {
  const { nodes } = state;
  const found: NodeRow[] = [];
  for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
    if (nodes.alive[node] === 1 && side.includes(node)) found.push(node);
  }
  return found;
}

export function checkNode(fault: string, name: string, context: FaultContext): void {
  const { state } = context;
  if (state.findNode(name) >= 0 || context.knows('Node', '', name)) return;
  const valid = state.nodes.spec.map((spec) => spec.name);
  throw new InputError(`${fault}: there is no node "${name}"${didYouMean(name, valid)}`);
}

export function checkZone(fault: string, zone: string, context: FaultContext): void {
  const { state } = context;
  const zones = new Set(state.nodes.spec.map((spec) => spec.labels[ZONE_LABEL]).filter((name) => name !== undefined));
  const { list } = context.processes;
  if (zones.has(zone) || context.knows('Zone', '', zone) || list.some((process) => process.zone === zone)) return;
  const valid = [...zones];
  throw new InputError(
    `${fault}: no node is in zone "${zone}", expected one of ${valid.join(', ')}${didYouMean(zone, valid)}`,
  );
}
