// Pods of a workload above its desired number, over time: what a rollout costs while it lasts.
import type { ObjectRow, PodRow } from '../../model/rows.ts';
import type { ClusterState } from '../../model/state.ts';
import { type Figure, qualified } from './figure.ts';

const KINDS = ['Deployment', 'Rollout', 'StatefulSet'];

/** A pod comes (+1) or is gone (-1). */
interface Step {
  readonly atUs: number;
  readonly change: 1 | -1;
}

/** The pods of a workload, terminating ones included, in the order of time. */
function stepsOf({ pods, history, objects }: ClusterState, workload: ObjectRow): Step[] {
  const steps: Step[] = [];
  const isOf = (owner: ObjectRow): boolean => owner >= 0 && (owner === workload || objects.owner[owner] === workload);
  for (let i = 0; i < history.length; i += 1) {
    if (!isOf(history.owner[i])) continue;
    steps.push({ atUs: history.createdAt[i], change: 1 }, { atUs: history.removedAt[i], change: -1 });
  }
  for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
    if (pods.alive[pod] === 1 && isOf(pods.owner[pod])) steps.push({ atUs: pods.createdAt[pod], change: 1 });
  return steps.sort((a, b) => a.atUs - b.atUs);
}

export const extraPodHours: Figure = {
  pattern: 'rollout.<workload>.extra_pod_hours',
  title: 'Pod-hours of <workload> above its size',
  unit: 'count',
  better: 'lower',
  meaning:
    'Pods above the desired number (as it is at the end of the interval), terminating ones included, times time: pod-hours that rollouts cost.',
  gauge: false,
  wholeRun: false,
  measure({ span: { from, to }, names }, { state, measure: { workloads, series } }) {
    const key = qualified(names['workload']);
    const slash = key.indexOf('/');
    let extraUs = 0;
    for (const kind of KINDS) {
      const row = state.objects.find(kind, key.slice(0, slash), key.slice(slash + 1));
      if (row < 0) continue;
      const steps = stepsOf(state, row);
      const desired = workloads.values(kind, key, 'desired', from, to);
      let atUs = from === 0 ? 0 : series[from - 1].time_seconds * 1e6;
      let next = 0;
      let count = 0;
      for (; next < steps.length && steps[next].atUs <= atUs; next += 1) count += steps[next].change;
      for (const [interval, size] of desired.entries()) {
        const endUs = series[from + interval].time_seconds * 1e6;
        for (; next < steps.length && steps[next].atUs <= endUs; next += 1) {
          extraUs += Math.max(0, count - size) * (steps[next].atUs - atUs);
          atUs = steps[next].atUs;
          count += steps[next].change;
        }
        extraUs += Math.max(0, count - size) * (endUs - atUs);
        atUs = endUs;
      }
    }
    return extraUs / 3600e6;
  },
};
