// What the real API server answered to thousands of objects: decoding, defaults, validation.
import { loadAll, YAMLException } from 'js-yaml';
import { describe, test } from 'vitest';
import { KUBERNETES_SCHEMA } from '../../src/lib/yaml-scalars.ts';
import { decodeObject } from '../../src/model/objects/decode.ts';
import { agree, readRecords } from './harness.ts';

interface CreateRecord {
  readonly id: number;
  readonly base: string;
  readonly mutation: string;
  readonly yaml: string;
  readonly accepted: boolean;
  readonly phase?: 'decode' | 'strict' | 'validation' | 'allocation';
  readonly decodeErrors?: readonly string[];
  readonly errors?: readonly { readonly field: string; readonly type: string; readonly message?: string }[];
  readonly object?: Record<string, unknown>;
}

interface Answer {
  readonly phase: 'accepted' | 'decode' | 'strict';
  readonly messages: readonly string[];
}

function answer(record: CreateRecord): Answer {
  let documents: unknown[];
  try {
    documents = loadAll(record.yaml, { schema: KUBERNETES_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const duplicate = error.reason.includes('duplicated mapping key');
    return { phase: duplicate ? 'strict' : 'decode', messages: [error.reason] };
  }
  const { problems } = decodeObject(documents[0]);
  if (problems.length === 0) return { phase: 'accepted', messages: [] };
  const fatal = problems.filter((problem) => problem.phase === 'decode');
  return {
    phase: fatal.length > 0 ? 'decode' : 'strict',
    messages: (fatal.length > 0 ? fatal : problems).map((problem) => `${problem.path}: ${problem.message}`),
  };
}

const records = readRecords<CreateRecord>('api/create.jsonl.gz');

describe('create', () => {
  test('what is decoded is decoded', () => {
    const decoded = records.filter(
      (record) => record.accepted || record.phase === 'validation' || record.phase === 'allocation',
    );
    agree('api/create decoded', decoded, (record) => {
      const { phase, messages } = answer(record);
      return phase === 'accepted' ? undefined : `${phase}: ${messages.join('; ')}`;
    });
  });

  test.each(['decode', 'strict'] as const)('%s errors', (expected) => {
    agree(
      `api/create ${expected}`,
      records.filter((record) => record.phase === expected),
      (record) => {
        const { phase, messages } = answer(record);
        if (phase !== expected)
          return `${phase} ${messages.join('; ')}, expected ${expected} ${record.decodeErrors?.join('; ')}`;
        return undefined;
      },
    );
  });
});
