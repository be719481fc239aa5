// The Scenario document as a whole. Defaults are not here: defaults.ts fills them in before a document is checked.
import { z } from 'zod';
import type { Flaw } from '../../lib/explain.ts';
import type { FamilySchema } from '../../lib/family.ts';
import { duration, percent, someDuration } from '../../lib/units.ts';
import { autoscaling } from './autoscaling.ts';
import { bench } from './bench.ts';
import { chaos } from './chaos.ts';
import { cluster } from './cluster.ts';
import { controlPlane, scheduler } from './control-plane.ts';
import { connections } from './connections.ts';
import { dns } from './dns.ts';
import { tracing } from './tracing.ts';
import { external } from './external.ts';
import { readinessGate } from './readiness-gate.ts';
import { familyUse } from './family-use.ts';
import { count, field, objectName, someCount, text, startTime } from './field.ts';
import { randomFault, timelineEntry } from './happenings.ts';
import type { FigurePattern } from '../expect.ts';
import type { FamilyUse } from '../../model/settings/family-use.ts';
import type { Profile } from '../../model/settings/scheduler.ts';
import { kubelet, network } from './node-settings.ts';
import { messageQueue } from './message-queues.ts';
import { staticPods } from './static-pods.ts';
import { storage } from './storage.ts';
import { apiClient } from './api-clients.ts';
import { objectives } from './objectives.ts';
import { descheduler } from './descheduler.ts';
import { podArrivals } from './pod-arrivals.ts';
import { behavior } from './behaviors.ts';
import { traffic } from './traffic.ts';

export const API_VERSION = 'wavetank/v1';

/** The members of the families that a scenario may name, as data. */
export interface FamilySchemas {
  readonly balancers: FamilySchema;
  readonly arrivals: FamilySchema;
  readonly faults: FamilySchema;
  readonly jobQueues: FamilySchema;
  readonly nodeAutoscalers: FamilySchema;
  readonly policies: FamilySchema;
  readonly rollouts: FamilySchema;
  readonly schedulerPlugins: FamilySchema;
  /** The figures that expectations may name. */
  readonly figures: readonly FigurePattern[];
  /** What the scheduler refuses of its profiles, with paths from the list of profiles on; without it nothing more is checked. */
  readonly checkProfiles?: (profiles: readonly Profile[]) => readonly Flaw[];
  /** What is wrong with a policy on that side of a call; without it nothing more is checked. */
  readonly checkPolicy?: (use: FamilyUse, side: 'caller' | 'server') => string | undefined;
}

export function scenarioSchema(families: FamilySchemas) {
  return z.strictObject({
    apiVersion: field(z.literal(API_VERSION), 'The version of this format.'),
    kind: field(z.literal('Scenario'), 'This kind of document.'),
    metadata: field(
      z.strictObject({ name: field(objectName, 'Name of the scenario and of the folder of its results.') }),
      'As in every object.',
    ),
    spec: field(specSchema(families), 'The scenario.'),
  });
}

