// The KubeSchedulerConfigurations of the scheduler's records, through the reader: accepted, and handed on as they are written.
import { describe, expect, test } from 'vitest';
import { InputDocument } from '../../src/scenario/document.ts';
import { Problems } from '../../src/scenario/problems.ts';
import { readSchedulerConfig } from '../../src/scenario/scheduler-config.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import type { Config } from '../support/scheduler-cluster.ts';
import { agree, difference, readRecords } from './harness.ts';

const families = familySchemas(builtInFamilies);

function read(config: Config) {
  const problems = new Problems();
  const document = new InputDocument({ place: () => ({}) }, { spec: { scheduler: { config } } });
  const none = (): never => expect.fail('nothing is to be read');
  const configured = readSchedulerConfig(document, families, none, problems);
  problems.throwIfAny();
  return configured;
}

describe.each(['decisions', 'sequences'])('%s', (kind) => {
  const records = readRecords<{ readonly config: Config | null }>(`scheduler/${kind}.jsonl.gz`);
  const configs = new Map(records.flatMap(({ config }) => (config === null ? [] : [[JSON.stringify(config), config]])));

  test('configurations', () => {
    agree(`configurations of ${kind}`, [...configs.values()], (config) => {
      const configured = read(config);
      expect(configured?.ignored).toEqual([]);
      const { profiles, percentageOfNodesToScore } = config;
      const settings = { profiles, ...(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore }) };
      return difference(settings, configured?.settings);
    });
  });
});
