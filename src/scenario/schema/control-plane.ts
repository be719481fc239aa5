// `spec.controlPlane` and `spec.scheduler`: delays and limits of the API server, etcd, watches, clients, controllers, scheduler.
import { z } from 'zod';
import { bytes } from '../../lib/bytes.ts';
import { distribution } from '../../lib/distribution.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration, fineDuration, someDuration } from '../../lib/units.ts';
import { CONCURRENT_SYNCS } from '../../model/settings/concurrent-syncs.ts';
import { type ControlPlane, flowControls } from '../../model/settings/control-plane.ts';
import type { SchedulerSettings } from '../../model/settings/scheduler.ts';
import { policy } from './bench.ts';
import { amount, count, field, limit, ratio, someCount, text } from './field.ts';
import { profiles } from './profiles.ts';
import { leaderElection, processes } from './control-plane-processes.ts';
import { controlPlanePods } from './static-pods.ts';

export const clientLimit = z.strictObject({
  qps: field(
    z
      .unknown()
      .transform((value, context) => {
        if (value === 'unlimited') return 0;
        if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
        context.addIssue({ code: 'custom', message: 'expected a number above 0 or "unlimited"' });
        return z.NEVER;
      })
      .meta({ type: 'number above 0, or `unlimited`' }),
    'Sustained requests per second.',
  ),
  burst: field(someCount, 'Requests in a burst.'),
});

const concurrentSyncs = z.strictObject(
  Object.fromEntries(
    Object.keys(CONCURRENT_SYNCS).map((name) => [name, field(someCount, `Workers of the ${name} controller.`)]),
  ),
);

const featureGates = z.strictObject({
  MaxUnavailableStatefulSet: field(z.boolean(), 'A StatefulSet may update several pods at once (`maxUnavailable`).'),
  HPAScaleToZero: field(
    z.boolean(),
    'HorizontalPodAutoscalers with an Object or External metric may have `minReplicas: 0`: no pods while there is nothing to do, as with KEDA.',
  ),
});

export const controlPlane = z
  .strictObject({
    featureGates: field(featureGates, 'Feature gates of Kubernetes (`--feature-gates`).'),
    apiServer: field(
      z.strictObject({
        mutating: field(distribution, 'Work of a mutating request, without etcd.'),
        read: field(distribution, 'Work of reading one object from the cache.'),
        processors: field(
          limit,
          'Processors of each API server: `mutating` and `read` are work on them, and wait for one that is free. A request keeps its seats of flow control meanwhile.',
        ),
        start: field(distribution, 'Where processes may die: from the start of kube-apiserver until it is ready.'),
        maxMutatingInflight: field(limit, 'Mutating requests served at once (`--max-mutating-requests-inflight`).'),
        webhookLatency: field(
          distribution,
          'What an admission webhook takes to answer, without the way to its pod and back.',
        ),
        webhooks: field(
          z.record(z.string(), distribution),
          'The same of single webhooks, by their name in a configuration.',
        ),
        listObject: field(fineDuration, 'Work of a list for each object that it goes through, under flow control.'),
        maxRequestsInflight: field(limit, 'Reads served at once under flow control (`--max-requests-inflight`).'),
        flowControl: field(
          z.enum(flowControls),
          'What happens to more requests than that: `None` (writes beyond their limit wait in order and reads have none), `MaxInflight` (429 at once, as with `--enable-priority-and-fairness=false`) or `PriorityAndFairness` (FlowSchemas and PriorityLevelConfigurations divide both limits together among levels with queues, as kube-apiserver does by default).',
        ),
        podNodeSelector: field(
          z.record(z.string(), z.string()),
          'Configuration of the admission plugin PodNodeSelector: node selectors (`env=prod,disk=ssd`) that namespaces may use, by name, and `clusterDefaultNodeSelector` for those without the annotation `scheduler.alpha.kubernetes.io/node-selector`. Without it the plugin is off, as it is by default.',
        ).optional(),
      }),
      'kube-apiserver.',
    ),
    etcd: field(
      z.strictObject({
        commit: field(distribution, 'From a proposal to its commit by a quorum, where no member may fail.'),
        save: field(distribution, 'Where members may fail: one save of the log of a member (fsync).'),
        quota: field(
          bytes,
          'Where members may fail: how large the database may become (`--quota-backend-bytes`). Beyond it the alarm NOSPACE is raised, and writes are refused until the timeline makes room (`defragment`) and disarms it (`alarmDisarm`).',
        ),
        compaction: field(
          duration,
          'How often API servers have versions removed that are no longer the newest and older than this (`--etcd-compaction-interval`); 0: never.',
        ),
        members: field(
          z.int().min(1).max(7).optional(),
          'Members, each on a machine of its own. Default: one on each machine of `replicas`. With several, they elect leaders, may die, and writes wait for a quorum of them.',
        ),
      }),
      'etcd.',
    ),
    watch: field(
      z.strictObject({ delivery: field(distribution, 'From a commit until a watcher has seen it.') }),
      'Watches.',
    ),
    clients: field(
      z.strictObject({
        controllers: field(clientLimit, 'Each controller on its own.'),
        scheduler: field(clientLimit, 'kube-scheduler.'),
        kubelet: field(clientLimit, 'Each kubelet; heartbeats are not throttled.'),
      }),
      "The clients' own rate limits (token buckets).",
    ),
    controllers: field(
      z.strictObject({
        syncWork: field(duration, 'Work of one sync of a controller.'),
        endpointWork: field(duration, 'Work of a sync of a Service for each of its endpoints.'),
        concurrentSyncs: field(concurrentSyncs, 'Workers of each controller.'),
        nodeMonitorPeriod: field(someDuration, 'How often node health is checked.'),
        nodeMonitorGracePeriod: field(someDuration, 'Time without a heartbeat after which a node is no longer ready.'),
        nodeEvictionRate: field(amount, 'Nodes per second and zone whose pods are evicted while the zone is healthy.'),
        secondaryNodeEvictionRate: field(amount, 'The same while a large zone is unhealthy.'),
        unhealthyZoneThreshold: field(ratio, 'Share of NotReady nodes from which a zone counts as unhealthy.'),
        largeClusterSizeThreshold: field(count, 'Nodes above which a zone is large.'),
      }),
      'kube-controller-manager.',
    ),
    replicas: field(
      z.int().min(1).max(9),
      'Machines of the control plane, each with kube-scheduler and kube-controller-manager, one of which leads: the nodes of `pods` in turn, and beyond them `cp1`, `cp2` and so on, which are no nodes. With more than one, or where a fault may strike one of them, processes may die.',
    ),
    zones: field(
      z.array(text),
      'Zones of these machines, in turn. Default: the label of the node. An outage of a zone takes the machines there.',
    ),
    leaderElection: field(leaderElection, 'How the processes of one component agree on the one that leads.'),
    processes: field(processes, 'How processes of the control plane start.'),
    pods: field(
      controlPlanePods.optional(),
      "The control plane's own pods, as kubeadm makes them: etcd, kube-apiserver, kube-controller-manager and kube-scheduler as static pods in kube-system. They are seen and take room on their nodes. Where processes may die, they are what runs in these pods: a kubelet starts them again, and they go with their node and come back with it.",
    ),
  })
  .transform(
    ({ featureGates: gates, apiServer, etcd, watch, clients, controllers, pods, ...ofProcesses }): ControlPlane => {
      const { syncWork, endpointWork, nodeMonitorPeriod, nodeMonitorGracePeriod, ...rest } = controllers;
      const { listObject, ...server } = apiServer;
      const { quota, compaction, ...ofEtcd } = etcd;
      return {
        featureGates: gates,
        apiServer: { ...server, listObjectUs: listObject },
        etcd: { ...ofEtcd, quotaBytes: quota, compactionUs: compaction },
        watch,
        clients,
        ...ofProcesses,
        ...(pods === undefined ? {} : { pods }),
        controllers: {
          ...rest,
          syncWorkUs: syncWork,
          endpointWorkUs: endpointWork,
          nodeMonitorPeriodUs: nodeMonitorPeriod,
          nodeMonitorGracePeriodUs: nodeMonitorGracePeriod,
        },
      };
    },
  );

