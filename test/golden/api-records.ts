// What the golden records of the API server have in common: the recorder's pool of addresses, reading and comparing.
import { loadAll, YAMLException } from 'js-yaml';
import { KUBERNETES_SCHEMA } from '../../src/lib/yaml-scalars.ts';
import type { CreateOptions } from '../../src/model/objects/create/object.ts';
import type { ServicePool } from '../../src/model/objects/create/service.ts';
import { decodeObject, type DecodedObject } from '../../src/model/objects/decode.ts';

export interface FieldAnswer {
  readonly field: string;
  readonly type: string;
  readonly message?: string;
}

// What the pool gives, and how the records mark it.
const FREE_ADDRESS = '10.0.255.254';
const FREE_PORT = 31_999;
/** Of every object. */
export const RECORDED_UID = '00000000-0000-0000-0000-000000000001';
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

/** As the recorder's server was started: its pool, and without --allow-privileged. */
export function recordingOptions(): CreateOptions {
  return {
    generateName: (prefix) => `${prefix}xxxxx`,
    services: recordingPool(),
    allowPrivileged: false,
    uid: RECORDED_UID,
  };
}

export type Read =
  | { readonly object: DecodedObject }
  | { readonly refused: 'decode' | 'strict'; readonly messages: readonly string[] };

/** One document, decoded strictly. */
export function readObject(yaml: string): Read {
  let documents: unknown[];
  try {
    documents = loadAll(yaml, { schema: KUBERNETES_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const duplicate = error.reason.includes('duplicated mapping key');
    return { refused: duplicate ? 'strict' : 'decode', messages: [error.reason] };
  }
  const { object, problems } = decodeObject(documents[0]);
  if (problems.length === 0 && object !== undefined) return { object };
  const fatal = problems.filter((problem) => problem.phase === 'decode');
  return {
    refused: fatal.length > 0 ? 'decode' : 'strict',
    messages: (fatal.length > 0 ? fatal : problems).map((problem) => `${problem.path}: ${problem.message}`),
  };
}

export const kindOf = ({ base }: { readonly base: string }): string => base.replace(/^shop-/, '').split('/')[0];

/** As the records have it. */
export function marked({ metadata, ...rest }: DecodedObject): unknown {
  const { uid: _, resourceVersion: __, ...meta } = metadata;
  const mark = (_: string, value: unknown) => (value === FREE_ADDRESS || value === FREE_PORT ? ALLOCATED : value);
  return JSON.parse(JSON.stringify({ ...rest, metadata: meta }, mark));
}
