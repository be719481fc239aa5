// What the real API server answered to objects that were sent in place of stored ones: what may change, what is kept, what is refused.
import { describe, expect, test } from 'vitest';
import { createObject } from '../../src/model/objects/create/object.ts';
import type { DecodedObject } from '../../src/model/objects/decode.ts';
import { updateObject } from '../../src/model/objects/update/object.ts';
import type { FieldError } from '../../src/model/objects/validate/errors.ts';
import { kindOf, marked, readObject, RECORDED_UID, recordingOptions, type FieldAnswer } from './api-records.ts';
import { agree, difference, readRecords } from './harness.ts';

interface UpdateRecord {
  readonly id: number;
  readonly base: string;
  readonly mutation: string;
  readonly old: string;
  readonly oldStatus?: unknown;
  readonly new: string;
  readonly accepted: boolean;
  readonly errors?: readonly FieldAnswer[];
  readonly object?: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly errors: readonly FieldError[];
  readonly object: DecodedObject;
}

function read(yaml: string): DecodedObject {
  const found = readObject(yaml);
  if ('refused' in found) throw new Error(`not decoded: ${found.messages.join('; ')}`);
  return found.object;
}

function answer(record: UpdateRecord): Answer {
  const old = read(record.old);
  expect(createObject(old, recordingOptions())).toEqual([]);
  if (record.oldStatus !== undefined) old.status = record.oldStatus;
  const before = JSON.stringify(old);
  const object = read(record.new);
  object.metadata.uid = RECORDED_UID;
  const errors = updateObject(object, old, recordingOptions());
  expect(JSON.stringify(old)).toBe(before);
  return { errors, object };
}

/** The recorder calls an error that is not of the API's own kinds `other`. */
function fieldsOf(errors: readonly FieldAnswer[]): string[] {
  return errors.map(({ field, type }) => `${field} ${type === 'InternalError' ? 'other' : type}`);
}

function differenceOf(record: UpdateRecord): string | undefined {
  const { errors, object } = answer(record);
  const expected = fieldsOf(record.errors ?? []);
  const differs = difference(expected, fieldsOf(errors));
  if (differs !== undefined) {
    const got = errors.map(({ field, message }) => `${field}: ${message}`);
    return `${record.mutation}: got [${got.join('; ')}], expected [${expected.join('; ')}]`;
  }
  return record.accepted ? difference(record.object, marked(object)) : undefined;
}

const records = readRecords<UpdateRecord>('api/update.jsonl.gz');

/** How many records there are of each of these kinds: `CronJob 52, DaemonSet 62`. */
function counted(of: readonly UpdateRecord[]): string {
  const counts = new Map<string, number>();
  for (const record of of) counts.set(kindOf(record), (counts.get(kindOf(record)) ?? 0) + 1);
  return [...counts]
    .map(([kind, count]) => `${kind} ${count}`)
    .sort((a, b) => (a < b ? -1 : 1))
    .join(', ');
}

describe('update', () => {
  test('verdicts, errors and stored objects', () => {
    agree(`api/update (${counted(records)})`, records, differenceOf);
  });
});
