// What was fitted as rows, for calibration.csv and for tables: one for each parameter.
import { calibrationColumns } from '../../metrics/tables/comparisons.ts';
import { headerOf, linesOf } from '../../results/csv.ts';
import type { Estimate } from '../../statistics/fits.ts';
import type { Calibration } from './calibrate.ts';

export interface ParameterRow {
  readonly of: string;
  readonly parameter: string;
  readonly unit: 'seconds' | 'bytes per second' | '';
  readonly measured: number | undefined;
  readonly value: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

const NOTHING = { value: undefined, low: undefined, high: undefined };

export function parameterRows({ services, startups, pulls }: Calibration): ParameterRow[] {
  const row = (
    of: string,
    parameter: string,
    unit: ParameterRow['unit'],
    measured: number | undefined,
    { value, low, high }: Estimate | typeof NOTHING,
  ): ParameterRow => ({ of, parameter, unit, measured, value, low, high });
  return [
    ...services.flatMap(({ service, count, median, sigma, concurrency: { value, low, high } }) => [
      row(service, 'service.median', 'seconds', count, median),
      row(service, 'service.sigma', '', count, sigma),
      row(service, 'concurrency', '', count, { value, low, high }),
    ]),
    ...startups.flatMap(({ image, count, median, sigma }) => [
      row(image, 'startup.median', 'seconds', count, median),
      row(image, 'startup.sigma', '', count, sigma),
    ]),
    ...(pulls === undefined
      ? []
      : [
          row('image pulls', 'roundTrip', 'seconds', pulls.count, pulls.roundTrip ?? NOTHING),
          row('image pulls', 'bandwidth', 'bytes per second', pulls.count, pulls.bandwidth ?? NOTHING),
        ]),
  ];
}

/** The text of calibration.csv. */
export function calibrationCsv(calibration: Calibration): string {
  const rows = parameterRows(calibration).map(({ measured, value, low, high, ...rest }) => ({
    ...rest,
    measured: measured ?? null,
    value: value ?? null,
    low: low ?? null,
    high: high ?? null,
  }));
  return headerOf(calibrationColumns) + linesOf('calibration.csv', calibrationColumns, rows);
}
