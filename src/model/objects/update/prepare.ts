// What an update does not touch: the status, and fields that have a subresource or a controller of their own (PrepareForUpdate of each kind).
import type { ServiceSpec } from 'kubernetes-types/core/v1.js';
import { dropTopology } from '../create/topology.ts';
import { countTemplates } from '../create/template-generation.ts';
import type { DecodedObject, PlainObject } from '../decode.ts';
import { objectType, type Kind } from '../tables.ts';
import { dropUnneeded } from './service-fields.ts';

export function keepServerFields(object: DecodedObject, old: DecodedObject, kind: Kind | undefined): void {
  if (kind === undefined) return;
  if (objectType(kind.type).field('status')?.type.is === 'object') keep(object, old, 'status');
  switch (kind.type) {
    case 'core.v1.Namespace':
      keep(object.spec as PlainObject, old.spec as PlainObject, 'finalizers');
      return;
    case 'core.v1.Node':
      delete (object.spec as PlainObject).configSource;
      return;
    case 'apps.v1.DaemonSet':
      countTemplates(object, old);
      return;
    case 'discovery.v1.EndpointSlice':
      dropTopology(object);
      return;
    case 'core.v1.Service':
      dropUnneeded(object.spec as ServiceSpec, old.spec as ServiceSpec);
      return;
    default:
  }
}

function keep(object: PlainObject, old: PlainObject, field: string): void {
  if (old[field] === undefined) delete object[field];
  else object[field] = old[field];
}