function specSchema(families: FamilySchemas) {
  return z.strictObject({
    duration: field(someDuration, 'Simulated time. Required, unless the command line gives it.'),
    warmup: field(duration, 'Time at the start that the figures of the summary leave out.'),
    interval: field(someDuration, 'Length of an interval of the series.'),
    seed: field(count, 'Seed of all random streams; the seeds of several runs follow it.'),
    seeds: field(someCount, 'Number of runs, each with another seed.'),
    startTime: field(
      startTime,
      'Date and time at which the run begins, in UTC: schedules of CronJobs follow it. The times in objects count from 2026-01-01.',
    ),
    preset: field(
      z.enum(['default', 'ideal']),
      '`ideal` sets all delays of control plane, kubelet and network to zero and lifts the rate limits of clients; fields set in the scenario still apply.',
    ),
    manifests: field(
      z.array(text),
      "Files with Kubernetes manifests, relative to the scenario's own folder and within it.",
    ),
    initialState: field(
      z.array(text),
      'Files with the objects of a cluster as it was found, as `wavetank import cluster` writes them. They are there at the first instant as they say: objects with their owners and statuses, pods on their nodes, running and ready, claims bound. Times in them count from the start of the run.',
    ),
    cluster: field(cluster, 'The nodes.'),
    nodeAutoscaler: field(
      familyUse('node autoscaler', families.nodeAutoscalers),
      'Who makes node pools with `autoscaling` larger and smaller. Default: nobody.',
    ).optional(),
    descheduler: field(
      descheduler,
      'The descheduler: evicts pods whose place is no longer a good one, so that they are scheduled anew. Default: none.',
    ).optional(),
    jobQueue: field(
      familyUse('job queue', families.jobQueues),
      'Who admits Jobs that have the label `kueue.x-k8s.io/queue-name`, which are created suspended. Default: nobody; the label has no effect.',
    ).optional(),
    controlPlane: field(controlPlane, 'API server, etcd, watches, controllers.'),
    scheduler: field(scheduler(families.schedulerPlugins), 'kube-scheduler.'),
    rollouts: field(
      z.record(z.string(), familyUse('rollout', families.rollouts)),
      'How Deployments replace their pods instead of what their `spec.strategy` says, by Deployment: `shop/web`, or `web` in `default`.',
    ),
    kubelet: field(kubelet, 'What happens on a node.'),
    storage: field(
      storage.optional(),
      'What volumes take: there when an object is a volume or a claim, or a pod has ephemeral ones.',
    ),
    autoscaling: field(
      autoscaling.optional(),
      'HorizontalPodAutoscalers and their metrics: there when an object is one.',
    ),
    network: field(network(families.balancers, families.policies), 'Latency and load balancing.'),
    dns: field(
      dns,
      'Names of Services are looked up by queries to cluster DNS, by pods that call each other. Absent: they are known, at no cost.',
    ).optional(),
    tracing: field(
      tracing,
      'Requests are followed on their way: who calls whom, where the time goes, how busy each pod is. Absent: only where an expectation asks for such a figure.',
    ).optional(),
    connections: field(
      connections,
      'How connections are kept and what they cost. Absent: each request opens one, at no cost, unless a call or a source says otherwise.',
    ).optional(),
    behaviors: field(z.array(behavior(families.policies, families.balancers)), 'What an image does when it runs.'),
    external: field(z.array(external), 'Systems outside the cluster that pods call.'),
    readinessGates: field(
      z.array(readinessGate),
      'Controllers that set conditions for which pods wait (`spec.readinessGates` of a pod), as those of load balancers do.',
    ),
    trafficMode: field(
      z.enum(['full', 'sampled']),
      '`sampled`: while nothing changes, requests are simulated until their figures are known to `trafficError`; then they are counted in expectation until the next change.',
    ),
    trafficError: field(
      percent,
      'With `sampled`: to how much of themselves means, medians and CPU are known; 99th percentiles to two and a half times as much.',
    ),
    traffic: field(z.array(traffic(families.arrivals, families.policies)), 'Requests from outside the cluster.'),
    messageQueues: field(
      z.array(messageQueue(families.arrivals)),
      'Queues of a message broker, and the groups of pods that consume them.',
    ).default([]),
    staticPods: field(
      z.array(staticPods),
      'Pods that kubelets run from manifests on their node, with mirror pods in the API.',
    ),
    apiClients: field(
      z.array(apiClient),
      'Clients of the API server beyond those that a cluster has: a controller gone wild, a script, pods that ask too much.',
    ),
    podArrivals: field(z.array(podArrivals), 'Pods that arrive over time, in addition to those of the manifests.'),
    timeline: field(z.array(timelineEntry(families.faults)), 'What is done to the cluster at a given time.'),
    faults: field(z.array(randomFault(families.faults)), 'Faults that fire at random times.'),
    sweep: field(
      z.record(z.string(), z.array(z.unknown()).min(1)),
      'Values to try by path: of a field of this document (`spec.traffic[0].timeout`) or of an object (`Deployment/default/web:/spec/replicas`). All combinations are run by `wavetank sweep`; `wavetank run` runs the scenario as it stands.',
    ),
    bench: field(
      bench(families.schedulerPlugins),
      'What `wavetank bench` compares, the first one with each of the others: schedulers by name, or `{ name, set: { <path>: <value> } }`. `wavetank run` runs the scenario as it stands.',
    ),
    objectives: field(
      objectives,
      'What users are promised. It changes nothing that happens: figures such as `recovery.duration` and `error_budget.burnt` are about it.',
    ),
    chaos: field(
      chaos.optional(),
      'What `wavetank chaos` strikes and when: each target at each moment, once. `wavetank run` runs the scenario as it stands.',
    ),
    expect: field(z.array(text), 'What must hold: `requests.error_ratio during 9m..20m < 0.005`.'),
  });
}

export type ParsedDocument = z.output<ReturnType<typeof scenarioSchema>>;
export type ParsedSpec = ParsedDocument['spec'];
