// The effects of a two-level design, by figure: computed from its cells, and written to effects.csv.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { effectColumns } from '../../metrics/tables/experiments.ts';
import { headerOf, linesOf } from '../../results/csv.ts';
import { effectsOf } from '../../statistics/effects.ts';
import { holm } from '../../statistics/holm.ts';
import { figureFacts } from '../figure-facts.ts';
import { measuredIn, valuesOf } from '../figure-values.ts';
import type { Cell } from '../index-files.ts';

/** Cells and `rows` are in the same order. Figures without a value in a job are left out. */
export function writeEffects(folder: string, cells: readonly Cell[], rows: readonly (readonly number[])[]): void {
  const axes = cells[0].ends[0].job.axes;
  const nameOf = (factors: readonly number[]) => factors.map((factor) => axes[factor].label).join(' × ');
  const lines = measuredIn(cells).flatMap((figure) => {
    const values = cells.map((cell) => valuesOf(cell, figure));
    if (values.some((own, at) => own.length < cells[at].ends.length)) return [];
    const effects = effectsOf(rows, values);
    const adjusted = holm(effects.map(({ p }) => p));
    return effects.map(({ factors, aliases, mean, half, p }, at) => ({
      figure,
      unit: figureFacts(figure).unit,
      effect_of: nameOf(factors),
      effect: mean,
      effect_low: half === undefined ? null : mean - half,
      effect_high: half === undefined ? null : mean + half,
      p_value_ratio: Number.isNaN(p) ? null : p,
      p_value_adjusted_ratio: Number.isNaN(adjusted[at]) ? null : adjusted[at],
      aliases: aliases.map(nameOf).join('; '),
    }));
  });
  writeFileSync(join(folder, 'effects.csv'), headerOf(effectColumns) + linesOf('effects.csv', effectColumns, lines));
}
