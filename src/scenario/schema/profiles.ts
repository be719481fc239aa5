// Profiles in the words of a KubeSchedulerConfiguration: of `spec.scheduler.profiles` and of `spec.scheduler.config`.
import { z } from 'zod';
import { addFlaws, check, unknownName } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { show } from '../../lib/show.ts';
import { isMapping } from '../fill.ts';
import type { Profile } from '../../model/settings/scheduler.ts';
import { field, objectName } from './field.ts';

/** `multiPoint` stands for every point that a plugin extends. */
const POINTS = [
  'multiPoint',
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;

const SETS =
  '`enabled: [{ name, weight }]` and `disabled: [{ name }]`, by extension point: `multiPoint` for all that a plugin extends, `filter`, `score` …';

export const CONFIG_API_VERSION = 'kubescheduler.config.k8s.io/v1';

/** Weights are 32-bit integers. */
const MOST_WEIGHT = 2 ** 31 - 1;

export const percentage = z.int().min(0).max(100).meta({ type: 'whole number from 0 to 100' });

/** Parts of a profile for the plugins that may be named. `anyDisabled`: what does not exist may be switched off. */
function profileParts(plugins: FamilySchema, anyDisabled: boolean) {
  const names = [...plugins.keys()];
  const pluginName = z
    .string()
    .refine((name) => plugins.has(name), { error: ({ input }) => unknownName('plugin', String(input), names) })
    .meta({ type: 'scheduler plugin' });
  const disabledName = z
    .string()
    .refine((name) => anyDisabled || name === '*' || plugins.has(name), {
      error: ({ input }) => unknownName('plugin', String(input), [...names, '*']),
    })
    .meta({ type: 'scheduler plugin, or `"*"`' });
  const set = z.strictObject({
    enabled: field(
      z.array(
        z.strictObject({
          name: field(pluginName, 'The plugin.'),
          weight: field(
            z.int().min(0).max(MOST_WEIGHT).meta({ type: 'whole number' }),
            'Weight of its score. Default: 1.',
          ).optional(),
        }),
      ),
      'Plugins in addition to the default ones, or default ones with another weight.',
    ).optional(),
    disabled: field(
      z.array(z.strictObject({ name: field(disabledName, 'The plugin, or `"*"` for all.') })),
      'Default plugins that do not run.',
    ).optional(),
  });
  const points = z.record(z.string(), set).superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if ((POINTS as readonly string[]).includes(name)) continue;
      const message = unknownName('extension point', name, POINTS);
      context.addIssue({ code: 'custom', path: [name], message, params: { atKey: true } });
    }
  });
  const config = z
    .strictObject({
      name: field(pluginName, 'The plugin.'),
      args: field(
        z.unknown().meta({ type: 'mapping' }),
        'Its arguments; `wavetank list scheduler-plugins` has them.',
      ).optional(),
    })
    .superRefine(({ name, args }, context) => {
      for (const { key, message } of typeProblems(name, args)) {
        context.addIssue({ code: 'custom', path: ['args', key], message });
      }
      const schema = plugins.get(name);
      const checked = schema === undefined ? undefined : check(schema, bareArguments(args) ?? {});
      if (checked?.ok === false) addFlaws(context, checked.flaws, ['args']);
    })
    .transform(({ name, args }) => ({ name, args: bareArguments(args) }));
  const configs = z.array(config).superRefine((given, context) => {
    for (const [index, { name }] of given.entries()) {
      const first = given.findIndex((one) => one.name === name);
      if (first === index) continue;
      const message = `the arguments of ${name} are given twice, in pluginConfig[${first}] as well`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    }
  });
  return {
    percentageOfNodesToScore: field(percentage, "Instead of the scheduler's own.").optional(),
    plugins: field(points, `Changes to the default plugins, ${SETS}`).optional(),
    pluginConfig: field(configs, 'Arguments of plugins.').optional(),
  };
}

/** Arguments may say of which type they are, as every object of Kubernetes. */
function typeProblems(plugin: string, args: unknown): { readonly key: string; readonly message: string }[] {
  if (!isMapping(args)) return [];
  const problems: { key: string; message: string }[] = [];
  const expect = (key: string, wanted: string): void => {
    const got = args[key];
    if (got === undefined || got === wanted) return;
    problems.push({ key, message: `expected ${wanted} as the ${key} of ${plugin}'s arguments, got ${show(got)}` });
  };
  expect('apiVersion', CONFIG_API_VERSION);
  expect('kind', `${plugin}Args`);
  return problems;
}

function bareArguments(args: unknown): unknown {
  if (!isMapping(args)) return args;
  const { apiVersion: _apiVersion, kind: _kind, ...bare } = args;
  return bare;
}

/** `spec.scheduler.profiles`. */
export function profiles(plugins: FamilySchema) {
  return z.array(
    z
      .strictObject({
        schedulerName: field(objectName, 'Name by which pods ask for it (`spec.schedulerName`).').default(
          'default-scheduler',
        ),
        ...profileParts(plugins, false),
      })
      .transform((profile): Profile => profile),
  );
}

/** `profiles` of a KubeSchedulerConfiguration: a name is required where there are several. */
export function configurationProfiles(plugins: FamilySchema) {
  return z
    .array(z.strictObject({ schedulerName: z.string().min(1).optional(), ...profileParts(plugins, true) }))
    .superRefine((given, context) => {
      for (const [index, { schedulerName }] of given.entries()) {
        if (given.length > 1 && schedulerName === undefined) {
          const message = 'is required: there are several profiles, distinguished by the schedulerName of their pods';
          context.addIssue({ code: 'custom', path: [index, 'schedulerName'], message });
        }
      }
    })
    .transform((given) =>
      given.map((profile): Profile => ({ ...profile, schedulerName: profile.schedulerName ?? 'default-scheduler' })),
    );
}
