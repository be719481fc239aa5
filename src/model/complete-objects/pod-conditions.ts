// The conditions of a pod as the API server would return them now.
import type { Container, ContainerStatus, PodCondition } from 'kubernetes-types/core/v1.js';
import { timestamp } from '../../lib/timestamp.ts';
import { PodBit, PodPhase } from '../pods.ts';
import type { PodRow } from '../rows.ts';
import type { ClusterState } from '../state.ts';

const RESTART_ALL_STARTED = {
  reason: 'RestartAllContainersStarted',
  message: 'container exited with restart policy rule',
};

/** The conditions of a pod, of which these are the statuses of its init containers and of its containers. */
export function podConditions(
  { pods, classes, reasons }: ClusterState,
  row: PodRow,
  init: readonly ContainerStatus[],
  regular: readonly ContainerStatus[],
): PodCondition[] {
  const { initContainers, containers, readinessGates: gates } = classes.get(pods.podClass[row]).runtime;
  const bits = pods.state[row];
  const startedAt = pods.startedAt[row];
  const pending = pods.pendingResizes.get(row);
  const one = (type: string, holds: boolean, at: number, why: Partial<PodCondition> = {}): PodCondition => ({
    type,
    status: holds ? 'True' : 'False',
    ...(at < 0 ? {} : { lastTransitionTime: timestamp(at) }),
    ...why,
  });
  const has = (bit: number): boolean => (bits & bit) !== 0;
  const over = has(PodBit.EndsWell) ? 'PodCompleted' : has(PodBit.EndsBadly) ? 'PodFailed' : undefined;
  const unready = (ready: boolean): Partial<PodCondition> =>
    ready || startedAt < 0 ? {} : over === undefined ? unreadiness(regular) : { reason: over };
  const initialized = (): Partial<PodCondition> => {
    if (has(PodBit.Initialized)) return over === 'PodCompleted' ? { reason: over } : {};
    return startedAt < 0 ? {} : incompleteness(init);
  };
  const unscheduled = (): Partial<PodCondition> => {
    const isPending = (bits & PodBit.PhaseMask) === PodPhase.Pending && !has(PodBit.Scheduled);
    const reason = isPending ? reasons.get(pods.reason[row]) : '';
    return reason === '' ? {} : { reason };
  };
  const waitsForGates = gates.length > 0 && has(PodBit.ContainersReady) && !has(PodBit.Ready);
  const containersReadyAt = pods.containersReadyAt.get(row) ?? pods.readyAt[row];
  const own = pods.conditions.get(row) ?? [];
  const restarting = (): PodCondition => {
    const why = pods.restartingAll.has(row) ? RESTART_ALL_STARTED : over === undefined ? {} : { reason: over };
    return one('AllContainersRestarting', pods.restartingAll.has(row), startedAt, why);
  };
  return [
    ...own,
    one('PodReadyToStartContainers', has(PodBit.HasIp) && !has(PodBit.SandboxStopped), startedAt),
    one('Initialized', has(PodBit.Initialized), startedAt, initialized()),
    one(
      'Ready',
      has(PodBit.Ready),
      pods.readyAt[row],
      waitsForGates ? closedGates(gates, own) : unready(has(PodBit.Ready)),
    ),
    one('ContainersReady', has(PodBit.ContainersReady), containersReadyAt, unready(has(PodBit.ContainersReady))),
    one('PodScheduled', has(PodBit.Scheduled), pods.scheduledAt[row], unscheduled()),
    ...(startedAt >= 0 && [...initContainers, ...containers].some(mayRestartAll) ? [restarting()] : []),
    ...(pending === undefined
      ? []
      : [{ type: 'PodResizePending', status: 'True', reason: pending.reason, message: pending.message }]),
    ...(has(PodBit.Disrupted) ? [disruption(bits, pods.evicted.has(row))] : []),
  ];
}

type WithRestartRules = Container & { readonly restartPolicyRules?: readonly { readonly action: string }[] };

function mayRestartAll({ restartPolicyRules = [] }: WithRestartRules): boolean {
  return restartPolicyRules.some(({ action }) => action === 'RestartAllContainers');
}

/** Of a pod whose containers are ready: which conditions it waits for. */
function closedGates(gates: readonly string[], own: readonly PodCondition[]): Partial<PodCondition> {
  const messages = gates.flatMap((gate) => {
    const condition = own.find(({ type }) => type === gate);
    if (condition === undefined) return [`corresponding condition of pod readiness gate "${gate}" does not exist.`];
    return condition.status === 'True'
      ? []
      : [`the status of pod readiness gate "${gate}" is not "True", but ${condition.status}`];
  });
  return { reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function unreadiness(regular: readonly ContainerStatus[]): Partial<PodCondition> {
  const names = regular.flatMap(({ name, ready }) => (ready ? [] : [name]));
  return { reason: 'ContainersNotReady', message: `containers with unready status: [${names.join(' ')}]` };
}

function incompleteness(init: readonly ContainerStatus[]): Partial<PodCondition> {
  const names = init.flatMap(({ name, ready }) => (ready ? [] : [name]));
  return {
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names.join(' ')}]`,
  };
}

function disruption(bits: number, evicted: boolean): PodCondition {
  const reason = evicted
    ? 'EvictionByEvictionAPI'
    : (bits & PodBit.Preempted) !== 0
      ? 'PreemptionByScheduler'
      : (bits & PodBit.ByKubelet) !== 0
        ? 'TerminationByKubelet'
        : (bits & PodBit.Collected) !== 0
          ? 'DeletionByPodGC'
          : 'DeletionByTaintManager';
  return { type: 'DisruptionTarget', status: 'True', reason };
}
