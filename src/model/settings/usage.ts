// What a process uses beside its requests: a constant amount, or a curve over the time since it started, or over the progress of its work.

/** An amount that holds from a time on, µs since the start. Between two points it changes evenly; after the last one it stays. */
export interface UsagePoint {
  readonly atUs: number;
  readonly amount: number;
  /** In place of a time: the share of its work that is done, 0 to 1. All points of a curve have one, or none. */
  readonly share?: number;
}

/** At least one point, in the order of their times; two at the same time are a jump. */
export type UsageCurve = readonly UsagePoint[];

/** Of the process of one container. */
export interface Usage {
  /** CPUs. */
  readonly cpu: UsageCurve;
  readonly memoryBytes: UsageCurve;
  /** Beside `memoryBytes`, for each request that it holds. */
  readonly memoryPerRequestBytes: number;
  /** Of as many requests as it may hold. */
  readonly memoryOfRequestsBytes: number;
  /** On disk: its container's writable layer, and its logs. */
  readonly layerBytes: UsageCurve;
  readonly logBytes: UsageCurve;
  /** By emptyDir volume: what it writes there over the time since the pod started. */
  readonly volumeBytes: ReadonlyMap<string, UsageCurve>;
}

/** Whether it goes by the progress of work. */
export function goesByProgress(curve: UsageCurve): boolean {
  return curve[0].share !== undefined;
}

/**
 * A curve by progress over the time since now: `share` of the work is done, and `timeOf` says how long it is until a greater share is, µs.
 * While progress is saved the amount stays nearly what it is.
 */
export function overTime(curve: UsageCurve, share: number, timeOf: (share: number) => number): UsageCurve {
  const byShare = curve.map((point) => ({ atUs: point.share ?? 0, amount: point.amount }));
  const later = byShare.filter(({ atUs }) => atUs > share);
  return [
    { atUs: 0, amount: amountAt(byShare, share) },
    ...later.map(({ atUs, amount }) => ({ atUs: timeOf(atUs), amount })),
  ];
}

export function peakOf(curve: UsageCurve): number {
  return curve.reduce((most, { amount }) => Math.max(most, amount), 0);
}

export function amountAt(curve: UsageCurve, sinceStartUs: number): number {
  let before = curve[0];
  for (const point of curve) {
    if (point.atUs > sinceStartUs) {
      if (point === curve[0]) return point.amount;
      const part = (sinceStartUs - before.atUs) / (point.atUs - before.atUs);
      return before.amount + part * (point.amount - before.amount);
    }
    before = point;
  }
  return before.amount;
}

/** The first time at which the amount is above a limit, µs since the start; Infinity: never. */
export function exceedsUs(curve: UsageCurve, limit: number): number {
  let before = curve[0];
  if (before.amount > limit) return 0;
  for (const point of curve) {
    if (point.amount > limit) {
      const part = point === before ? 0 : (limit - before.amount) / (point.amount - before.amount);
      return before.atUs + part * (point.atUs - before.atUs);
    }
    before = point;
  }
  return Infinity;
}

/** The amount, summed up over the time since the start: CPUs become CPU time, µs. */
export function usedUntil(curve: UsageCurve, sinceStartUs: number): number {
  let used = 0;
  let [{ amount }] = curve;
  let fromUs = 0;
  for (const point of curve) {
    const untilUs = Math.min(point.atUs, sinceStartUs);
    const then = point.atUs > sinceStartUs ? amountAt(curve, sinceStartUs) : point.amount;
    used += ((amount + then) / 2) * (untilUs - fromUs);
    fromUs = untilUs;
    amount = point.amount;
    if (point.atUs > sinceStartUs) return used;
  }
  return used + amount * (sinceStartUs - fromUs);
}

/** The curve with no amount above a limit. */
export function limited(curve: UsageCurve, limit: number): UsageCurve {
  if (curve.every(({ amount }) => amount <= limit)) return curve;
  const points: UsagePoint[] = [];
  for (const [index, point] of curve.entries()) {
    const before = index === 0 ? undefined : curve[index - 1];
    if (before !== undefined && before.amount > limit !== point.amount > limit && before.atUs < point.atUs) {
      const part = (limit - before.amount) / (point.amount - before.amount);
      points.push({ atUs: before.atUs + part * (point.atUs - before.atUs), amount: limit });
    }
    points.push({ atUs: point.atUs, amount: Math.min(point.amount, limit) });
  }
  return points;
}
