// POST, PUT and DELETE of EndpointSlices, by the controller that keeps those of a Service.
import type { EndpointSlice } from '../../model/endpoints.ts';
import { Change } from '../../model/change-log.ts';
import { Refused } from '../refused.ts';
import { type RequestArena, Verb } from './arena.ts';
import type { Commit } from './commit-context.ts';
import type { ObjectRow } from '../../model/rows.ts';

/** A slice to create (without an id: -1) or to update, or the id of one to delete; and how many endpoints differ from before. */
export type SliceBody = ({ readonly slice: EndpointSlice } | { readonly removed: number }) & {
  readonly changed: number;
};

export function writeEndpointSlice(requests: RequestArena, service: ObjectRow, body: SliceBody): number {
  const request = requests.allocate(Verb.WriteEndpointSlice, service);
  requests.body[request] = body;
  return request;
}

/** Returns the id of the slice. */
export function commitWriteEndpointSlice({ requests, state, changes, clock }: Commit, request: number): number {
  const service = requests.target[request] as ObjectRow;
  if (state.objects.get(service) === undefined) return Refused.NotFound;
  const body = requests.body[request] as SliceBody;
  const { endpoints } = state;
  state.resourceVersion += 1;
  if ('removed' in body) {
    changes.sliceChanged(body.removed, Change.Removed);
    endpoints.remove(service, body.removed, body.changed, clock.now);
    return body.removed;
  }
  const isNew = body.slice.id < 0;
  const id = isNew ? endpoints.newSlice(service, clock.now) : body.slice.id;
  endpoints.commit(service, { ...body.slice, id }, body.changed, clock.now, state.resourceVersion);
  changes.sliceChanged(id, isNew ? Change.Created : Change.Spec);
  return id;
}
