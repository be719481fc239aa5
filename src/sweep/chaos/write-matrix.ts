// Writes chaos.csv: a row for each target and moment, the worst first.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { meanInterval } from '../../lib/confidence.ts';
import type { Column } from '../../metrics/tables/column.ts';
import { chaosColumns } from '../../metrics/tables/comparisons.ts';
import { headerOf, linesOf } from '../../results/csv.ts';
import { figureFacts } from '../figure-facts.ts';
import type { Matrix, Measured, Struck } from './matrix.ts';

/** It depends on what was simulated and on nothing else. */
export function writeMatrix(folder: string, { strikes }: Matrix): void {
  const { reproduce, ...fixed } = chaosColumns;
  const columns: Record<string, Column> = { ...fixed };
  for (const { expectation } of strikes.flatMap(({ measured }) => measured)) {
    const { measured: name } = expectation;
    const { unit, better, meaning } = figureFacts(name);
    columns[name] = { type: 'number', unit, optional: true, better, help: meaning };
  }
  columns['reproduce'] = reproduce;
  writeFileSync(
    join(folder, 'chaos.csv'),
    headerOf(columns) +
      linesOf(
        'chaos.csv',
        columns,
        strikes.map((one) => rowOf(one, Object.keys(columns))),
      ),
  );
}

function rowOf(strike: Struck, names: readonly string[]): Record<string, unknown> {
  const { target, moment, atUs, during, seeds, of, broken, lost, measured, reproduce } = strike;
  const half = lost?.half;
  return {
    ...Object.fromEntries(names.map((name) => [name, null])),
    ...Object.fromEntries(measured.map((one) => [one.expectation.measured, meanOf(one)])),
    target,
    moment,
    moment_seconds: atUs / 1e6,
    during,
    seeds,
    seeds_failed: of - seeds,
    expectations_broken: broken.length,
    broken: broken.join('; '),
    requests_lost: lost?.mean ?? null,
    requests_lost_low: lost === undefined || half === undefined ? null : lost.mean - half,
    requests_lost_high: lost === undefined || half === undefined ? null : lost.mean + half,
    reproduce,
  };
}

/** Mean over seeds; null when a seed has no value. */
function meanOf({ values }: Measured): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : meanInterval(known).mean;
}
