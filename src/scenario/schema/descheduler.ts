// `spec.descheduler`: a DeschedulerPolicy (descheduler/v1alpha2) as the descheduler reads it, and how often it looks.
import { z } from 'zod';
import { addFlaws, check, unknownName } from '../../lib/explain.ts';
import { duration } from '../../lib/units.ts';
import type {
  DeschedulerProfile,
  DeschedulerSettings,
  EvictorArgs,
  StrategyName,
  StrategyUse,
} from '../../model/settings/descheduler.ts';
import { goDuration } from '../../model/parse/go-duration-schema.ts';
import { field } from './field.ts';

const API_VERSION = 'descheduler/v1alpha2';
const DEFAULT_EVICTOR = 'DefaultEvictor';

const percentages = z
  .record(z.string(), z.number().min(0).max(100))
  .refine((given) => Object.keys(given).length > 0, 'expected per cents by resource, such as { cpu: 20, pods: 20 }');
const names = z.array(z.string().min(1));
const namespaces = z
  .strictObject({ include: names.optional(), exclude: names.optional() })
  .refine(({ include, exclude }) => include === undefined || exclude === undefined, 'has include or exclude, not both')
  .optional();
const labelSelector = z
  .strictObject({
    matchLabels: z.record(z.string(), z.string()).optional(),
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string(),
          operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
          values: names.optional(),
        }),
      )
      .optional(),
  })
  .optional();
const ofPods = { namespaces, labelSelector };
const utilization = {
  thresholds: percentages,
  numberOfNodes: z.int().min(0).default(0),
  evictableNamespaces: z.strictObject({ exclude: names.optional() }).optional(),
};

const lowNodeUtilization = z
  .strictObject({
    ...utilization,
    targetThresholds: percentages,
    useDeviationThresholds: z.boolean().default(false),
    evictionLimits: z.strictObject({ node: z.int().min(1).optional() }).optional(),
  })
  .superRefine(({ thresholds, targetThresholds, useDeviationThresholds }, context) => {
    const issue = (path: string[], message: string): void => context.addIssue({ code: 'custom', path, message });
    for (const name of Object.keys(thresholds)) {
      const target = targetThresholds[name];
      if (target === undefined) issue(['targetThresholds'], `has no ${name}, which thresholds has`);
      else if (!useDeviationThresholds && thresholds[name] > target)
        issue(['thresholds', name], `${thresholds[name]} is above its target, ${target}`);
    }
    for (const name of Object.keys(targetThresholds))
      if (thresholds[name] === undefined) issue(['thresholds'], `has no ${name}, which targetThresholds has`);
  });

/** By strategy: the extension point that it is for, and its arguments. */
const strategies = {
  LowNodeUtilization: { point: 'balance', args: lowNodeUtilization },
  HighNodeUtilization: { point: 'balance', args: z.strictObject(utilization) },
  RemoveDuplicates: {
    point: 'balance',
    args: z.strictObject({ namespaces, excludeOwnerKinds: names.default([]) }),
  },
  RemovePodsViolatingTopologySpreadConstraint: {
    point: 'balance',
    args: z.strictObject({
      ...ofPods,
      constraints: z.array(z.enum(['DoNotSchedule', 'ScheduleAnyway'])).default(['DoNotSchedule']),
      topologyBalanceNodeFit: z.boolean().default(true),
    }),
  },
  RemovePodsViolatingNodeAffinity: {
    point: 'deschedule',
    args: z.strictObject({
      ...ofPods,
      nodeAffinityType: z
        .array(
          z.literal('requiredDuringSchedulingIgnoredDuringExecution', {
            error: 'expected requiredDuringSchedulingIgnoredDuringExecution: preferences are not simulated here',
          }),
        )
        .min(1),
    }),
  },
  RemovePodsViolatingNodeTaints: {
    point: 'deschedule',
    args: z.strictObject({
      ...ofPods,
      includePreferNoSchedule: z.boolean().default(false),
      excludedTaints: names.default([]),
      includedTaints: names.default([]),
    }),
  },
  RemovePodsViolatingInterPodAntiAffinity: { point: 'deschedule', args: z.strictObject(ofPods) },
  RemovePodsHavingTooManyRestarts: {
    point: 'deschedule',
    args: z.strictObject({ ...ofPods, podRestartThreshold: z.int().min(1) }),
  },
  PodLifeTime: {
    point: 'deschedule',
    args: z
      .strictObject({
        ...ofPods,
        maxPodLifeTimeSeconds: z.int().min(1),
        states: z.array(z.enum(['Running', 'Pending'])).default([]),
      })
      .transform(({ maxPodLifeTimeSeconds, ...args }) => ({ ...args, maxPodLifeTimeUs: maxPodLifeTimeSeconds * 1e6 })),
  },
} as const satisfies Record<StrategyName, { readonly point: 'balance' | 'deschedule'; readonly args: z.ZodType }>;

const strategyNames = Object.keys(strategies) as StrategyName[];

