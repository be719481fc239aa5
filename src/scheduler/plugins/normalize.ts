// Hot dialect: the normalisation that plugins share (kube-scheduler helper.DefaultNormalizeScore).

/** Scores to 0 … 100 by the largest one, rounded down; `reverse` turns many into few. */
export function defaultNormalize(scores: Float64Array, count: number, reverse: boolean): void {
  let most = 0;
  for (let i = 0; i < count; i += 1) if (scores[i] > most) most = scores[i];
  if (most === 0) {
    if (reverse) scores.fill(100, 0, count);
    return;
  }
  for (let i = 0; i < count; i += 1) {
    const score = Math.floor((100 * scores[i]) / most);
    scores[i] = reverse ? 100 - score : score;
  }
}
