// What a process uses beside its requests: a constant amount, or a curve over the time since it started.

/** An amount that holds from a time on, µs since the start. Between two points it changes evenly; after the last one it stays. */
export interface UsagePoint {
  readonly atUs: number;
  readonly amount: number;
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
