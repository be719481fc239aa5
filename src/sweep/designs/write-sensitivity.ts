// Writes sensitivity.csv: what each figure depends on.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sensitivityColumns } from '../../metrics/tables/experiments.ts';
import { headerOf, linesOf } from '../../results/csv.ts';
import { figureFacts } from '../figure-facts.ts';
import type { Sensitivity } from './sensitivity.ts';

export function writeSensitivity(folder: string, byFigure: ReadonlyMap<string, readonly Sensitivity[]>): void {
  const lines = [...byFigure].flatMap(([figure, axes]) =>
    axes.map(({ axis, method, points, morris, sobol }) => ({
      figure,
      unit: figureFacts(figure).unit,
      axis,
      method,
      points,
      effect: morris?.effect.value ?? null,
      effect_absolute: morris?.absolute.value ?? null,
      effect_absolute_low: morris?.absolute.low ?? null,
      effect_absolute_high: morris?.absolute.high ?? null,
      effect_deviation: morris?.deviation.value ?? null,
      first_order_ratio: sobol?.first.value ?? null,
      first_order_low_ratio: sobol?.first.low ?? null,
      first_order_high_ratio: sobol?.first.high ?? null,
      total_ratio: sobol?.total.value ?? null,
      total_low_ratio: sobol?.total.low ?? null,
      total_high_ratio: sobol?.total.high ?? null,
    })),
  );
  writeFileSync(
    join(folder, 'sensitivity.csv'),
    headerOf(sensitivityColumns) + linesOf('sensitivity.csv', sensitivityColumns, lines),
  );
}
