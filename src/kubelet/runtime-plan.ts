// A pod's runtime template compiled for the kubelet: samplers, probe timings and restart policies instead of objects.
import type { Container, Lifecycle, LifecycleHandler } from 'kubernetes-types/core/v1.js';
import type { Samplers } from '../engine/distributions.ts';
import type { WorkSpec } from '../model/settings/work.ts';
import type { RuntimeTemplate } from '../model/pod-class.ts';
import { podLimits } from '../model/resources.ts';
import { peakOf, type Usage } from '../model/settings/usage.ts';
import { hookLength } from '../model/objects/hook-length.ts';
import { isSidecar } from '../model/objects/pod-ports.ts';
import { imageNameError } from './images/image-names.ts';
import { planProbe, type ProbePlan } from './probe-plan.ts';
import { mayRestartAll } from './restart-policy.ts';
import type { BehaviorOf } from './settings.ts';
import { inNewSandbox, type PodActions } from './sync-actions.ts';

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly imageSizeBytes: number;
  /** Why its name is not one of an image; undefined when it is. */
  readonly imageNameError: string | undefined;
  /** What its events say, made once: each pod sends three of them. */
  readonly messages: ContainerMessages;
  readonly isPrivate: boolean;
  /** imagePullPolicy Always: ask the registry each time. */
  readonly pullAlways: boolean;
  /** imagePullPolicy Never: start only when the node has the image. */
  readonly pullNever: boolean;
  /** Samplers of the time until the process listens and until it exits by itself (-1: it does not). */
  readonly startup: number;
  readonly crash: number;
  readonly crashExitCode: number;
  /** What it uses beside its requests, of volumes those that it mounts; and the memory that it may hold, Infinity without a limit. */
  readonly usage: Usage;
  readonly memoryLimitBytes: number;
  readonly work: WorkPlan | undefined;
  /** On SIGTERM the process finishes what it holds. */
  readonly drain: boolean;
  /** An init container, and one that runs on beside the regular ones (restartPolicy Always). */
  readonly init: boolean;
  readonly sidecar: boolean;
  /** Its own policy and rules, if it has any; a sidecar's is Always. */
  readonly restartPolicy: RestartPolicy;
  readonly hasOwnPolicy: boolean;
  readonly restartRules: readonly RestartRule[];
  /** By `probeNames`. */
  readonly probes: readonly ProbePlan[];
  readonly postStart: Hook | undefined;
  readonly preStop: Hook | undefined;
  readonly container: Container;
}

export interface WorkPlan {
  /** A sampler. */
  readonly length: number;
  readonly scales: boolean;
  readonly checkpointUs: number;
  readonly savingUs: number;
  readonly failureProbability: number;
  readonly failureExitCode: number;
}

export type RestartPolicy = RuntimeTemplate['restartPolicy'];

export interface RestartRule {
  readonly action: string;
  readonly exitCodes?: { readonly operator: string; readonly values?: readonly number[] };
}

export interface Hook {
  readonly us: number;
  /** Undefined for a `sleep`, which nobody executes. */
  readonly command: readonly string[] | undefined;
}

export interface ContainerMessages {
  readonly pulling: string;
  readonly present: string;
  readonly neverPulled: string;
  /** `spec.containers{name}`, as events name the part of the pod. */
  readonly stopping: string;
}

export interface RuntimePlan {
  readonly inits: number;
  /** Init containers, then regular ones: the order of the pod's rows in the container table. */
  readonly containers: readonly ContainerPlan[];
  /** Of the process of each container, by the container's index: its index in `RuntimeTemplate.lasting`; -1 for an init container that ends. */
  readonly processOf: readonly number[];
  /** And back again. */
  readonly ofProcess: readonly number[];
  readonly restartPolicy: RestartPolicy;
  readonly graceUs: number;
  /** spec.activeDeadlineSeconds; Infinity for none. */
  readonly deadlineUs: number;
  readonly readinessGates: readonly string[];
  readonly hasSidecars: boolean;
  /** Whether the end of a container may have all of them restarted. */
  readonly mayRestartAll: boolean;
  /** Whether any container has a probe. */
  readonly isProbed: boolean;
  /** The most that its containers could use together. */
  readonly peakMemoryBytes: number;
  readonly peakDiskBytes: number;
  /** What the first sync of a pod does. */
  readonly first: PodActions;
}