const evictor = z
  .strictObject({
    nodeFit: z.boolean().default(false),
    minReplicas: z.int().min(0).default(0),
    minPodAge: goDuration.optional(),
    evictLocalStoragePods: z.boolean().default(false),
    evictDaemonSetPods: z.boolean().default(false),
    evictSystemCriticalPods: z.boolean().default(false),
    ignorePvcPods: z.boolean().default(false),
    evictFailedBarePods: z.boolean().default(false),
    labelSelector,
    nodeSelector: z.string().optional(),
    priorityThreshold: z
      .strictObject({ value: z.int() }, { error: 'expected { value: 10000 }, the number of a priority class' })
      .optional(),
  })
  .transform(({ minPodAge = 0, ...args }): EvictorArgs => ({ ...args, minPodAgeUs: minPodAge * 1e6 }));

const enabled = z.strictObject({ enabled: names.default([]) });

/** Points at which only DefaultEvictor may stand. */
const evictors = ['filter', 'preEvictionFilter'] as const;

const profile = z
  .strictObject({
    name: z.string().min(1),
    pluginConfig: z.array(z.strictObject({ name: z.string(), args: z.unknown().optional() })).default([]),
    plugins: z.strictObject({
      deschedule: enabled.optional(),
      balance: enabled.optional(),
      filter: enabled.optional(),
      preEvictionFilter: enabled.optional(),
    }),
  })
  .transform(({ name, pluginConfig, plugins }, context): DeschedulerProfile => {
    const known = [...strategyNames, DEFAULT_EVICTOR];
    const issue = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    for (const [index, one] of pluginConfig.entries())
      if (!known.includes(one.name)) issue(['pluginConfig', index, 'name'], unknownName('plugin', one.name, known));
    for (const point of evictors)
      for (const [index, one] of (plugins[point]?.enabled ?? []).entries())
        if (one !== DEFAULT_EVICTOR)
          issue(['plugins', point, 'enabled', index], unknownName('plugin', one, [DEFAULT_EVICTOR]));
    const argsOf = <Schema extends z.ZodType>(plugin: string, schema: Schema): z.output<Schema> | undefined => {
      const index = pluginConfig.findIndex((one) => one.name === plugin);
      const checked = check(schema, pluginConfig[index]?.args ?? {});
      if (checked.ok) return checked.value;
      addFlaws(context, checked.flaws, index === -1 ? [] : ['pluginConfig', index, 'args']);
      return undefined;
    };
    const usesAt = (point: 'balance' | 'deschedule'): StrategyUse[] =>
      (plugins[point]?.enabled ?? []).flatMap((one, index) => {
        const path = ['plugins', point, 'enabled', index];
        const strategy = strategies[one as StrategyName] as (typeof strategies)[StrategyName] | undefined;
        if (strategy?.point !== point) {
          const right = strategyNames.filter((other) => strategies[other].point === point);
          const where = strategy === undefined ? '' : ` (it is one of ${strategy.point})`;
          issue(path, `${unknownName('strategy', one, right)}${where}`);
          return [];
        }
        const args = argsOf(one, strategy.args);
        return args === undefined ? [] : [{ name: one, args } as unknown as StrategyUse];
      });
    return {
      name,
      evictor: argsOf(DEFAULT_EVICTOR, evictor) ?? evictor.parse({}),
      deschedule: usesAt('deschedule'),
      balance: usesAt('balance'),
    };
  });

export const deschedulerPolicy = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('DeschedulerPolicy'),
  nodeSelector: z.string().optional(),
  maxNoOfPodsToEvictPerNode: z.int().min(0).optional(),
  maxNoOfPodsToEvictPerNamespace: z.int().min(0).optional(),
  maxNoOfPodsToEvictTotal: z.int().min(0).optional(),
  profiles: z.array(profile).min(1),
});

export const descheduler = z
  .strictObject({
    interval: field(
      duration,
      'From the beginning of one look at the cluster to that of the next (`--descheduling-interval`); 0: it looks once.',
    ),
    start: field(duration, 'When the first look is.'),
    policy: field(
      z
        .unknown()
        .transform((given, context) => {
          const checked = check(deschedulerPolicy, given);
          if (checked.ok) return checked.value;
          addFlaws(context, checked.flaws, []);
          return z.NEVER;
        })
        .meta({ type: 'a DeschedulerPolicy' }),
      'Its policy, as in its ConfigMap: profiles with the strategies that are enabled, their arguments, and DefaultEvictor.',
    ),
  })
  .transform(
    ({ interval, start, policy: given }): DeschedulerSettings => ({
      intervalUs: interval,
      startUs: start,
      nodeSelector: given.nodeSelector,
      mostPerNode: given.maxNoOfPodsToEvictPerNode ?? Infinity,
      mostPerNamespace: given.maxNoOfPodsToEvictPerNamespace ?? Infinity,
      mostInTotal: given.maxNoOfPodsToEvictTotal ?? Infinity,
      profiles: given.profiles,
    }),
  );
