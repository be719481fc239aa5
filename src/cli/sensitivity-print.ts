// What is printed of sensitivity: for each figure the axes, the one that matters most first.
import { areNoShares, TOO_FEW_POINTS } from '../lib/variance-shares.ts';
import { figureFacts } from '../sweep/figure-facts.ts';
import type { Sensitivity } from '../sweep/designs/sensitivity.ts';
import { showInUnit } from '../world/expectations.ts';
import { colors } from './colors.ts';
import type { Many } from './many.ts';
import { headLine } from './many-print.ts';
import { printShard } from './shards/shard-print.ts';
import { shown } from './shown-path.ts';
import { table } from './table.ts';

const LEGENDS = {
  morris:
    'µ*: mean absolute change of the figure from one end of the axis to the other; µ: the same with its sign; σ: how much that depends on where, and on the other axes.',
  sobol:
    'first: share of the variance that is due to the axis alone; total: with all it does together with others. 95 % intervals (bootstrap).',
};

export function printSensitivity(many: Many, found: ReadonlyMap<string, readonly Sensitivity[]>): void {
  if (many.shard !== undefined) printShard(many);
  if (many.shard !== undefined || many.cells.length === 0) return;
  const { bold, dim } = colors(process.stdout);
  const { cells, folder, page } = many;
  const tables = [...found].flatMap(([figure, axes]) => [bold(figure), tableOf(figure, axes), '']);
  const method = [...found.values()].flat().at(0)?.method;
  const out = [
    headLine(many, `${cells.length} cells`),
    '',
    ...tables,
    ...(method === undefined
      ? ['No figure varies, or none has values in enough cells.', '']
      : [dim(LEGENDS[method]), ...tooFew([...found.values()].flat()), '']),
    `Results: ${shown(folder)}${many.interrupted === undefined ? '/sensitivity.csv' : ''}`,
    ...(page === undefined ? [] : [`Report:  ${shown(page)}`]),
  ];
  process.stdout.write(`${out.join('\n')}\n`);
}

/** Said where shares of the variance are none. */
function tooFew(axes: readonly Sensitivity[]): string[] {
  return axes.some(({ sobol }) => sobol !== undefined && areNoShares(sobol.first, sobol.total)) ? [TOO_FEW_POINTS] : [];
}

function tableOf(figure: string, axes: readonly Sensitivity[]): string {
  const { unit } = figureFacts(figure);
  const show = (value: number) => `${value < 0 ? '−' : ''}${showInUnit(unit, Math.abs(value))}`;
  const percent = (value: number) => `${(100 * value).toFixed(1).replace('-', '−')} %`;
  if (axes[0].morris !== undefined) {
    const rows = axes
      .toSorted((a, b) => (b.morris?.absolute.value ?? 0) - (a.morris?.absolute.value ?? 0))
      .flatMap(({ axis, morris }) => {
        if (morris === undefined) return [];
        const { absolute, effect, deviation } = morris;
        const range = absolute.low === undefined ? '' : `${show(absolute.low)} to ${show(absolute.high ?? 0)}`;
        return [[axis, show(absolute.value), range, show(effect.value), show(deviation.value)]];
      });
    return table(['axis', 'µ*', '95 %', 'µ', 'σ'], rows, [1, 2, 3, 4]);
  }
  const rows = axes
    .toSorted((a, b) => (b.sobol?.total.value ?? 0) - (a.sobol?.total.value ?? 0))
    .flatMap(({ axis, sobol }) => {
      if (sobol === undefined) return [];
      const range = ({
        low = NaN,
        high = NaN,
      }: {
        readonly low?: number | undefined;
        readonly high?: number | undefined;
      }) => `${percent(low)} to ${percent(high)}`;
      return [[axis, percent(sobol.first.value), range(sobol.first), percent(sobol.total.value), range(sobol.total)]];
    });
  return table(['axis', 'first', '95 %', 'total', '95 %'], rows, [1, 2, 3, 4]);
}

export function sensitivityAsJson(found: ReadonlyMap<string, readonly Sensitivity[]>) {
  return [...found].map(([figure, axes]) => ({ figure, unit: figureFacts(figure).unit, axes }));
}
