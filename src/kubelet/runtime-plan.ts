// A pod's runtime template compiled for the kubelet: numbers of images, samplers and probe timings instead of objects.
import type { Container, Lifecycle } from 'kubernetes-types/core/v1.js';
import type { Samplers } from '../engine/distributions.ts';
import type { RuntimeTemplate } from '../model/pod-class.ts';
import type { Images } from './images.ts';
import { planProbe, type ProbePlan } from './probe-times.ts';
import type { BehaviorOf } from './settings.ts';

export interface ContainerPlan {
  readonly name: string;
  readonly image: number;
  /** What its events say, made once: each pod sends three of them. */
  readonly messages: ContainerMessages;
  /** imagePullPolicy Always: ask the registry each time. */
  readonly pullAlways: boolean;
  /** imagePullPolicy Never: start only when the node has the image. */
  readonly pullNever: boolean;
  /** Samplers of the time until the process listens and until it exits by itself (-1: it does not). */
  readonly startup: number;
  readonly crash: number;
  readonly crashExitCode: number;
  /** An init container that runs on beside the regular ones (restartPolicy Always). */
  readonly sidecar: boolean;
  readonly startupProbe: ProbePlan;
  readonly livenessProbe: ProbePlan;
  /** Without one a started container is ready. */
  readonly readinessProbe: ProbePlan;
}

export interface ContainerMessages {
  readonly pulling: string;
  readonly pulled: string;
  readonly present: string;
  readonly neverPulled: string;
  readonly created: string;
  readonly started: string;
}

export interface RuntimePlan {
  readonly inits: number;
  /** Init containers, then regular ones: the order of the pod's rows in the container table. */
  readonly containers: readonly ContainerPlan[];
  readonly restartPolicy: RuntimeTemplate['restartPolicy'];
  /** The longest preStop hook of its containers: they run at the same time. */
  readonly preStopUs: number;
  /** Whether the processes finish what they hold on SIGTERM. */
  readonly drain: boolean;
}

export function planRuntime(
  template: RuntimeTemplate,
  images: Images,
  samplers: Samplers,
  behaviorOf: BehaviorOf,
): RuntimePlan {
  const plan = (container: Container, init: boolean): ContainerPlan =>
    planContainer(container, init, images, samplers, behaviorOf);
  const containers = [
    ...template.initContainers.map((container) => plan(container, true)),
    ...template.containers.map((container) => plan(container, false)),
  ];
  return {
    inits: template.initContainers.length,
    containers,
    restartPolicy: template.restartPolicy,
    preStopUs: Math.max(0, ...template.containers.map((container) => preStopUs(container.lifecycle))),
    drain: template.containers.every((container) => behaviorOf(container.image ?? '').drain),
  };
}

function planContainer(
  container: Container,
  init: boolean,
  images: Images,
  samplers: Samplers,
  behaviorOf: BehaviorOf,
): ContainerPlan {
  const image = container.image ?? '';
  const behavior = behaviorOf(image);
  return {
    name: container.name,
    image: images.id(image, behavior.imageSizeBytes),
    messages: {
      pulling: `Pulling image "${image}"`,
      pulled: `Successfully pulled image "${image}"`,
      present: `Container image "${image}" already present on machine`,
      neverPulled: `Container image "${image}" is not present with pull policy of Never`,
      created: `Container created: ${container.name}`,
      started: `Container started: ${container.name}`,
    },
    pullAlways: container.imagePullPolicy === 'Always',
    pullNever: container.imagePullPolicy === 'Never',
    startup: samplers.add(behavior.startup),
    crash: behavior.crash === undefined ? -1 : samplers.add(behavior.crash.after),
    crashExitCode: behavior.crash?.exitCode ?? 0,
    sidecar: init && container.restartPolicy === 'Always',
    startupProbe: planProbe(container.startupProbe),
    livenessProbe: planProbe(container.livenessProbe),
    readinessProbe: planProbe(container.readinessProbe),
  };
}

interface SleepAction {
  readonly sleep?: { readonly seconds: number };
}

/** The length of a preStop hook: a sleep action, or a command that is nothing but `sleep N`. Others take no time. */
function preStopUs(lifecycle: Lifecycle | undefined): number {
  const hook = lifecycle?.preStop;
  if (hook === undefined) return 0;
  const { sleep } = hook as SleepAction;
  if (sleep !== undefined) return sleep.seconds * 1e6;
  const command = hook.exec?.command?.join(' ') ?? '';
  const match = /^(?:\/bin\/)?(?:sh -c |bash -c )?(?:\/bin\/)?sleep (\d+(?:\.\d+)?)s?$/.exec(command);
  return match === null ? 0 : Number(match[1]) * 1e6;
}
