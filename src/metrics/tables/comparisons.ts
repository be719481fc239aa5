// Columns of what is written of many runs: jobs, comparisons, benchmarks.
import { count, number, ratio, seconds, someCount, someNumber, someRatio, text, type Table } from './column.ts';

export const jobColumns = {
  job: text('Identifier of the job: its folder below that of the scenario.'),
  cell: text('Identifier of the cell: the choice on each axis. Empty without a sweep.'),
  seed: text('Seed of all random streams.'),
  outcome: text('"ok", or "failed" when the job threw, ended or ran out of memory; its figures are empty then.'),
} as const satisfies Table['columns'];

/** compare.csv: one row per cell and figure. Differences are B − A, taken seed by seed. */
export const compareColumns = {
  cell: text('The choice on each axis that both sides have in common; empty without a sweep.'),
  figure: text('Column of jobs.csv.'),
  unit: text('Unit of the figure.'),
  pairs: count('Seeds that both sides have.'),
  mean_a: number('Mean of A over these seeds.'),
  mean_b: number('Mean of B over these seeds.'),
  difference: number('Mean of the differences.'),
  difference_low: someNumber(
    'Lower end of the 95 % confidence interval of the difference (Student, paired); empty for one pair.',
  ),
  difference_high: someNumber('Upper end of that interval.'),
  relative_difference_ratio: someRatio('Difference divided by the mean of A; empty where that is 0.'),
  p_value_ratio: someRatio('Of the paired t-test that the mean difference is 0; empty for one pair.'),
  p_value_adjusted_ratio: someRatio('The same for all rows together, by Holm: rows with equal seeds do not count.'),
  verdict: text(
    '"better", "worse", "higher" or "lower" when the adjusted p-value is 0.05 at most, "no difference shown" when it is not, "equal" when no seed differs, "too few seeds" for one pair.',
  ),
} as const satisfies Table['columns'];

/** bench.csv: one row per figure and variant. Differences are the variant less the first one, taken seed by seed. */
export const benchColumns = {
  variant: text('Name of the variant.'),
  figure: text('Column of jobs.csv. Figures that are 0 for all variants are left out.'),
  unit: text('Unit of the figure.'),
  seeds: count('Seeds that have the figure.'),
  mean: number('Mean over these seeds.'),
  mean_low: someNumber('Lower end of the 95 % confidence interval of the mean (Student); empty for one seed.'),
  mean_high: someNumber('Upper end of that interval.'),
  mean_rank: someNumber(
    'Mean rank among the variants over the seeds that all have, 1 is best, equals share; empty for figures of which neither way is better.',
  ),
  pairs: count('Seeds that the first variant has as well; 0 for the first variant itself.'),
  difference: someNumber('Mean of the differences from the first variant.'),
  difference_low: someNumber(
    'Lower end of the 95 % confidence interval of the difference (Student, paired); empty for one pair.',
  ),
  difference_high: someNumber('Upper end of that interval.'),
  relative_difference_ratio: someRatio("Difference divided by the first variant's mean; empty where that is 0."),
  effect_size: someNumber(
    "The mean difference in standard deviations of the differences (Cohen's d of pairs); empty for one pair, and where no difference varies.",
  ),
  p_value_ratio: someRatio(
    'Of the paired t-test that the mean difference is 0; empty for one pair and for the first variant.',
  ),
  p_value_adjusted_ratio: someRatio('The same for all variants of the figure together, by Holm.'),
  verdict: text('As in compare.csv, of the variants of one figure together; empty for the first variant.'),
} as const satisfies Table['columns'];

/** precision.csv: one row per cell and figure that `--until` asks for. */
export const precisionColumns = {
  cell: text('The choice on each axis; empty without a sweep.'),
  figure: text('What is measured, as in an expectation.'),
  unit: text('Unit of the figure.'),
  seeds: count('Seeds that were run.'),
  mean: someNumber('Mean over these seeds; empty where a seed has nothing to measure, or failed.'),
  half_width: someNumber('Half its 95 % confidence interval (Student).'),
  half_width_wanted: someNumber('What was asked for, a percentage as one of the mean.'),
  reached: text('"yes", or "no".'),
  remark: text('Why it was not reached, or what must be known although it was; may be empty.'),
} as const satisfies Table['columns'];

/** calibration.csv: one row per parameter that was fitted. */
export const calibrationColumns = {
  of: text('The Service, the image, or "image pulls".'),
  parameter: text('What was fitted: `service.median`, `service.sigma`, `concurrency`, `startup.median`, …'),
  unit: text('Unit of the value; empty where it has none.'),
  measured: someCount('Values that it was fitted to; empty where the input does not say.'),
  value: someNumber('What is written into the scenario; empty where it cannot be told.'),
  low: someNumber('Lower end of its 95 % interval; empty where nothing bounds it.'),
  high: someNumber('Upper end of its 95 % interval; empty where nothing bounds it.'),
} as const satisfies Table['columns'];

/** optimize.csv: one row per setting that was run; in front of these columns one for each axis. */
export const settingColumns = {
  cost: someNumber(
    'What the setting costs, in the unit that optimize.json names; empty when no run could tell.',
    'lower',
  ),
  seeds: count('Seeds that were run.'),
  seeds_holding: count('Seeds with which all expectations hold that every seed must hold.', 'higher'),
  margin_ratio: ratio(
    'How far the expectation that is nearest to its bound is from it, as a share of the bound, −1 to 1: below 0 it does not hold.',
    'higher',
  ),
  keeps: text('"yes" where all expectations hold over all seeds, or "no".'),
  frontier: text('"yes" where no other setting is cheaper, or as cheap, with a greater margin; or "no".'),
  best: text('"yes" for the cheapest setting that keeps the expectations, or "no".'),
} as const satisfies Table['columns'];

/** chaos.csv: one row per target and moment, the worst first; behind these columns those of what is measured. */
export const chaosColumns = {
  target: text('What was hit: `zone/a`, `deployment/shop/web`.'),
  moment: text('When, as it is called on its axis.'),
  moment_seconds: seconds('When, in seconds of simulated time since the start.'),
  during: text('What was going on then: "rollout of web", "peak"; empty for a plain time.'),
  seeds: count('Seeds with results.'),
  seeds_failed: count('Seeds whose job failed.', 'lower'),
  expectations_broken: count('Expectations that hold without the fault and not with it.', 'lower'),
  broken: text('These expectations, separated by "; ".'),
  requests_lost: someCount(
    'Requests that failed more than with the same seed and no fault, mean over seeds. A request is the same in both runs.',
    'lower',
  ),
  requests_lost_low: someCount('Lower end of its 95 % confidence interval (Student, paired); empty for one seed.'),
  requests_lost_high: someCount('Upper end of that interval.'),
  reproduce: text('The command that runs the strike again with its first seed.'),
} as const satisfies Table['columns'];

/** All tables by name, in the order in which they are documented. */
