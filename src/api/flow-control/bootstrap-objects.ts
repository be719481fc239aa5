// Keeps the mandatory and suggested objects of flow control, as every API server does once a minute: what is missing is made again.
import { type Script, sleep } from '../../engine/script.ts';
import type { KubeObject } from '../../model/object-store.ts';
import { equalJson } from '../../model/objects/equal.ts';
import type { Resources } from '../resources/resources.ts';
import {
  AUTO_UPDATE,
  mandatoryLevels,
  mandatorySchemas,
  suggestedLevels,
  suggestedSchemas,
} from './default-configuration.ts';

const PERIOD_US = 60e6;

/** Levels come first: a FlowSchema without its level is dangling. */
export function* keepBootstrapObjects(resources: Resources): Script {
  for (;;) {
    for (const one of [...suggestedLevels, ...suggestedSchemas]) yield* keep(resources, one, false);
    for (const one of [...mandatoryLevels, ...mandatorySchemas]) yield* keep(resources, one, true);
    yield* sleep(PERIOD_US);
  }
}

function* keep(resources: Resources, wanted: KubeObject, mandatory: boolean): Script {
  const seen = resources.peek(wanted);
  if ('failure' in seen) {
    yield* resources.create(wanted).wait();
    return;
  }
  const { object } = seen;
  // A suggested object belongs to whoever changed it, unless its annotation says otherwise.
  const said = object.metadata.annotations?.[AUTO_UPDATE];
  const updates =
    mandatory || (said === 'true' || said === 'false' ? said === 'true' : object.metadata.generation === 1);
  const stale = updates && !equalJson(object.spec, wanted.spec);
  if (!stale && said === String(updates)) return;
  const annotations = { ...object.metadata.annotations, [AUTO_UPDATE]: String(updates) };
  const metadata = { ...object.metadata, annotations };
  yield* resources.update({ ...object, metadata, ...(stale ? { spec: wanted.spec } : {}) }).wait();
}
