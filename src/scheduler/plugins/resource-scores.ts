// Hot dialect: how full a node would be, as a score (kube-scheduler noderesources). Kubernetes divides integers at each step.

/** (capacity - requested) · 100 / capacity, rounded down; 0 for more than fits. */
export function leastRequested(requested: number, capacity: number): number {
  return requested > capacity ? 0 : Math.floor(((capacity - requested) * 100) / capacity);
}

/** requested · 100 / capacity, rounded down; 100 for more than fits. */
export function mostRequested(requested: number, capacity: number): number {
  return Math.floor((Math.min(requested, capacity) * 100) / capacity);
}

export interface ShapePoint {
  /** Percent in use. */
  readonly utilization: number;
  /** 0 to 10 as written. */
  readonly score: number;
}

/** The broken line through the shape's points, in integer arithmetic (helper.BuildBrokenLinearFunction). */
export function brokenLine(shape: readonly ShapePoint[], percent: number): number {
  const score = (i: number): number => shape[i].score * 10;
  for (let i = 0; i < shape.length; i += 1) {
    if (percent > shape[i].utilization) continue;
    if (i === 0) return score(0);
    const from = shape[i - 1].utilization;
    return score(i - 1) + Math.trunc(((score(i) - score(i - 1)) * (percent - from)) / (shape[i].utilization - from));
  }
  return score(shape.length - 1);
}

/** 100 · (1 - σ) of `count` utilisations, rounded down; σ is half the distance of two, of more the population's standard deviation. */
export function balanceOf(fractions: Float64Array, count: number): number {
  if (count < 2) return 100;
  if (count === 2) return Math.trunc((1 - Math.abs((fractions[0] - fractions[1]) / 2)) * 100);
  let sum = 0;
  for (let i = 0; i < count; i += 1) sum += fractions[i];
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i += 1) squares += (fractions[i] - mean) * (fractions[i] - mean);
  return Math.trunc((1 - Math.sqrt(squares / count)) * 100);
}

/** 50 to 100: how the pod changes the balance (1.36); 75 is no change. */
export function balanceChange(before: number, after: number): number {
  return 50 + Math.trunc((50 + after - before) / 2);
}
