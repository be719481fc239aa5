// What is printed of ranks and effect sizes of a bench: who is how good in each figure, seed by seed, and by how much more than chance.
import type { Benched } from '../../sweep/bench.ts';
import { colors } from '../colors.ts';
import { table } from '../table.ts';

interface Figure {
  readonly title: string;
  readonly column: string;
}

/** A table of ranks, and one of effect sizes where there are several seeds. Figures in which nobody is ahead have no column. */
export function rankLines(variants: readonly string[], figures: readonly Figure[], rows: readonly Benched[]): string[] {
  const { bold } = colors(process.stdout);
  const found = (variant: string, { column }: Figure) =>
    rows.find((row) => row.variant === variant && row.figure === column);
  const ranked = figures.filter((figure) => new Set(variants.map((variant) => found(variant, figure)?.rank)).size > 1);
  if (ranked.length === 0) return [];
  const [first, ...others] = variants;
  const lines = variants.map((variant) => [
    variant,
    ...ranked.map((figure) => {
      const rank = found(variant, figure)?.rank;
      return rank === undefined ? '–' : rank.toFixed(1);
    }),
  ]);
  const effects = ranked.filter((figure) =>
    others.some((variant) => found(variant, figure)?.difference?.effectSize !== undefined),
  );
  const sizes = others.map((variant) => [
    variant,
    ...effects.map((figure) => {
      const size = found(variant, figure)?.difference?.effectSize;
      return size === undefined ? '–' : `${size < 0 ? '−' : '+'}${Math.abs(size).toFixed(1)}`;
    }),
  ]);
  return [
    '',
    `${bold('Mean rank')} among the variants, seed by seed: 1 is best, equals share`,
    tableOf(ranked, lines),
    ...(effects.length === 0
      ? []
      : [
          '',
          `${bold('Effect size')}: the difference from ${first} in standard deviations of the differences; –: no spread`,
          tableOf(effects, sizes),
        ]),
  ];
}

function tableOf(figures: readonly Figure[], lines: readonly string[][]): string {
  return table(
    ['variant', ...figures.map(({ title }) => title)],
    lines,
    figures.map((_, at) => at + 1),
  );
}
