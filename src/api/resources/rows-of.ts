// Where the objects of a resource are: in rows of a table, or stored as they are.
import type { Resource } from '../kinds.ts';
import type { ApiServer } from '../server.ts';
import { EventRows } from './event-rows.ts';
import { NodeLeases } from './node-leases.ts';
import { NodeRows } from './node-rows.ts';
import { PodRows } from './pod-rows.ts';
import type { Rows } from './rows.ts';
import { RowsBesideStored } from './rows-beside-stored.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import { ServiceSlices } from './service-slices.ts';
import { StoredRows } from './stored-rows.ts';

export function rowsOf(api: ApiServer, resource: Resource): Rows {
  if (resource.apiVersion === 'v1' && resource.kind === 'Pod') return new PodRows(api, resource);
  if (resource.apiVersion === 'v1' && resource.kind === 'Node') return new NodeRows(api, resource);
  if (resource.kind === 'Event') return new EventRows(api);
  if (resource.kind === 'EndpointSlice') return new RowsBesideStored(api, resource, new ServiceSlices(api));
  if (resource.kind === 'Endpoints') return new RowsBesideStored(api, resource, new ServiceEndpoints(api));
  if (resource.kind === 'Lease') return new RowsBesideStored(api, resource, new NodeLeases(api));
  return new StoredRows(api, resource);
}
