// Field managers against what a real API server answered (golden api-answers): how fields are written, which are whose, and what a patch makes of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, it } from 'vitest';
import { isPlainObject, type PlainObject } from '../../src/model/objects/decode.ts';
import { compare } from '../../src/model/objects/managed/compare.ts';
import { difference as without, pathsOf, readFields, writeFields } from '../../src/model/objects/managed/field-set.ts';
import { afterApply, type Manager } from '../../src/model/objects/managed/managers.ts';
import { shapeOfType } from '../../src/model/objects/managed/shape.ts';
import { builtInKind } from '../../src/model/objects/tables.ts';
import { agree, difference, goldenFolder, hasRecords } from './harness.ts';

const FOLDER = 'api-answers';

interface Entry {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1: PlainObject;
}

interface Recorded extends PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: PlainObject & { readonly managedFields?: readonly Entry[] };
}

const FORCED = { force: true, timeUs: 0 };

const shapeOf = ({ apiVersion, kind }: Recorded) => shapeOfType(builtInKind(apiVersion, kind)?.type);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** All objects with managed fields in a recorded answer. */
function* objectsIn(value: unknown): Generator<Recorded> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  if (!isPlainObject(value)) return;
  if (isPlainObject(value.metadata) && Array.isArray(value.metadata.managedFields)) yield value as Recorded;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

function recordedObjects(): Recorded[] {
  const folder = join(goldenFolder(), FOLDER);
  const answers = readdirSync(join(folder, 'http'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => parsed(readFileSync(join(folder, 'http', name), 'utf8')));
  return answers.flatMap((answer) => [...objectsIn(answer)]);
}

function managersOf({ metadata }: Recorded): Manager[] {
  return (metadata.managedFields ?? []).map(({ subresource = '', time = '', fieldsV1, ...entry }) => ({
    ...entry,
    subresource,
    timeUs: Date.parse(time) * 1000,
    fields: readFields(fieldsV1),
  }));
}

function manifestOf(file: string, kind: string): Recorded {
  const text = readFileSync(join(goldenFolder(), FOLDER, 'manifests', file), 'utf8');
  const found = loadAll(text).find((one) => (one as Recorded).kind === kind);
  return found as Recorded;
}

describe.skipIf(!hasRecords(FOLDER))('field managers', () => {
  it('are read and written as the API server writes them', () => {
    const entries = recordedObjects().flatMap(({ metadata }) => metadata.managedFields ?? []);
    agree('api-answers/managed-fields', entries, ({ fieldsV1 }) => {
      const written = JSON.stringify(writeFields(readFields(fieldsV1)));
      return written === JSON.stringify(fieldsV1) ? undefined : `expected ${JSON.stringify(fieldsV1)}, got ${written}`;
    });
  });

  it('have fields that the object has', () => {
    const whole = recordedObjects().filter(
      (object) => builtInKind(object.apiVersion, object.kind) !== undefined && object.spec !== undefined,
    );
    agree('api-answers/owned-fields', whole, (object) => {
      const { added } = compare({}, object, shapeOf(object));
      for (const { manager, fields } of managersOf(object)) {
        const [stray] = pathsOf(without(fields, added));
        if (stray !== undefined) return `${manager} has ${stray}`;
      }
      return undefined;
    });
  });

  it('have what their manifest says', () => {
    const applied = objectsIn(parsed(readFileSync(join(goldenFolder(), FOLDER, 'http/table-services.json'), 'utf8')));
    const services = [...applied].filter(({ metadata }) => metadata.name === 'web');
    const manifest = manifestOf('web.yaml', 'Service');
    agree('api-answers/applied-fields', services, (object) => {
      const entry = managersOf(object).find(({ operation }) => operation === 'Apply');
      if (entry === undefined) return 'nobody applied';
      const answer = afterApply([], {}, manifest, { ...entry, subresource: '' }, shapeOf(manifest), FORCED);
      if (!('managers' in answer)) return 'conflicts';
      return difference(writeFields(entry.fields), writeFields(answer.managers[0].fields));
    });
  });
});
