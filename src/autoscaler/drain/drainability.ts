// Whether a pod may be moved off its node: the rules in their order, of which the first that decides counts.
import type { Listing, ListedPod } from '../cluster/listed.ts';
import {
  hasLocalStorage,
  isDaemonSetPod,
  isLongTerminating,
  isMirrorPod,
  isTerminal,
  safeToEvict,
} from '../cluster/pod-facts.ts';
import type { RemainingBudgets } from './remaining-budgets.ts';

export interface DrainOptions {
  readonly skipNodesWithSystemPods: boolean;
  readonly skipNodesWithLocalStorage: boolean;
  readonly skipNodesWithCustomControllerPods: boolean;
  readonly minReplicaCount: number;
  /** How long a pod of kube-system without a budget keeps its node. */
  readonly blockingSystemPodTimeoutUs: number;
}

export type BlockingReason =
  | 'ControllerNotFound'
  | 'MinReplicasReached'
  | 'NotReplicated'
  | 'UnmovableKubeSystemPod'
  | 'NotSafeToEvictAnnotation'
  | 'LocalStorageRequested'
  | 'NotEnoughPdb';

export type Drainability =
  | { readonly outcome: 'Undefined' | 'DrainOk' | 'SkipDrain' | 'WaitForCompletion' }
  | { readonly outcome: 'BlockDrain'; readonly reason: BlockingReason };

export interface DrainContext {
  readonly options: DrainOptions;
  readonly budgets: RemainingBudgets;
  readonly controller: Listing['controller'];
  readonly nowUs: number;
}

type Rule = (pod: ListedPod, context: DrainContext) => Drainability | undefined;

const OK: Drainability = { outcome: 'DrainOk' };
const SKIP: Drainability = { outcome: 'SkipDrain' };
const UNDEFINED: Drainability = { outcome: 'Undefined' };
const blocked = (reason: BlockingReason): Drainability => ({ outcome: 'BlockDrain', reason });

/** Kinds whose pods come back. */
const REPLICATED = new Set(['ReplicationController', 'Job', 'ReplicaSet', 'StatefulSet']);
/** Kinds that are looked up. */
const KNOWN = new Set([...REPLICATED, 'DaemonSet']);
const COUNTED = new Set(['ReplicationController', 'ReplicaSet']);

const rules: readonly Rule[] = [
  (pod) => (isMirrorPod(pod) ? SKIP : undefined),
  (pod, { nowUs }) => (isLongTerminating(pod, nowUs) ? SKIP : undefined),
  replicaCount,
  (pod) => (isDaemonSetPod(pod) ? OK : undefined),
  (pod) => (safeToEvict(pod) === 'true' ? OK : undefined),
  (pod) => (isTerminal(pod) ? OK : undefined),
  (pod) => (safeToEvict(pod) === 'on-completion' ? { outcome: 'WaitForCompletion' } : undefined),
  replicated,
  system,
  (pod) => (safeToEvict(pod) === 'false' ? blocked('NotSafeToEvictAnnotation') : undefined),
  (pod, { options }) =>
    options.skipNodesWithLocalStorage && hasLocalStorage(pod) ? blocked('LocalStorageRequested') : undefined,
  (pod, { budgets }) => (budgets.forbids(pod) ? blocked('NotEnoughPdb') : undefined),
];

export function drainability(pod: ListedPod, context: DrainContext): Drainability {
  for (const rule of rules) {
    const verdict = rule(pod, context);
    if (verdict !== undefined) return verdict;
  }
  return UNDEFINED;
}

/** A controller that is gone, or wants too few, brings no pod back. */
function replicaCount(pod: ListedPod, { options, controller }: DrainContext): Drainability | undefined {
  const reference = pod.controller;
  if (!options.skipNodesWithCustomControllerPods || reference === undefined || !KNOWN.has(reference.kind)) {
    return undefined;
  }
  // A pod that only says that it is a DaemonSet's is asked for nothing, unless a ReplicationController owns it.
  const named = reference.kind !== 'DaemonSet' && isDaemonSetPod(pod);
  if (named && reference.kind !== 'ReplicationController') return undefined;
  const found = controller(pod.podClass.namespace, reference);
  if (found === 'missing') return blocked('ControllerNotFound');
  const tooFew =
    COUNTED.has(reference.kind) && found.replicas !== undefined && found.replicas < options.minReplicaCount;
  return tooFew ? blocked('MinReplicasReached') : undefined;
}

function replicated({ controller }: ListedPod, { options }: DrainContext): Drainability | undefined {
  const comesBack =
    controller !== undefined && (!options.skipNodesWithCustomControllerPods || REPLICATED.has(controller.kind));
  return comesBack ? undefined : blocked('NotReplicated');
}

function system(pod: ListedPod, { options, budgets, nowUs }: DrainContext): Drainability | undefined {
  if (!options.skipNodesWithSystemPods || pod.podClass.namespace !== 'kube-system' || budgets.matches(pod)) {
    return undefined;
  }
  return nowUs - pod.createdUs > options.blockingSystemPodTimeoutUs ? OK : blocked('UnmovableKubeSystemPod');
}
