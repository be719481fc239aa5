// What is on the critical path of requests: the rows of critical-path.csv.
import { sum } from 'd3-array';
import type { Row } from '../../metrics/catalogue.ts';
import type { PathNode } from '../../traffic/traces/critical-paths.ts';
import type { Tracer } from '../../traffic/traces/tracer.ts';
import type { Traffic } from '../../traffic/traffic.ts';
import { phaseColumns } from './phase-columns.ts';

const SLOWEST = 0.01;

export function* criticalPathRows(traffic: Traffic): Generator<Row<'criticalPath'>> {
  const tracer = traffic.tracing?.tracer;
  if (tracer === undefined) return;
  const { paths } = tracer;
  for (const [requests, share] of [
    ['all', 1],
    ['slowest', SLOWEST],
  ] as const) {
    for (const { source, count, nodes } of paths.means(share)) {
      const { name } = traffic.sources[source];
      for (const { node, us } of nodes) {
        const { downstream_seconds: _, ...phases } = phaseColumns({ count: 1, us: Float64Array.from(us) });
        const called = chainOf(paths.nodes, node).map((one) => calledBy(traffic, tracer, one));
        yield {
          requests,
          source: name,
          sampled: count,
          depth: node.depth,
          path: [name, ...called].join(' > '),
          service: called.at(-1) ?? '',
          latency_seconds: sum(us) / 1e6,
          ...phases,
        };
      }
    }
  }
}

/** The nodes from the request itself on. */
function chainOf(nodes: readonly PathNode[], node: PathNode): PathNode[] {
  return node.parent < 0 ? [node] : [...chainOf(nodes, nodes[node.parent]), node];
}

function calledBy({ meters }: Traffic, { edges }: Tracer, { of }: PathNode): string {
  return meters.names[edges.callees[of]];
}
