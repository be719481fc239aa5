// `spec.scheduler.profiles`: profiles in the words of a KubeSchedulerConfiguration.
import { z } from 'zod';
import { addFlaws, check, unknownName } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import type { SchedulerProfile } from '../settings.ts';
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

export function profiles(plugins: FamilySchema) {
  const names = [...plugins.keys()];
  const pluginName = z
    .string()
    .refine((name) => plugins.has(name), { error: ({ input }) => unknownName('plugin', String(input), names) })
    .meta({ type: 'scheduler plugin' });
  const disabledName = z
    .string()
    .refine((name) => name === '*' || plugins.has(name), {
      error: ({ input }) => unknownName('plugin', String(input), [...names, '*']),
    })
    .meta({ type: 'scheduler plugin, or `"*"`' });
  const set = z.strictObject({
    enabled: field(
      z.array(
        z.strictObject({
          name: field(pluginName, 'The plugin.'),
          weight: field(
            z.int().min(0).max(100).meta({ type: 'whole number from 0 to 100' }),
            'Weight of its score. Default: 1.',
          ).optional(),
        }),
      ),
      'Plugins in addition to the default ones, or again, with another weight.',
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
      args: field(z.unknown().meta({ type: 'mapping' }), 'Its arguments; `wavetank list schedulerPlugins` has them.'),
    })
    .superRefine(({ name, args }, context) => {
      const schema = plugins.get(name);
      const checked = schema === undefined ? undefined : check(schema, args ?? {});
      if (checked?.ok === false) addFlaws(context, checked.flaws, ['args']);
    });
  return z.array(
    z
      .strictObject({
        schedulerName: field(objectName, 'Name by which pods ask for it (`spec.schedulerName`).').default(
          'default-scheduler',
        ),
        percentageOfNodesToScore: field(
          z.int().min(0).max(100).meta({ type: 'whole number from 0 to 100' }),
          "Instead of the scheduler's own.",
        ).optional(),
        plugins: field(points, `Changes to the default plugins, ${SETS}`).optional(),
        pluginConfig: field(z.array(config), 'Arguments of plugins.').optional(),
      })
      .transform((profile): SchedulerProfile => profile),
  );
}
