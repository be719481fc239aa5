// Faults that hold nodes for a time: one by name, or some drawn among those that run.
import { z } from 'zod';
import type { Random } from '../../engine/random.ts';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { type Fault, type FaultContext, type FaultOfNodes, pick, type Place } from '../fault.ts';
import type { NodeRow } from '../../model/rows.ts';
import { checkNode } from '../sides.ts';
import { ZONE_LABEL } from '../../model/state.ts';

/** Which nodes. */
export const whichNodes = {
  node: naming('Node').optional().describe('one node by name (default: drawn among those that run)'),
  count: z.int().min(1).default(1).describe('how many, when they are drawn'),
};

/** Arguments of a fault of nodes; `what` says what is over after `for`. */
export function nodeArgs(what: string) {
  return z.strictObject({
    ...whichNodes,
    for: distribution.optional().describe(`${what} (default: to the end of the run)`),
  });
}

type NodeArgs = z.output<ReturnType<typeof nodeArgs>>;

/** A fault that has `hold` hold each of its nodes, for a time that is drawn or to the end of the run. */
export function faultOfNodes(
  name: string,
  given: NodeArgs,
  context: FaultContext,
  hold: (node: NodeRow, nodeName: string, forUs: number | undefined) => void,
): FaultOfNodes {
  const choose = chosenNodes(name, given, context);
  return {
    fire(place) {
      for (const node of choose(context.random, place)) {
        hold(node, context.state.nodeName(node), given.for === undefined ? undefined : context.draw(given.for));
      }
    },
    strikes: (ahead, place) => (given.node === undefined ? choose(ahead, place) : named(given.node, context)),
  };
}

/** One that does something to each of its nodes, until what `strike` gives is called. */
export function strikeOfNodes(
  name: string,
  given: NodeArgs,
  context: FaultContext,
  says: string,
  strike: (node: NodeRow) => () => void,
): Fault {
  const fault = faultOfNodes(name, given, context, (node, nodeName, forUs) => {
    let end = (): void => undefined;
    const begin = (): void => {
      end = strike(node);
    };
    context.strike({ what: `${says} ${nodeName}`, begin, end: () => end() }, forUs);
  });
  return { fire: (place) => fault.fire(place) };
}

/** Chooses the nodes again each time. Throws an InputError when the node that is named never exists. */
function chosenNodes(
  fault: string,
  { node: name, count }: Pick<NodeArgs, 'node' | 'count'>,
  context: FaultContext,
): (random: Random, place: Place | undefined) => NodeRow[] {
  const { state } = context;
  if (name !== undefined) {
    checkNode(fault, name, context);
    return () => {
      const found = named(name, context);
      if (found.length === 0) context.announce(`${fault}: there is no node ${name} now`);
      return found;
    };
  }
  return (random, place) => {
    const { nodes, machines, classes } = state;
    const running: NodeRow[] = [];
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 0 || machines.nodeUp[node] === 0) continue;
      if (place?.node !== undefined && place.node !== node) continue;
      if (place?.zone !== undefined && classes.labelSets.get(nodes.labels[node])[ZONE_LABEL] !== place.zone) continue;
      running.push(node);
    }
    return pick(random, running, count);
  };
}

function named(name: string, { state }: FaultContext): NodeRow[] {
  const node = state.findNode(name);
  return node < 0 ? [] : [node];
}
