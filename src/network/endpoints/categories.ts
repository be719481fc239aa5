// Which endpoints of a Service the kube-proxy of a node sends connections to (pkg/proxy/topology.go).
import { EndpointBit } from '../../model/endpoints.ts';

/** What an endpoint's hints say to a node. */
export const Hint = { None: 0, Elsewhere: 1, Here: 2 } as const;
export type Hint = (typeof Hint)[keyof typeof Hint];

/** The endpoints of one port of a Service, numbered from 0, as one node sees them. */
export interface SeenEndpoints {
  readonly count: number;
  /** Bits of `EndpointBit`. */
  flags(i: number): number;
  isLocal(i: number): boolean;
  nodeHint(i: number): Hint;
  zoneHint(i: number): Hint;
}

const DYING = EndpointBit.Serving | EndpointBit.Terminating;

function isReady(flags: number): boolean {
  return (flags & EndpointBit.Ready) !== 0;
}

/** Second best: it is on its way out but still serves. */
function isLast(flags: number): boolean {
  return !isReady(flags) && (flags & DYING) === DYING;
}

/** For the traffic policy Cluster: the ready ones, of these the nearest if hints say which; where none is ready those that still serve. */
export function clusterEndpoints(seen: SeenEndpoints): number[] {
  const ready = numbers(seen, (i) => isReady(seen.flags(i)));
  if (ready.length === 0) return numbers(seen, (i) => isLast(seen.flags(i)));
  return hinted(ready, (i) => seen.nodeHint(i)) ?? hinted(ready, (i) => seen.zoneHint(i)) ?? ready;
}

/** For the traffic policy Local: the ready ones on the node, or where none is ready those that still serve. */
export function localEndpoints(seen: SeenEndpoints): number[] {
  const ready = numbers(seen, (i) => seen.isLocal(i) && isReady(seen.flags(i)));
  return ready.length > 0 ? ready : numbers(seen, (i) => seen.isLocal(i) && isLast(seen.flags(i)));
}

/** Whether there is an endpoint anywhere: without one, connections are rejected; with one that is out of reach, dropped. */
export function hasUsableEndpoints(seen: SeenEndpoints): boolean {
  for (let i = 0; i < seen.count; i += 1) if (isReady(seen.flags(i)) || isLast(seen.flags(i))) return true;
  return false;
}

/** Ready endpoints on the node: what the health check of a load balancer asks for. */
export function localReady(seen: SeenEndpoints): number {
  return numbers(seen, (i) => seen.isLocal(i) && isReady(seen.flags(i))).length;
}

/** Those that are meant for here; undefined where an endpoint has no hint, or none is meant for here. */
function hinted(ready: readonly number[], hint: (i: number) => Hint): number[] | undefined {
  if (ready.some((i) => hint(i) === Hint.None)) return undefined;
  const here = ready.filter((i) => hint(i) === Hint.Here);
  return here.length === 0 ? undefined : here;
}

function numbers({ count }: SeenEndpoints, admits: (i: number) => boolean): number[] {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) if (admits(i)) found.push(i);
  return found;
}
