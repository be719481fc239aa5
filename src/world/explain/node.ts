// A node as `explain` has it: its conditions, its pods, what its drain waits for, the budgets that guard them, and what the drain was answered.
import { nodeObject } from '../../model/complete-objects/node-object.ts';
import { EventSubject } from '../../model/event-log.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';
import type { World } from '../build.ts';
import { drainHoldups } from './drain-holdups.ts';
import { keptNodeFacts } from './kept-node-facts.ts';
import { lastEvents } from './last-events.ts';
import { budgets } from './objects-in-the-way.ts';
import { podTroubles } from './pod-troubles.ts';
import type { Condition, WorkloadExplanation } from './workload.ts';

/** Parts of a workload are its objects; of a node, the pods that are on it. */
export function explainNode(world: World, node: NodeRow, atUs: number): WorkloadExplanation {
  const { state } = world;
  const name = state.nodeName(node);
  const pods = podsOn(world, node);
  const namespaces = new Set(pods.map((pod) => state.classes.get(state.pods.podClass[pod]).namespace));
  const identities = new Set(pods.map((pod) => state.pods.identity[pod]));
  const { events } = state;
  return {
    workload: `Node/${name}`,
    atUs,
    conditions: conditionsOf(world, node),
    facts: autoscaled(world, name),
    parts: pods.map((pod) => ({
      object: `Pod/${state.classes.get(state.pods.podClass[pod]).namespace}/${state.podName(pod)}`,
    })),
    pods: pods.length,
    troubles: podTroubles(world, pods),
    inTheWay: [
      ...drainHoldups(world, name),
      ...[...namespaces].sort().flatMap((namespace) => [...budgets(world, namespace, pods)]),
    ],
    events: lastEvents(world, (index) => {
      const subject = events.subject[index];
      if (subject === EventSubject.Node) return events.nodeOf(index) === node;
      if (subject === EventSubject.Pod) return identities.has(events.podOf(index));
      return state.describeEvent(index).message.startsWith(`drain ${name}: `);
    }),
  };
}

/** Why a node autoscaler has not removed it; nothing where there is none, or it has not looked yet. */
function autoscaled({ engine, renting: { autoscaler } }: World, name: string): string[] {
  const kept = autoscaler?.whyKept?.(name);
  return kept === undefined ? [] : keptNodeFacts(kept, engine.now);
}

function podsOn({ state: { pods } }: World, node: NodeRow): PodRow[] {
  const found: PodRow[] = [];
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow) {
    if (pods.alive[pod] === 1 && pods.node[pod] === node) found.push(pod);
  }
  return found;
}

/** `kubectl get nodes` says SchedulingDisabled of a cordoned node, which is no condition of the object. */
function conditionsOf({ state }: World, node: NodeRow): Condition[] {
  const { spec, status } = nodeObject(state, node);
  const conditions = (status?.conditions ?? []).map(({ type, status: is, reason = '', message = '' }) => ({
    type,
    status: is,
    reason,
    message,
  }));
  const taints = (spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).join(', ');
  if (spec?.unschedulable !== true) return conditions;
  return [...conditions, { type: 'SchedulingDisabled', status: 'True', reason: 'cordoned', message: taints }];
}
