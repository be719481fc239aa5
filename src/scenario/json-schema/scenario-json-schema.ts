// The JSON Schema of an input file, for editors: a Scenario document, or a Kubernetes object.
import { z } from 'zod';
import { distributionForms } from '../../lib/distribution.ts';
import { DEFAULTS } from '../defaults.ts';
import { DEFAULT_POLICY, VARIANT_NAME, VARIANT_TYPE, withDefaultPolicy } from '../schema/bench.ts';
import { type FamilySchemas, scenarioSchema } from '../schema/schema.ts';
import { withInTree } from '../in-tree-plugins.ts';
import { deschedulerPolicy } from '../schema/descheduler.ts';
import { schedulerConfiguration } from '../schema/scheduler-configuration.ts';
import { withDefaults } from './defaults.ts';
import { jsonSchemaOf } from './fields.ts';
import { definition, type JsonSchema, oneOfForms, when } from './json.ts';
import { kubernetesDefinitions } from './kubernetes.ts';
import { notations } from './notations.ts';

/** Of an entry of the timeline: what says when, and how it is called. */
const BESIDE_ACTIONS: ReadonlySet<string> = new Set(['at', 'when', 'again', 'name']);

/** What a use of a family's member is called in the schema of the document. */
const USES = {
  balancer: 'balancers',
  'arrival process': 'arrivals',
  fault: 'faults',
  'job queue': 'jobQueues',
  'node autoscaler': 'nodeAutoscalers',
  policy: 'policies',
  rollout: 'rollouts',
} as const satisfies Readonly<Record<string, keyof FamilySchemas>>;

/**
 * Refuses what the loader refuses for its shape: names of fields, types, notations, names of members and their arguments. What
 * needs more than one place (references, order in time, figures) is the loader's to say.
 */
export function scenarioJsonSchema(families: FamilySchemas): JsonSchema {
  const uses = Object.entries(USES);
  const types = Object.fromEntries(
    uses.map(([what, family]) => [`${what}: a name, or the name with its arguments`, definition(family)]),
  );
  const plugins = [...families.schedulerPlugins.keys()];
  const scenario = jsonSchemaOf(scenarioSchema(families), {
    ...types,
    'scheduler plugin': { enum: plugins },
    'scheduler plugin, or `"*"`': { enum: [...plugins, '*'] },
    "path of a KubeSchedulerConfiguration in the scenario's folder, or one inline": {
      anyOf: [{ type: 'string', minLength: 1 }, definition('scheduler-configuration')],
    },
    'a DeschedulerPolicy': definition('descheduler-policy'),
    'scheduler: a name, or the name with its arguments': memberUse(withDefaultPolicy(families.schedulerPlugins)),
    [VARIANT_TYPE]: { anyOf: [{ enum: [DEFAULT_POLICY, ...plugins] }, variantObject()] },
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'wavetank scenario',
    description: 'A document of an input file: a Scenario, or a Kubernetes object.',
    type: 'object',
    required: ['apiVersion', 'kind'],
    allOf: [
      when(
        { properties: { apiVersion: { type: 'string', pattern: '^wavetank/' } }, required: ['apiVersion'] },
        definition('scenario'),
        definition('kubernetes-object'),
      ),
    ],
    definitions: {
      scenario: withDefaults(withOneAction(scenario), DEFAULTS),
      ...notations,
      distribution: distribution(),
      'scheduler-configuration': schedulerConfig(families),
      'descheduler-policy': jsonSchemaOf(deschedulerPolicy, {}),
      ...Object.fromEntries(uses.map(([, family]) => [family, memberUse(families[family])])),
      ...kubernetesDefinitions(),
    },
  };
}

/** Plugins that only the real component has may be named, and any name may be disabled. */
function schedulerConfig({ schedulerPlugins }: FamilySchemas): JsonSchema {
  const plugins = withInTree(schedulerPlugins);
  return jsonSchemaOf(schedulerConfiguration(plugins), {
    'scheduler plugin': { enum: [...plugins.keys()] },
    'scheduler plugin, or `"*"`': { type: 'string' },
  });
}

function variantObject(): JsonSchema {
  return {
    type: 'object',
    properties: { name: { type: 'string', pattern: VARIANT_NAME.source }, set: { type: 'object' } },
    required: ['name'],
    additionalProperties: false,
  };
}

/** An entry of the timeline does one thing. */
function withOneAction(document: JsonSchema): JsonSchema {
  const changed = structuredClone(document) as {
    properties: { spec: { properties: { timeline: { items: object } } } };
  };
  const { timeline } = changed.properties.spec.properties;
  const { properties = {} } = timeline.items as JsonSchema;
  const actions = Object.keys(properties).filter((name) => !BESIDE_ACTIONS.has(name));
  timeline.items = {
    ...timeline.items,
    oneOf: actions.map((name) => ({ required: [name] })),
    anyOf: [{ required: ['at'] }, { required: ['when'] }],
  };
  return changed;
}

function distribution(): JsonSchema {
  const { empirical, ...forms } = distributionForms;
  const column = z.strictObject({
    file: z.string().min(1),
    column: z.string().min(1),
    unit: z.enum(['us', 'ms', 's']).optional(),
  });
  return {
    description: 'A duration, which is constant, or one form with its arguments.',
    anyOf: [
      definition('duration'),
      oneOfForms({
        ...Object.fromEntries(Object.entries(forms).map(([name, form]) => [name, jsonSchemaOf(form)])),
        empirical: { anyOf: [jsonSchemaOf(empirical), jsonSchemaOf(column)] },
      }),
    ],
  };
}

/** The name alone, where no argument is required, or the name with its arguments. */
function memberUse(family: ReadonlyMap<string, z.ZodType>): JsonSchema {
  const alone = [...family].filter(([, args]) => args.safeParse({}).success).map(([name]) => name);
  const forms = Object.fromEntries([...family].map(([name, args]) => [name, jsonSchemaOf(args)]));
  return { anyOf: [...(alone.length === 0 ? [] : [{ enum: alone }]), oneOfForms(forms)] };
}
