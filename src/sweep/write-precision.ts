// Writes precision.csv: how well each figure is known that `--until` asks for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { precisionColumns } from '../metrics/tables/comparisons.ts';
import { headerOf, linesOf } from '../results/csv.ts';
import { figureFacts } from './figure-facts.ts';
import { fromFigureUnit } from './figure-values.ts';
import type { Reached } from './until.ts';

export function writePrecision(folder: string, rows: readonly Reached[]): void {
  const lines = rows.map(({ goal, values, seeds, mean, half, wanted, reached, remark }) => {
    const base = (value: number | undefined) => fromFigureUnit(goal.expectation, value);
    return {
      cell: values.join(', '),
      figure: goal.expectation.measured,
      unit: figureFacts(goal.expectation.measured).unit,
      seeds,
      mean: base(mean),
      half_width: base(half),
      half_width_wanted: base(wanted),
      reached: reached ? 'yes' : 'no',
      remark,
    };
  });
  writeFileSync(
    join(folder, 'precision.csv'),
    headerOf(precisionColumns) + linesOf('precision.csv', precisionColumns, lines),
  );
}
