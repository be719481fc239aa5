// Faults that hold nodes for a time: one by name, or some drawn among those that run.
import { z } from 'zod';
import { distribution } from '../../lib/distribution.ts';
import { naming } from '../../lib/naming.ts';
import { type Fault, type FaultContext, pick } from '../fault.ts';
import type { NodeRow } from '../../model/rows.ts';
import { checkNode } from '../sides.ts';

/** Arguments of a fault of nodes; `what` says what is over after `for`. */
export function nodeArgs(what: string) {
  return z.strictObject({
    node: naming('Node').optional().describe('one node by name (default: drawn among those that run)'),
    count: z.int().min(1).default(1).describe('how many, when they are drawn'),
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
): Fault {
  const choose = chosenNodes(name, given, context);
  return {
    fire() {
      for (const node of choose()) {
        hold(node, context.state.nodeName(node), given.for === undefined ? undefined : context.draw(given.for));
      }
    },
  };
}

/** Chooses the nodes anew each time. Throws an InputError when the node that is named never exists. */
function chosenNodes(fault: string, { node: name, count }: NodeArgs, context: FaultContext): () => NodeRow[] {
  const { state, random } = context;
  if (name !== undefined) {
    checkNode(fault, name, context);
    return () => {
      const node = state.findNode(name);
      if (node < 0) context.announce(`${fault}: there is no node ${name} now`);
      return node < 0 ? [] : [node];
    };
  }
  return () => {
    const { nodes, machines } = state;
    const running: NodeRow[] = [];
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow) {
      if (nodes.alive[node] === 1 && machines.nodeUp[node] === 1) running.push(node);
    }
    return pick(random, running, count);
  };
}
