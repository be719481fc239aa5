// Columns of what designed experiments leave behind: effects of two-level designs, sensitivity.
import { count, number, ratio, someNumber, someRatio, text, type Table } from './column.ts';

/** effects.csv: one row per figure and effect. */
export const effectColumns = {
  figure: text('What is measured, as in an expectation.'),
  unit: text('Unit of the figure.'),
  effect_of: text('The axis, or two that act together: `replicas × rate`.'),
  effect: number(
    'Mean at the last value of the axis less that at its first; of two axes, where both are alike less where not.',
  ),
  effect_low: someNumber('Lower end of its 95 % confidence interval over seeds (Student); empty for one seed.'),
  effect_high: someNumber('Upper end of that interval.'),
  p_value_ratio: someRatio('Of the t-test that the effect is 0; empty for one seed.'),
  p_value_adjusted_ratio: someRatio('The same for all effects on the figure together, by Holm.'),
  aliases: text(
    'Interactions that cannot be told apart from it in this design, separated by "; "; empty when it is clear.',
  ),
} as const satisfies Table['columns'];

/** sensitivity.csv: one row per figure and axis. */
export const sensitivityColumns = {
  figure: text('What is measured, as in an expectation.'),
  unit: text('Unit of the figure.'),
  axis: text('Label of the axis.'),
  method: text('"morris" or "sobol".'),
  points: count('Effects (morris) or points (sobol) that it is estimated from.'),
  effect: someNumber(
    'morris: mean elementary effect, µ: the change of the figure from one end of the axis to the other.',
  ),
  effect_absolute: someNumber('morris: mean absolute elementary effect, µ*.'),
  effect_absolute_low: someNumber('Lower end of its 95 % interval (bootstrap, BCa).'),
  effect_absolute_high: someNumber('Upper end of that interval.'),
  effect_deviation: someNumber(
    'morris: standard deviation of the elementary effects, σ: it is not linear, or acts together with others.',
  ),
  first_order_ratio: someRatio('sobol: share of the variance that is due to the axis alone.'),
  first_order_low_ratio: someRatio('Lower end of its 95 % interval (bootstrap).'),
  first_order_high_ratio: someRatio('Upper end of that interval.'),
  total_ratio: someRatio('sobol: share of the variance that is due to the axis, together with others too.'),
  total_low_ratio: someRatio('Lower end of its 95 % interval (bootstrap).'),
  total_high_ratio: someRatio('Upper end of that interval.'),
} as const satisfies Table['columns'];

/** quantiles.csv: one row per cell, figure and quantile. */
export const quantileColumns = {
  cell: text('The choice on each axis, or the variant; empty without a sweep.'),
  figure: text('What is measured, as in an expectation, or a column of summary.csv.'),
  unit: text('Unit of the figure.'),
  seeds: count('Seeds that have a value.'),
  quantile_ratio: ratio('Which quantile over the seeds it is: 0.1, 0.5 (the median) or 0.9.'),
  value: number('The least value that at least such a share of the seeds do not exceed.'),
  value_low: someNumber(
    'Lower end of its 95 % interval (bootstrap, BCa); empty with fewer seeds than 6 for the median, 36 for the others.',
  ),
  value_high: someNumber('Upper end of that interval.'),
} as const satisfies Table['columns'];

/** best.csv: one row per cell of `--best`. */
export const selectionColumns = {
  cell: text('The choice on each axis, or the variant.'),
  figure: text('What is measured, as in an expectation.'),
  unit: text('Unit of the figure.'),
  seeds: count('Seeds that were run before it was screened out, or all.'),
  mean: someNumber('Mean over these seeds; empty where a seed has nothing to measure, or failed.'),
  indifference: someNumber(
    'Cells that are closer to the best than this are as good as it (the indifference zone); empty when there was nothing to tell apart.',
  ),
  in_contention: text('"yes" unless it was screened out (KN), or "no".'),
  best: text('"yes" for the one that is left, or "no".'),
} as const satisfies Table['columns'];
