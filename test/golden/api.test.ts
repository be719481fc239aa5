// What the real API server answered to thousands of objects: decoding, defaults, validation, allocation.
import { loadAll, YAMLException } from 'js-yaml';
import { describe, test } from 'vitest';
import { KUBERNETES_SCHEMA } from '../../src/lib/yaml-scalars.ts';
import { createObject } from '../../src/model/objects/create/object.ts';
import type { ServicePool } from '../../src/model/objects/create/service.ts';
import { decodeObject, type DecodedObject } from '../../src/model/objects/decode.ts';
import { agree, difference, readRecords } from './harness.ts';

interface FieldAnswer {
  readonly field: string;
  readonly type: string;
  readonly message?: string;
}

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

/** The kinds whose validation and defaults are complete; of the others everything that is accepted must be. */
const COMPLETE = new Set([
  'Pod',
  'Deployment',
  'ReplicaSet',
  'Service',
  'Namespace',
  'Node',
  'ConfigMap',
  'Secret',
  'PodDisruptionBudget',
  'PriorityClass',
]);

// What the pool gives, and how the records mark it.
const FREE_ADDRESS = '10.0.255.254';
const FREE_PORT = 31_999;
const ALLOCATED = '<allocated>';

/** The recorder's pool: 10.0.0.0/16 and ports 30000-32767, one Service at a time. */
function recordingPool(): ServicePool {
  const ports = new Set<number>();
  return {
    takeAddress: (wanted) => ({ address: wanted ?? FREE_ADDRESS }),
    takePort(wanted) {
      if (wanted === undefined) return { port: FREE_PORT };
      if (wanted < 30_000 || wanted > 32_767) {
        return { error: 'provided port is not in the valid range. The range of valid ports is 30000-32767' };
      }
      if (ports.has(wanted)) return { error: 'provided port is already allocated' };
      ports.add(wanted);
      return { port: wanted };
    },
  };
}

function answer(record: CreateRecord): Answer {
  let documents: unknown[];
  try {
    documents = loadAll(record.yaml, { schema: KUBERNETES_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const duplicate = error.reason.includes('duplicated mapping key');
    return { phase: duplicate ? 'strict' : 'decode', messages: [error.reason], errors: [] };
  }
  const { object, problems } = decodeObject(documents[0]);
  const fatal = problems.filter((problem) => problem.phase === 'decode');
  if (problems.length > 0 || object === undefined) {
    return {
      phase: fatal.length > 0 ? 'decode' : 'strict',
      messages: (fatal.length > 0 ? fatal : problems).map((problem) => `${problem.path}: ${problem.message}`),
      errors: [],
    };
  }
  const errors = createObject(object, {
    generateName: (prefix) => `${prefix}xxxxx`,
    services: recordingPool(),
    // The recorded server was started without --allow-privileged.
    allowPrivileged: false,
  });
  const phase = errors.length === 0 ? 'accepted' : 'validation';
  return { phase, messages: errors.map(({ field, message }) => `${field}: ${message}`), errors, object };
}

const records = readRecords<CreateRecord>('api/create.jsonl.gz');
const kindOf = ({ base }: CreateRecord): string => base.replace(/^shop-/, '').split('/')[0];
const isComplete = (record: CreateRecord): boolean => COMPLETE.has(kindOf(record));

function sortedFields(errors: readonly FieldAnswer[]): string[] {
  return errors.map(({ field, type }) => `${field} ${type}`).sort();
}

function marked(object: unknown): unknown {
  const mark = (_: string, value: unknown) => (value === FREE_ADDRESS || value === FREE_PORT ? ALLOCATED : value);
  return JSON.parse(JSON.stringify(object, mark));
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
    agree('api/create accepted, all kinds', accepted, (record) => {
      const { phase, messages } = answer(record);
      return phase === 'accepted' ? undefined : `${phase}: ${messages.join('; ')}`;
    });
  });

  test('the stored objects', () => {
    const accepted = records.filter((record) => record.accepted && isComplete(record));
    agree('api/create objects, complete kinds', accepted, (record) =>
      difference(record.object, marked(answer(record).object)),
    );
  });

  test.each(['validation', 'allocation'] as const)('%s errors: fields and kinds of errors', (expected) => {
    const rejected = records.filter((record) => record.phase === expected && isComplete(record));
    agree(`api/create ${expected}, complete kinds`, rejected, (record) => {
      const { phase, messages, errors } = answer(record);
      const differs = difference(sortedFields(record.errors ?? []), sortedFields(errors));
      if (phase === 'validation' && differs === undefined) return undefined;
      return `got ${phase} ${messages.join('; ')}, expected ${record.errors?.map((error) => `${error.field} ${error.type}`).join('; ')}`;
    });
  });
});
