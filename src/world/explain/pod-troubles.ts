// Why pods are not ready: in the scheduler's words, the kubelet's, or the containers'.
import { isActive, isTerminal, PodBit, PodPhase } from '../../model/pods.ts';
import type { PodRow } from '../../model/rows.ts';
import { podObject } from '../../model/complete-objects/pod-object.ts';
import type { World } from '../build.ts';
import { counted } from '../../lib/plural.ts';
import { showDuration } from '../expectations.ts';
import { whyUntried } from '../pending.ts';

/** Pods that are not ready for the same reason. */
export interface Trouble {
  readonly why: string;
  readonly pods: number;
  /** One of them, by name. */
  readonly example: string;
  /** The node of that one, '' where it has none. */
  readonly node: string;
}

/** The most frequent reason first. Pods that have succeeded are in no trouble. */
export function podTroubles(world: World, pods: readonly PodRow[]): Trouble[] {
  const found = new Map<string, { pods: number; readonly example: string; readonly node: string }>();
  for (const pod of pods) {
    const why = troubleOf(world, pod);
    if (why === undefined) continue;
    const known = found.get(why);
    const node = world.state.pods.node[pod];
    if (known === undefined) {
      const example = world.state.podName(pod);
      found.set(why, { pods: 1, example, node: node < 0 ? '' : world.state.nodeName(node) });
    } else known.pods += 1;
  }
  return [...found].map(([why, group]) => ({ why, ...group })).sort((a, b) => b.pods - a.pods);
}

/** Undefined of a pod that is ready, or has succeeded. */
export function troubleOf(world: World, pod: PodRow): string | undefined {
  const { pods, nodes, reasons } = world.state;
  const bits = pods.state[pod];
  const on = pods.node[pod];
  const isSilent = on >= 0 && (world.state.machines.nodeUp[on] === 0 || nodes.alive[on] === 0);
  if ((bits & PodBit.Deleting) !== 0) {
    const since = `being deleted since ${showDuration(pods.deletedAt[pod])}`;
    return isSilent ? `${since}, and its node does not answer` : since;
  }
  if (isTerminal(bits))
    return (bits & PodBit.PhaseMask) === PodPhase.Succeeded
      ? undefined
      : `failed: ${reasons.get(pods.reason[pod]) || 'a container ended with an error'}`;
  if (!isActive(bits) || (bits & PodBit.Ready) !== 0) return undefined;
  if (on < 0) return `not on a node: ${world.scheduler.messageOf(pod) ?? whyUntried(world, pod)}`;
  if (isSilent) return 'its node does not answer';
  return containerTrouble(world, pod) ?? 'its node has not started it yet';
}

function containerTrouble({ state }: World, pod: PodRow): string | undefined {
  const { containerStatuses = [], initContainerStatuses = [] } = podObject(state, pod).status ?? {};
  const statuses = [...initContainerStatuses, ...containerStatuses];
  for (const [at, { name, ready, restartCount, state: now }] of statuses.entries()) {
    const isInit = at < initContainerStatuses.length;
    const restarts = restartCount === 0 ? '' : ` after ${counted(restartCount, 'restart')}`;
    if (now?.waiting?.reason !== undefined && now.waiting.reason !== '') {
      return `container ${name} waits: ${now.waiting.reason}${restarts}`;
    }
    if (now?.running !== undefined && !ready) return `container ${name} runs and is not ready`;
    // The kubelet says so until it has tried to start it again.
    if (now?.terminated !== undefined && !(isInit && now.terminated.exitCode === 0)) {
      return `container ${name} has ended, ${now.terminated.reason ?? 'Error'} with exit code ${now.terminated.exitCode}${restarts}`;
    }
  }
  return undefined;
}
