// PUT of a node's status: its condition Ready, those of pressure, and the images that it has.
import { Change } from '../../model/change-log.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { NodeRow } from '../../model/rows.ts';

interface Reported {
  readonly message?: string;
  readonly images?: number;
}

/** `ready` is one of `NodeReady`, `message` says why not; `pressure` has bits of `NodePressure`, -1 stays as it is; so do images that are not given. */
export function updateNodeStatus(
  requests: RequestArena,
  node: NodeRow,
  ready: number,
  pressure = -1,
  message = '',
  images?: number,
): number {
  const request = requests.allocate(Verb.UpdateNodeStatus, node);
  requests.a[request] = ready;
  requests.b[request] = pressure;
  if (message !== '') requests.body[request] = { message };
  else if (images !== undefined) requests.body[request] = { images };
  return request;
}

export function commitUpdateNodeStatus({ requests, state, changes }: Commit, request: number): number {
  const { nodes } = state;
  const node = requests.target[request] as NodeRow;
  if (nodes.alive[node] === 0) return Refused.NotFound;
  const ready = requests.a[request];
  if (nodes.ready[node] !== ready) nodes.readyAt[node] = requests.madeAt[request];
  nodes.ready[node] = ready;
  const reported: Reported | undefined = requests.body[request];
  if (reported?.message !== undefined) nodes.messages.set(node, reported.message);
  else if (nodes.messages.size > 0) nodes.messages.delete(node);
  if (requests.b[request] >= 0) nodes.pressure[node] = requests.b[request];
  const images = reported?.images ?? nodes.imagesOf(node);
  const otherImages = images !== nodes.imagesOf(node);
  if (otherImages) nodes.setImages(node, images);
  changes.nodeChanged(node, otherImages ? Change.Status | Change.Images : Change.Status);
  return node;
}
