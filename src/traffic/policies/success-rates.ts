// The threshold below which the success rate of a host is an outlier: so many standard deviations under the mean.

/** Mean and (population) deviation are added up in the order of the rates. */
export function successRateThreshold(rates: readonly number[], stdevFactor: number): number {
  let sum = 0;
  for (const rate of rates) sum += rate;
  const mean = sum / rates.length;
  let squares = 0;
  for (const rate of rates) squares += (rate - mean) * (rate - mean);
  return mean - Math.sqrt(squares / rates.length) * (stdevFactor / 1000);
}
