// A KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) as kube-scheduler 1.36 decodes and validates it.
import { z } from 'zod';
import type { FamilySchema } from '../../lib/family.ts';
import type { ExtenderSettings } from '../../model/settings/extenders.ts';
import { goDuration } from '../../model/parse/go-duration-schema.ts';
import { CONFIG_API_VERSION, configurationProfiles, percentage } from './profiles.ts';

const INT32 = 2 ** 31 - 1;
const int32 = z
  .int()
  .min(-INT32 - 1)
  .max(INT32);

/** Fields that the component reads and the simulation has no use for, with the reason. */
export const WITHOUT_EFFECT = {
  parallelism: 'decisions are made by one worker, whatever the number',
  leaderElection: 'there is one scheduler, which holds the lease',
  enableProfiling: 'there is no process to profile',
  enableContentionProfiling: 'there is no process to profile',
  delayCacheUntilActive: 'the scheduler is the leader from the start',
} as const;

const leaderElection = z
  .strictObject({
    leaderElect: z.boolean().default(true),
    leaseDuration: goDuration.optional(),
    renewDeadline: goDuration.optional(),
    retryPeriod: goDuration.optional(),
    resourceLock: z.string().default('leases'),
    resourceName: z.string().default('kube-scheduler'),
    resourceNamespace: z.string().default('kube-system'),
  })
  .superRefine((given, context) => {
    if (!given.leaderElect) return;
    const wrong = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    // 0 means "not given" to the defaults.
    const times = {
      leaseDuration: given.leaseDuration || 15,
      renewDeadline: given.renewDeadline || 10,
      retryPeriod: given.retryPeriod || 2,
    };
    for (const [key, seconds] of Object.entries(times)) if (seconds < 0) wrong(key, 'must be greater than zero');
    const { leaseDuration, renewDeadline, retryPeriod } = times;
    if (leaseDuration <= renewDeadline) {
      wrong('leaseDuration', `must be greater than renewDeadline (${leaseDuration}s and ${renewDeadline}s)`);
    }
    // client-go's jitter of 1.2.
    if (renewDeadline <= 1.2 * retryPeriod) {
      wrong('renewDeadline', `must be greater than 1.2 times retryPeriod (${renewDeadline}s and ${retryPeriod}s)`);
    }
    if (given.resourceLock !== 'leases') wrong('resourceLock', 'must be "leases"');
  });

const clientConnection = z.strictObject({
  kubeconfig: z.string().optional(),
  acceptContentTypes: z.string().optional(),
  contentType: z.string().optional(),
  qps: z.number().optional(),
  burst: int32.optional(),
});

/** `preemptVerb` is refused: what an extender makes of victims is not simulated. */
const extender = z
  .strictObject({
    urlPrefix: z.string().regex(/^https?:\/\/./, 'expected a URL such as "http://extender.kube-system:8888/scheduler"'),
    filterVerb: z.string().min(1).optional(),
    prioritizeVerb: z.string().min(1).optional(),
    bindVerb: z.string().min(1).optional(),
    weight: z.int().optional(),
    enableHTTPS: z.boolean().optional(),
    tlsConfig: z.looseObject({}).optional(),
    httpTimeout: goDuration.optional(),
    nodeCacheCapable: z.boolean().default(false),
    managedResources: z
      .array(z.strictObject({ name: z.string().min(1), ignoredByScheduler: z.literal(false).optional() }))
      .default([]),
    ignorable: z.boolean().default(false),
  })
  .superRefine(({ prioritizeVerb, weight = 0 }, context) => {
    if (prioritizeVerb === undefined || weight > 0) return;
    context.addIssue({
      code: 'custom',
      path: ['weight'],
      message: 'must be above 0 for an extender with prioritizeVerb',
    });
  })
  .transform(
    ({ managedResources, weight = 0, ...given }): ExtenderSettings => ({
      urlPrefix: given.urlPrefix,
      filterVerb: given.filterVerb,
      prioritizeVerb: given.prioritizeVerb,
      bindVerb: given.bindVerb,
      weight,
      nodeCacheCapable: given.nodeCacheCapable,
      ignorable: given.ignorable,
      managedResources: managedResources.map(({ name }) => name),
    }),
  );

const apiVersion = z.literal(CONFIG_API_VERSION, {
  error: ({ input }) =>
    typeof input === 'string' && input.startsWith('kubescheduler.config.k8s.io/')
      ? `kube-scheduler 1.36 reads ${CONFIG_API_VERSION}, not ${input}`
      : undefined,
});

const FIRST_BACKOFF = 1;
const LONGEST_BACKOFF = 10;

/** `plugins`: all that may be named. Rules that need to know what a plugin extends are the scheduler's (check-profiles.ts). */
export function schedulerConfiguration(plugins: FamilySchema) {
  return z
    .strictObject({
      apiVersion,
      kind: z.literal('KubeSchedulerConfiguration'),
      parallelism: int32.min(1).optional(),
      leaderElection: leaderElection.optional(),
      clientConnection: clientConnection.optional(),
      enableProfiling: z.boolean().optional(),
      enableContentionProfiling: z.boolean().optional(),
      percentageOfNodesToScore: percentage.optional(),
      podInitialBackoffSeconds: z.int().min(1).optional(),
      podMaxBackoffSeconds: z.int().optional(),
      profiles: configurationProfiles(plugins).optional(),
      extenders: z.array(extender).optional(),
      delayCacheUntilActive: z.boolean().optional(),
    })
    .superRefine((given, context) => {
      const first = given.podInitialBackoffSeconds ?? FIRST_BACKOFF;
      const longest = given.podMaxBackoffSeconds ?? LONGEST_BACKOFF;
      if (longest < first) {
        const key = given.podMaxBackoffSeconds === undefined ? 'podInitialBackoffSeconds' : 'podMaxBackoffSeconds';
        const message = `podMaxBackoffSeconds (${longest}) must be at least podInitialBackoffSeconds (${first})`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
      if ((given.clientConnection?.burst ?? 0) < 0) {
        context.addIssue({ code: 'custom', path: ['clientConnection', 'burst'], message: 'must not be negative' });
      }
      const binders = (given.extenders ?? []).flatMap(({ bindVerb }, index) => (bindVerb === undefined ? [] : [index]));
      if (binders.length > 1) {
        const message = `only one extender can implement bind, extenders[${binders[0]}] does`;
        context.addIssue({ code: 'custom', path: ['extenders', binders[1], 'bindVerb'], message });
      }
      const seen = new Map<string, number>();
      for (const [index, { schedulerName }] of (given.profiles ?? []).entries()) {
        const before = seen.get(schedulerName);
        if (before === undefined) seen.set(schedulerName, index);
        else {
          const message = `duplicate profile for pods of ${schedulerName}, profiles[${before}] is the first`;
          context.addIssue({ code: 'custom', path: ['profiles', index, 'schedulerName'], message });
        }
      }
    });
}

export type SchedulerConfiguration = z.output<ReturnType<typeof schedulerConfiguration>>;
