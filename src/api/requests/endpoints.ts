// PUT of a Service's EndpointSlices, as one version of its endpoints.
import type { Endpoints } from '../../model/endpoints.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** The endpoints of one Service as the EndpointSlice controller wants them, and how many differ from before. */
export interface EndpointsBody extends Endpoints {
  readonly changed: number;
}

export function updateEndpoints(requests: RequestArena, service: ObjectRow, body: EndpointsBody): number {
  const request = requests.allocate(Verb.UpdateEndpoints, service);
  requests.body[request] = body;
  return request;
}

export function commitUpdateEndpoints({ requests, state, clock }: Commit, request: number): number {
  const service = requests.target[request] as ObjectRow;
  if (state.objects.get(service) === undefined) return Refused.NotFound;
  const body = requests.body[request] as EndpointsBody;
  state.resourceVersion += 1;
  state.endpoints.commit(service, body, body.changed, clock.now);
  return service;
}
