// The topology that endpoints had before `discovery.k8s.io/v1`: read, and no longer stored (pkg/registry/discovery/endpointslice).
import type { DecodedObject, PlainObject } from '../decode.ts';

/** In place. */
export function dropTopology(object: DecodedObject): void {
  for (const endpoint of (object.endpoints ?? []) as PlainObject[]) delete endpoint.deprecatedTopology;
}
