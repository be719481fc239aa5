// Patches of metadata.managedFields themselves: kubectl hands fields from one manager to another before it applies on the server first.
import type { FieldManagers } from '../../api/field-managers.ts';
import { badRequest } from '../../api/resources/status.ts';
import { CALENDAR_START_SECONDS } from '../../lib/timestamp.ts';
import type { KubeObject } from '../../model/object-store.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import { readFields } from '../../model/objects/managed/field-set.ts';
import type { Manager } from '../../model/objects/managed/managers.ts';
import type { Exchange } from '../call.ts';

interface Entry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly time?: string;
  readonly fieldsV1?: PlainObject;
  readonly subresource?: string;
}

export function changesManagers({ request }: Exchange): boolean {
  return new TextDecoder().decode(request.body).includes('managedFields');
}

/** What the patch makes of the object, whose managers become what it says of them. */
export function withManagers(
  managers: FieldManagers,
  current: KubeObject,
  shown: KubeObject,
  patched: (object: KubeObject) => KubeObject,
  isDry: boolean,
): KubeObject {
  const { metadata } = managers.shown(current);
  const next = patched({ ...shown, metadata });
  const { managedFields = [], ...rest } = next.metadata as KubeObject['metadata'] & {
    readonly managedFields?: readonly Entry[];
  };
  if (!Array.isArray(managedFields)) throw badRequest('metadata.managedFields: expected a list');
  if (!isDry) managers.set(current, managedFields.map(managerOf));
  return { ...next, metadata: rest };
}

function managerOf({
  manager = '',
  operation,
  apiVersion = '',
  time,
  fieldsV1 = {},
  subresource = '',
}: Entry): Manager {
  const seconds = time === undefined ? CALENDAR_START_SECONDS : Date.parse(time) / 1000;
  return {
    manager,
    operation: operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion,
    subresource,
    timeUs: (seconds - CALENDAR_START_SECONDS) * 1e6,
    fields: readFields(fieldsV1),
  };
}
