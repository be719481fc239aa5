// Strategies about single pods: whose node no longer suits them, that restart too often, or that are too old.
import type { StrategyArgs } from '../../model/settings/descheduler.ts';
import { tolerates } from '../../model/parse/tolerations.ts';
import { fitsElsewhere, hasAntiAffinity, matchesNode } from '../node-fit.ts';
import { byPriority, type Look, type SeenNode, type SeenPod } from '../seen.ts';
import { selection } from './selection.ts';
import { evictEach, type Strategy } from './strategy.ts';

/** RemovePodsViolatingNodeAffinity: the node lacks what the pod requires of it, and another one has it. */
export const nodeAffinity: Strategy<StrategyArgs['RemovePodsViolatingNodeAffinity']> = function* (args, look, evictor) {
  if (!args.nodeAffinityType.includes('requiredDuringSchedulingIgnoredDuringExecution')) return;
  const isAsked = selection(args, evictor);
  const chosen = eachPod(look, (pod, node) => isAsked(pod) && !matchesNode(pod, node) && fitsElsewhere(look, pod));
  yield* evictEach('RemovePodsViolatingNodeAffinity', chosen, evictor);
};

/** RemovePodsViolatingNodeTaints: the node has a taint against scheduling that the pod does not tolerate. */
export const nodeTaints: Strategy<StrategyArgs['RemovePodsViolatingNodeTaints']> = function* (args, look, evictor) {
  const isAsked = selection(args, evictor);
  const isNamed = (names: readonly string[], key: string, value: string): boolean =>
    names.includes(key) || names.includes(`${key}=${value}`);
  const chosen = eachPod(look, (pod, { taints }) => {
    const against = taints.filter(({ key, value = '', effect }) => {
      const counts = effect === 'NoSchedule' || (effect === 'PreferNoSchedule' && args.includePreferNoSchedule);
      const wanted = args.includedTaints.length === 0 || isNamed(args.includedTaints, key, value);
      return counts && wanted && !isNamed(args.excludedTaints, key, value);
    });
    const { tolerations } = pod.podClass.shape;
    return isAsked(pod) && against.some((taint) => !tolerations.some((one) => tolerates(one, taint)));
  });
  yield* evictEach('RemovePodsViolatingNodeTaints', chosen, evictor);
};

/** RemovePodsViolatingInterPodAntiAffinity: another pod of the domain is one that it does not want there; the less important ones go first. */
export const antiAffinity: Strategy<StrategyArgs['RemovePodsViolatingInterPodAntiAffinity']> = function* (
  args,
  look,
  evictor,
) {
  const isAsked = selection(args, evictor);
  const staying = new Set(look.pods);
  const chosen: SeenPod[] = [];
  for (const node of look.nodes) {
    for (const pod of look.podsOn(node.name).toSorted(byPriority)) {
      if (!isAsked(pod) || !evictor.fits(pod) || !hasAntiAffinity(look, pod, node, [...staying])) continue;
      staying.delete(pod);
      chosen.push(pod);
    }
  }
  yield* evictEach('RemovePodsViolatingInterPodAntiAffinity', chosen, evictor);
};

/** RemovePodsHavingTooManyRestarts: by the sum of its containers. */
export const tooManyRestarts: Strategy<StrategyArgs['RemovePodsHavingTooManyRestarts']> = function* (
  args,
  look,
  evictor,
) {
  const isAsked = selection(args, evictor);
  const chosen = eachPod(look, (pod) => isAsked(pod) && pod.restarts >= args.podRestartThreshold);
  yield* evictEach('RemovePodsHavingTooManyRestarts', chosen, evictor);
};

/** PodLifeTime: the oldest first. */
export const podLifeTime: Strategy<StrategyArgs['PodLifeTime']> = function* (args, look, evictor) {
  const isAsked = selection(args, evictor);
  const { states, maxPodLifeTimeUs } = args;
  const chosen = eachPod(
    look,
    (pod) =>
      isAsked(pod) &&
      look.nowUs - pod.createdUs > maxPodLifeTimeUs &&
      (states.length === 0 || states.includes(pod.phase)),
  );
  yield* evictEach(
    'PodLifeTime',
    chosen.toSorted((a, b) => a.createdUs - b.createdUs),
    evictor,
  );
};

function eachPod(look: Look, isChosen: (pod: SeenPod, node: SeenNode) => boolean): SeenPod[] {
  return look.nodes.flatMap((node) => look.podsOn(node.name).filter((pod) => isChosen(pod, node)));
}
