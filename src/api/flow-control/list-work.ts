// What a list takes beyond a read of one object: the time to encode all that it goes through.
import { Verb } from '../requests/arena.ts';
import type { ApiServer } from '../server.ts';
import { requestInfo } from './request-info.ts';
import type { ResourceSizes } from './resource-sizes.ts';

/** Begins the work on requests, lists later than others by the time for their objects. */
export function servingLists(api: ApiServer, sizes: ResourceSizes, perObjectUs: number): (request: number) => void {
  const kind = api.engine.kind('api.list', (request) => api.serve(request));
  return (request) => {
    if (perObjectUs === 0 || api.requests.verb[request] !== Verb.Read) return api.serve(request);
    const info = requestInfo(api, request);
    if (info.verb !== 'list') return api.serve(request);
    api.engine.after(Math.round(perObjectUs * sizes.listed(info)), kind, request, 0);
  };
}
