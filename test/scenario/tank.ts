// What the tests of the loader share: the real families, a small application, errors as text, the JSON Schema as ajv reads it.
import { Ajv, type ValidateFunction } from 'ajv';
import { faults } from '../../src/faults/models/index.ts';
import { InputError } from '../../src/lib/errors.ts';
import { familySchema } from '../../src/lib/family.ts';
import { nodeAutoscalers } from '../../src/autoscaler/members/index.ts';
import { jobQueues } from '../../src/job-queues/members/index.ts';
import { rollouts } from '../../src/controllers/deployment/rollouts/index.ts';
import { balancers } from '../../src/network/balancers/index.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema/scenario-json-schema.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadOptions } from '../../src/scenario/load.ts';
import { formatProblems } from '../../src/scenario/problems.ts';
import type { LoadedScenario, SourceText } from '../../src/scenario/scenario.ts';
import { schedulerPlugins } from '../../src/scheduler/plugins/index.ts';
import { parseYaml } from '../../src/scenario/yaml.ts';
import { Source } from '../../src/scenario/source.ts';
import { arrivals } from '../../src/traffic/arrivals/index.ts';
import { figures } from '../../src/world/figures/index.ts';
import { policyCheck } from '../../src/world/policy-check.ts';
import { policies } from '../../src/traffic/policies/index.ts';
import { deployment, service } from '../support/manifests.ts';

export const families = {
  balancers: familySchema(balancers),
  arrivals: familySchema(arrivals),
  faults: familySchema(faults),
  jobQueues: familySchema(jobQueues),
  nodeAutoscalers: familySchema(nodeAutoscalers),
  policies: familySchema(policies),
  rollouts: familySchema(rollouts),
  schedulerPlugins: familySchema(schedulerPlugins),
  figures,
  checkPolicy: policyCheck(policies),
};

/** A Deployment `web` with one container and its Service, and a Service `cart` in the namespace `shop`. */
export const WEB: SourceText = {
  file: 'web.yaml',
  text:
    deployment('web', { replicas: 3, container: 'web', image: 'shop/web:v1' }) +
    service('web') +
    service('cart', 'shop'),
};

export const HEADER = 'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: test }\nspec:\n';

export function load(
  text: string,
  options: Partial<LoadOptions> = {},
  more: readonly SourceText[] = [WEB],
): LoadedScenario {
  return loadScenario([{ file: 's.yaml', text }, ...more], { families, ...options });
}

/** What the command line would print on standard error; empty when the input is accepted. */
export function complaints(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return formatProblems(error.problems);
    throw error;
  }
  return '';
}

let validate: ValidateFunction | undefined;

/** Whether the JSON Schema refuses one of the documents of a YAML text. */
export function schemaRefuses(text: string): boolean {
  const valid = (validate ??= new Ajv({ strict: false }).compile(scenarioJsonSchema(families)));
  return parseYaml(new Source('s.yaml', text)).some(({ value }) => !valid(value));
}
