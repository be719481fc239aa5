// Recommendations, smoothed: what was recommended a while ago still counts, so that a short change changes nothing.
import type { AutoscalerHistory } from './history.ts';

export interface Stabilized {
  readonly replicas: number;
  /** Of the condition AbleToScale. */
  readonly reason: string;
  readonly message: string;
}

const READY = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const DOWN = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const UP = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};

/** Without rules: the highest recommendation of the window, its first instant included. */
export function stabilized(desired: number, history: AutoscalerHistory, windowUs: number, nowUs: number): Stabilized {
  const since = nowUs - windowUs;
  let highest = desired;
  for (const { replicas, atUs } of history.recommendations) if (atUs >= since) highest = Math.max(highest, replicas);
  history.recommend(desired, nowUs, (atUs) => atUs < since);
  return { replicas: highest, ...(highest === desired ? READY : DOWN) };
}

/** With rules: each direction has its window, whose first instant is not included. */
export function stabilizedByRules(
  desired: number,
  current: number,
  windows: { readonly upUs: number; readonly downUs: number },
  history: AutoscalerHistory,
  nowUs: number,
): Stabilized {
  const upSince = nowUs - windows.upUs;
  const downSince = nowUs - windows.downUs;
  let lowest = desired;
  let highest = desired;
  for (const { replicas, atUs } of history.recommendations) {
    if (atUs > upSince) lowest = Math.min(lowest, replicas);
    if (atUs > downSince) highest = Math.max(highest, replicas);
  }
  const replicas = Math.min(Math.max(current, lowest), highest);
  history.recommend(desired, nowUs, (atUs) => atUs < upSince && atUs < downSince);
  if (replicas === desired) return { replicas, ...READY };
  return { replicas, ...(desired >= current ? UP : DOWN) };
}
