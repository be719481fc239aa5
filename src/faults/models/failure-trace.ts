// Failures of machines as somebody recorded them, replayed.
import { z } from 'zod';
import { member } from '../../lib/family.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { Fault, FaultContext } from '../fault.ts';

/** Seconds since the first of the trace. */
type Traced = readonly [node: string, fromSeconds: number, toSeconds: number, cause: string];

const args = z.strictObject({
  trace: z
    .strictObject({ outages: z.custom<readonly Traced[]>((value) => Array.isArray(value)) })
    .describe(
      "a CSV file in the scenario's folder: columns node, start, end (seconds) and cause, or LANL's, or an event trace of the Failure Trace Archive",
    )
    .meta({ type: '{ file }' }),
  causes: z.array(z.string()).min(1).optional().describe('only outages of these causes (default: all)'),
  speed: z.number().positive().default(1).describe('how many seconds of the trace pass in one of the run'),
});

export const failureTrace = member<FaultContext, Fault, typeof args>({
  name: 'FailureTrace',
  summary: 'Machines fail as recorded; a node of the trace is the node of that name, else the next that is not taken.',
  args,
  create({ trace, causes, speed }, context) {
    const { outages } = context;
    const traced = trace.outages.filter(([, , , cause]) => causes === undefined || causes.includes(cause));
    const rowOf = nodesByTrace(traced, context);
    let firedUs = 0;
    let missing = 0;
    const us = (seconds: number): number => firedUs + Math.round((seconds * 1e6) / speed);
    // One alarm at a time: that of the next outage.
    const next = context.alarm((index) => {
      const [name, from, to, cause] = traced[index];
      if (index + 1 < traced.length) next(us(traced[index + 1][1]) - context.nowUs(), index + 1);
      const node = rowOf(name);
      if (node === undefined) {
        missing += 1;
        if (missing === 1)
          context.announce(`FailureTrace: there is no node for ${name} of the trace, nor for those that come after it`);
        return;
      }
      const why = cause === '' ? '' : ` (${cause})`;
      outages.hold([node], us(to) - us(from), `node ${context.state.nodeName(node)}${why}`);
    });
    return {
      fire() {
        firedUs = context.nowUs();
        if (traced.length > 0) next(0, 0);
        else context.announce('FailureTrace: no outage of these causes');
      },
    };
  },
});

function nodesByTrace(traced: readonly Traced[], { state }: FaultContext): (name: string) => NodeRow | undefined {
  const rows = new Map<string, NodeRow | undefined>();
  let named: Set<NodeRow> | undefined;
  let from = 0 as NodeRow;
  return (name) => {
    if (rows.has(name)) return rows.get(name);
    named ??= new Set([...new Set(traced.map(([node]) => node))].map((node) => state.findNode(node)));
    let row: NodeRow | undefined = state.findNode(name);
    if (row < 0) {
      while (from < state.nodes.length && (state.nodes.alive[from] === 0 || named.has(from)))
        from = (from + 1) as NodeRow;
      row = from < state.nodes.length ? from : undefined;
      from = (from + 1) as NodeRow;
    }
    rows.set(name, row);
    return row;
  };
}