export const scheduler = (plugins: FamilySchema) =>
  z
    .strictObject({
      cycle: field(
        z.strictObject({
          fixed: field(fineDuration, 'Per cycle.'),
          perNodeFiltered: field(fineDuration, 'Per node filtered.'),
          perNodeScored: field(fineDuration, 'Per node scored.'),
        }),
        'Duration of one scheduling cycle.',
      ),
      percentageOfNodesToScore: field(
        z.int().min(0).max(100).meta({ type: 'whole number from 0 to 100' }),
        'Share of nodes that must be found feasible before scoring begins; 0 adapts to the size of the cluster.',
      ),
      podInitialBackoff: field(duration, 'First wait of an unschedulable pod; doubled each time.'),
      podMaxBackoff: field(duration, 'Longest wait of an unschedulable pod.'),
      tieBreak: field(
        z.enum(['heap', 'random', 'first', 'ranked']),
        'Choice among nodes of equal score: `heap` (Kubernetes 1.35 and later), `random` (earlier), `first` (the first examined) or `ranked` (the first in an order of the nodes that is drawn once).',
      ),
      config: field(
        // Read, with its own places in messages, by scheduler-config.ts.
        z.unknown().meta({ type: "path of a KubeSchedulerConfiguration in the scenario's folder, or one inline" }),
        'What kube-scheduler is started with (`kubescheduler.config.k8s.io/v1`), unchanged: profiles, plugins and their arguments, back-offs, rate limits.',
      ).optional(),
      extenderAnswers: field(
        text,
        'File with the answers of the extenders of `config`, as `wavetank record-extenders` writes it.',
      ).optional(),
      profiles: field(
        profiles(plugins),
        'Profiles as in a KubeSchedulerConfiguration. Default: one, with the default plugins.',
      ).optional(),
      policy: field(
        policy(plugins),
        'A scheduler by name instead of the plugins of the profiles, whose arguments stay: `default`, or a plugin, with its arguments as in `{ NodeResourcesFit: { scoringStrategy: … } }`. Of a plugin that scores the score is the only one, on all nodes that pass the default filters (`FirstFit`, `Tetris` …); an order takes the place of PrioritySort; anything else is added.',
      ).optional(),
    })
    .refine((settings) => settings.podInitialBackoff <= settings.podMaxBackoff, {
      message: 'must not exceed podMaxBackoff',
      path: ['podInitialBackoff'],
    })
    .transform(
      ({
        cycle,
        podInitialBackoff,
        podMaxBackoff,
        profiles: given,
        config: _config,
        extenderAnswers: _answers,
        ...rest
      }): SchedulerSettings => ({
        ...rest,
        ...(given === undefined ? {} : { profiles: given }),
        cycle: {
          fixedUs: cycle.fixed,
          perNodeFilteredUs: cycle.perNodeFiltered,
          perNodeScoredUs: cycle.perNodeScored,
        },
        podInitialBackoffUs: podInitialBackoff,
        podMaxBackoffUs: podMaxBackoff,
      }),
    );
