// The JSON Schema for editors: takes what the loader takes, refuses what it refuses for its shape, and is as committed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { loadAll, YAMLException } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { KUBERNETES_SCHEMA } from '../../src/lib/yaml-scalars.ts';
import { printJsonSchema } from '../../src/scenario/json-schema/print.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema/scenario-json-schema.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { agree, readRecords } from '../golden/harness.ts';
import { schemaRefuses } from './tank.ts';

const schema = scenarioJsonSchema(familySchemas(builtInFamilies));
const ajv = new Ajv({ strictTypes: false, strictRequired: false, allErrors: true });
const validate = ajv.compile(schema);

function yamlFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries.filter(({ name }) => name.endsWith('.yaml')).map(({ name, parentPath }) => join(parentPath, name));
}

it('is as committed (else run node scripts/generate-json-schema.mjs)', () => {
  expect(readFileSync('docs/reference/wavetank.schema.json', 'utf8')).toBe(printJsonSchema(schema));
});

describe('takes', () => {
  it.each([...yamlFiles('scenarios'), ...yamlFiles('test'), ...yamlFiles('bench')])('%s', (file) => {
    const documents = loadAll(readFileSync(file, 'utf8'), null, { schema: KUBERNETES_SCHEMA });
    for (const document of documents) {
      validate(document);
      expect(validate.errors ?? [], JSON.stringify(validate.errors)).toEqual([]);
    }
  });

  it.each([
    ['a distribution', '{ duration: 1m, kubelet: { sandbox: { gamma: { shape: 2, mean: 1s } } } }'],
    [
      'a column of a file',
      '{ duration: 1m, kubelet: { sandbox: { empirical: { file: a.csv, column: b, unit: ms } } } }',
    ],
    ['a member by its name', '{ duration: 1m, network: { balancer: RoundRobin } }'],
    ['extended resources', '{ duration: 1m, cluster: { nodePools: [{ name: a, capacity: { nvidia.com/gpu: 2 } }] } }'],
    ['a profile', '{ duration: 1m, scheduler: { profiles: [{ plugins: { score: { disabled: [{ name: "*" }] } } }] } }'],
    ['zero', '{ duration: 1m, warmup: 0 }'],
  ])('%s', (_, spec) => {
    expect(schemaRefuses(`apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: a }\nspec: ${spec}\n`)).toBe(
      false,
    );
  });
});

interface CreateRecord {
  readonly yaml: string;
  readonly accepted: boolean;
  readonly phase?: string;
}

describe('Kubernetes objects', () => {
  const records = readRecords<CreateRecord>('api/create.jsonl.gz');
  const read = (yaml: string): unknown => {
    try {
      return loadAll(yaml, null, { schema: KUBERNETES_SCHEMA })[0];
    } catch (error) {
      if (error instanceof YAMLException) return undefined;
      throw error;
    }
  };

  it('that the API server takes', () => {
    agree(
      'JSON Schema, objects that the API server takes',
      records.filter(({ accepted }) => accepted),
      ({ yaml }) => (validate(read(yaml)) ? undefined : ajv.errorsText(validate.errors)),
    );
  });

  it('that it cannot decode, or whose fields it does not know', () => {
    agree(
      'JSON Schema, objects that the API server cannot decode',
      records.filter(({ phase }) => phase === 'decode' || phase === 'strict'),
      ({ yaml }) => (validate(read(yaml)) ? `is taken: ${yaml}` : undefined),
    );
  });
});

describe('a plugin', () => {
  it('adds its members', () => {
    const families = familySchemas(builtInFamilies);
    const more = new Map([...families.balancers, ['Mine', families.balancers.get('PowerOfTwo') as never]]);
    const own = new Ajv({ strict: false }).compile(scenarioJsonSchema({ ...families, balancers: more }));
    const document = (balancer: unknown) => ({
      apiVersion: 'wavetank/v1',
      kind: 'Scenario',
      metadata: { name: 'a' },
      spec: { duration: '1m', network: { balancer } },
    });
    expect([own(document('Mine')), validate(document('Mine'))]).toEqual([true, false]);
    expect([own(document({ Mine: { replacement: true } })), own(document({ Mine: { other: 1 } }))]).toEqual([
      true,
      false,
    ]);
  });
});