export function planRuntime(template: RuntimeTemplate, samplers: Samplers, behaviorOf: BehaviorOf): RuntimePlan {
  const { initContainers, containers, restartPolicy } = template;
  const plan = (container: Container, init: boolean): ContainerPlan =>
    planContainer(container, init, restartPolicy, samplers, behaviorOf);
  const plans = [
    ...initContainers.map((container) => plan(container, true)),
    ...containers.map((container) => plan(container, false)),
  ];
  const ofProcess = [
    ...containers.map((_, index) => initContainers.length + index),
    ...plans.flatMap(({ sidecar }, index) => (sidecar ? [index] : [])),
  ];
  return {
    inits: initContainers.length,
    containers: plans,
    processOf: plans.map((_, index) => ofProcess.indexOf(index)),
    ofProcess,
    restartPolicy,
    graceUs: template.terminationGraceUs,
    deadlineUs: template.activeDeadlineUs,
    readinessGates: template.readinessGates,
    hasSidecars: initContainers.some(isSidecar),
    mayRestartAll: plans.some(({ restartRules }) => mayRestartAll(restartRules)),
    peakMemoryBytes: sumOf(
      plans,
      ({ memoryBytes, memoryOfRequestsBytes }) => peakOf(memoryBytes) + memoryOfRequestsBytes,
    ),
    peakDiskBytes: sumOf(plans, peakDisk),
    isProbed: plans.some(({ probes }) => probes.some(({ periodUs }) => periodUs > 0)),
    first: inNewSandbox(
      initContainers.length,
      containers.map((_, index) => initContainers.length + index),
    ),
  };
}

function sumOf(plans: readonly ContainerPlan[], bytes: (usage: Usage) => number): number {
  return plans.reduce((sum, { usage }) => sum + bytes(usage), 0);
}

function peakDisk({ layerBytes, logBytes, volumeBytes }: Usage): number {
  const volumes = [...volumeBytes.values()].reduce((sum, curve) => sum + peakOf(curve), 0);
  return peakOf(layerBytes) + peakOf(logBytes) + volumes;
}

function usageOf(usage: Usage, { volumeMounts = [] }: Container): Usage {
  if (usage.volumeBytes.size === 0) return usage;
  const mounted = [...usage.volumeBytes].filter(([volume]) => volumeMounts.some(({ name }) => name === volume));
  return { ...usage, volumeBytes: new Map(mounted) };
}

type WithRules = Container & { readonly restartPolicyRules?: readonly RestartRule[] };

function planContainer(
  container: Container,
  init: boolean,
  podPolicy: RestartPolicy,
  samplers: Samplers,
  behaviorOf: BehaviorOf,
): ContainerPlan {
  const image = container.image ?? '';
  const behavior = behaviorOf(image);
  const own = container.restartPolicy as RestartPolicy | undefined;
  return {
    name: container.name,
    image,
    imageSizeBytes: behavior.imageSizeBytes,
    imageNameError: imageNameError(image),
    messages: {
      pulling: `Pulling image "${image}"`,
      present: `Container image "${image}" already present on machine and can be accessed by the pod`,
      neverPulled: `Container image "${image}" is not present with pull policy of Never`,
      stopping: `Stopping container ${container.name}`,
    },
    isPrivate: behavior.isPrivate,
    pullAlways: container.imagePullPolicy === 'Always',
    pullNever: container.imagePullPolicy === 'Never',
    startup: samplers.add(behavior.startup),
    crash: behavior.crash === undefined ? -1 : samplers.add(behavior.crash.after),
    crashExitCode: behavior.crash?.exitCode ?? 0,
    usage: usageOf(behavior.usage, container),
    memoryLimitBytes: podLimits({ containers: [container] }).memory ?? Infinity,
    work: behavior.work === undefined ? undefined : planWork(behavior.work, samplers),
    drain: behavior.drain,
    init,
    sidecar: init && own === 'Always',
    restartPolicy: own ?? (init && podPolicy === 'Always' ? 'OnFailure' : podPolicy),
    hasOwnPolicy: own !== undefined,
    restartRules: (container as WithRules).restartPolicyRules ?? [],
    probes: [container.startupProbe, container.livenessProbe, container.readinessProbe].map(planProbe),
    postStart: planHook(container.lifecycle, 'postStart', behavior.hooks.postStart),
    preStop: planHook(container.lifecycle, 'preStop', behavior.hooks.preStop),
    container,
  };
}

function planWork({ length, scales, checkpointUs, savingUs, failure }: WorkSpec, samplers: Samplers): WorkPlan {
  return {
    length: samplers.add(length),
    scales,
    checkpointUs,
    savingUs,
    failureProbability: failure?.probability ?? 0,
    failureExitCode: failure?.exitCode ?? 1,
  };
}

/** `toldUs` is what the behaviour of the image says of hooks that are more than a sleep. */
function planHook(
  lifecycle: Lifecycle | undefined,
  name: 'postStart' | 'preStop',
  toldUs: number | undefined,
): Hook | undefined {
  const handler: LifecycleHandler | undefined = lifecycle?.[name];
  if (handler === undefined) return undefined;
  const read = hookLength(handler);
  return { us: (read?.whole === true ? undefined : toldUs) ?? read?.us ?? 0, command: handler.exec?.command };
}
