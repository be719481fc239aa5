// What the real API server answered to thousands of objects: decoding, defaults, validation, allocation.
import { describe, test } from 'vitest';
import { createObject } from '../../src/model/objects/create/object.ts';
import type { DecodedObject } from '../../src/model/objects/decode.ts';
import { marked, readObject, recordingOptions, type FieldAnswer } from './api-records.ts';
import { agree, difference, readRecords } from './harness.ts';

interface CreateRecord {
  readonly id: number;
  readonly base: string;
  readonly mutation: string;
  readonly yaml: string;
  readonly accepted: boolean;
  readonly phase?: 'decode' | 'strict' | 'validation' | 'allocation';
  readonly decodeErrors?: readonly string[];
  readonly errors?: readonly FieldAnswer[];
  readonly object?: Readonly<Record<string, unknown>>;
}

interface Answer {
  readonly phase: 'accepted' | 'decode' | 'strict' | 'validation';
  readonly messages: readonly string[];
  readonly errors: readonly FieldAnswer[];
  readonly object?: DecodedObject;
}

function answer(record: CreateRecord): Answer {
  const read = readObject(record.yaml);
  if ('refused' in read) return { phase: read.refused, messages: read.messages, errors: [] };
  const { object } = read;
  const errors = createObject(object, recordingOptions());
  const phase = errors.length === 0 ? 'accepted' : 'validation';
  return { phase, messages: errors.map(({ field, message }) => `${field}: ${message}`), errors, object };
}

const records = readRecords<CreateRecord>('api/create.jsonl.gz');

function sortedFields(errors: readonly FieldAnswer[]): string[] {
  return errors.map(({ field, type }) => `${field} ${type}`).sort();
}

describe('create', () => {
  test.each(['decode', 'strict'] as const)('%s errors', (expected) => {
    const rejected = records.filter((record) => record.phase === expected);
    agree(`api/create ${expected}`, rejected, (record) => {
      const { phase, messages } = answer(record);
      if (phase === expected) return undefined;
      return `${phase} ${messages.join('; ')}, expected ${expected} ${record.decodeErrors?.join('; ')}`;
    });
  });

  test('what is accepted is accepted', () => {
    const accepted = records.filter((record) => record.accepted);
    agree('api/create accepted', accepted, (record) => {
      const { phase, messages } = answer(record);
      return phase === 'accepted' ? undefined : `${phase}: ${messages.join('; ')}`;
    });
  });

  test('the stored objects', () => {
    const accepted = records.filter((record) => record.accepted);
    agree('api/create objects', accepted, (record) => {
      const { object } = answer(record);
      return object === undefined ? 'not accepted' : difference(record.object, marked(object));
    });
  });

  test.each(['validation', 'allocation'] as const)('%s errors: fields and kinds of errors', (expected) => {
    const rejected = records.filter((record) => record.phase === expected);
    agree(`api/create ${expected}`, rejected, (record) => {
      const { phase, messages, errors } = answer(record);
      const differs = difference(sortedFields(record.errors ?? []), sortedFields(errors));
      if (phase === 'validation' && differs === undefined) return undefined;
      return `got ${phase} ${messages.join('; ')}, expected ${record.errors?.map((error) => `${error.field} ${error.type}`).join('; ')}`;
    });
  });
});
