// How far a predicted distribution is from what came: the continuous ranked probability score.

/** Values in ascending order, each with how often it is there. */
export interface Weighted {
  readonly values: readonly number[];
  readonly weights: readonly number[];
}

/**
 * The continuous ranked probability score of a prediction, its mean over the observations: ∫ (F(x) − 1{x ≥ y})² dx, which is
 * E|X − y| − ½ E|X − X′| with X and X′ drawn from the prediction. In the unit of the values, less is better, and least for the distribution
 * that the observations come from (T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation", Journal of
 * the American Statistical Association 102(477), 2007, equations 20 and 21). NaN where one of both has no values.
 */
export function rankedScore(predicted: Weighted, observed: Weighted): number {
  const [all, of] = [predicted, observed].map(({ weights }) => weights.reduce((sum, one) => sum + one, 0));
  if (all === 0 || of === 0) return NaN;
  let [i, j] = [0, 0];
  let [below, seen] = [0, 0];
  let before = NaN;
  let score = 0;
  // Between two neighbouring values both distribution functions are flat: the mean of (F − 1)² and F² with the share G of the observations.
  while (i < predicted.values.length || j < observed.values.length) {
    const x = Math.min(predicted.values[i] ?? Infinity, observed.values[j] ?? Infinity);
    const [f, g] = [below / all, seen / of];
    if (!Number.isNaN(before)) score += (x - before) * ((1 - g) * f * f + g * (1 - f) * (1 - f));
    for (; predicted.values[i] === x; i += 1) below += predicted.weights[i];
    for (; observed.values[j] === x; j += 1) seen += observed.weights[j];
    before = x;
  }
  return score;
}
