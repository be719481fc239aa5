// Differences between two sides as a forest plot: one row per figure or cell, a dot with its confidence interval around no difference.
import { finish } from '../drawing.ts';
import type { Drawing } from '../drawing.ts';
import { formatRatio } from '../format.ts';
import { dot, drawLegend, heading, line, polygon, polyline, rect, text } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import { fitText, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { ComparedRow, Comparison } from './read-comparison.ts';
import type { NamedDrawing } from './sweep-charts.ts';

const COLORS: Readonly<Record<string, string>> = {
  better: hue.green,
  worse: hue.red,
  higher: hue.blue,
  lower: hue.blue,
};
const ROW = 22;
const MOST_ROWS = 30;
const MOST_CHARTS = 8;
/** The axis reaches to ± this much, even where a difference is greater. */
const WIDEST = 2;

/** Of one cell a chart of all figures; of many cells a chart of each figure with a difference, most differences first. */
export function comparisonCharts(comparison: Comparison): NamedDrawing[] {
  const rows = comparison.rows.filter(({ meanA, verdict }) => meanA !== 0 && verdict !== 'equal');
  if (rows.length === 0) return [];
  if (comparison.cells === 1) {
    const title = 'Differences, in per cent of A';
    return [{ name: 'differences', drawing: forest(comparison, title, rows, ({ figure }) => figure) }];
  }
  const figures = [...new Set(rows.map(({ figure }) => figure))].map((figure) => {
    const own = rows.filter((row) => row.figure === figure);
    return { figure, own, differing: own.filter(({ verdict }) => verdict in COLORS).length };
  });
  return figures
    .filter(({ differing }) => differing > 0)
    .toSorted((a, b) => b.differing - a.differing)
    .slice(0, MOST_CHARTS)
    .map(({ figure, own }) => ({
      name: figure.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase(),
      drawing: forest(comparison, `${figure}: B − A, in per cent of A`, own, ({ cell }) => cell),
    }));
}

function forest(
  { a, b, pairs }: Comparison,
  title: string,
  rows: readonly ComparedRow[],
  nameOf: (row: ComparedRow) => string,
): Drawing {
  const shapes: Shape[] = [];
  const shown = rows.slice(0, MOST_ROWS);
  const more = rows.length > MOST_ROWS ? ` · ${MOST_ROWS} of ${rows.length}` : '';
  const seeds =
    pairs === 1 ? 'one seed' : `${Number(pairs.toFixed(1))} seeds, 95 % confidence intervals of paired differences`;
  const used = new Set(shown.map(({ verdict }) => verdict));
  const legend = [
    { name: 'B is better', color: hue.green, of: ['better'] },
    { name: 'B is worse', color: hue.red, of: ['worse'] },
    { name: 'differs', color: hue.blue, of: ['higher', 'lower'] },
    { name: 'no difference shown', color: hue.grey, of: ['no difference shown', 'too few seeds'] },
  ].filter(({ of }) => of.some((verdict) => used.has(verdict)));
  let top = heading(shapes, title, `A: ${a} · B: ${b}`);
  shapes.push(text(`${seeds}${more}`, MARGIN, top + 6, { size: SIZE.body }));
  top = drawLegend(shapes, legend, top + 20) + 8;
  const room = Math.min(430, Math.max(...shown.map((row) => textWidth(nameOf(row), SIZE.small))) + 12);
  const left = MARGIN + room;
  const right = WIDTH - MARGIN - 74;
  const reach = reachOf(shown);
  const x = (share: number) =>
    left + ((Math.max(-reach, Math.min(reach, share)) + reach) / (2 * reach)) * (right - left);
  const bottom = top + shown.length * ROW;
  for (const share of [-reach, -reach / 2, 0, reach / 2, reach]) {
    shapes.push(line([x(share), top], [x(share), bottom], share === 0 ? ink.axis : ink.grid));
    const sign = share > 0 ? '+' : '';
    shapes.push(text(`${sign}${formatRatio(share).replace('-', '−')}`, x(share), bottom + 14, { align: 'center' }));
  }
  for (const [at, row] of shown.entries()) {
    const y = top + (at + 0.5) * ROW;
    const color = COLORS[row.verdict] ?? hue.grey;
    const share = row.difference / Math.abs(row.meanA);
    if (at % 2 === 1)
      shapes.push(rect({ left: MARGIN, top: y - ROW / 2, width: WIDTH - 2 * MARGIN, height: ROW }, ink.grid, 0.35, 0));
    shapes.push(text(fitText(nameOf(row), room - 12, SIZE.small), left - 12, y, { align: 'right', fill: ink.text }));
    if (!Number.isNaN(row.low)) {
      const scale = Math.abs(row.meanA);
      shapes.push(
        polyline(
          [
            [x(row.low / scale), y],
            [x(row.high / scale), y],
          ],
          color,
        ),
      );
    }
    shapes.push(Math.abs(share) > reach ? arrow(x(share), y, Math.sign(share), color) : dot([x(share), y], 4, color));
    const small = Math.abs(share) < 5e-6;
    const said = small
      ? '0 %'
      : `${share > 0 ? '+' : ''}${formatRatio(Number(share.toPrecision(3))).replace('-', '−')}`;
    shapes.push(text(said, WIDTH - MARGIN, y, { align: 'right', fill: ink.text }));
  }
  return { title, height: bottom + 34, option: finish({ series: [], graphic: shapes }) };
}

/** Where a difference lies beyond the axis. */
function arrow(x: number, y: number, sign: number, color: string): Shape {
  const base = x - sign * 5;
  return polygon(
    [
      [base, y - 5],
      [x + sign * 5, y],
      [base, y + 5],
    ],
    color,
    1,
  );
}

/** A round number that the means and, where these are not too wide, the intervals reach to. */
function reachOf(rows: readonly ComparedRow[]): number {
  const ends = rows.flatMap(({ meanA, difference, low, high }) => {
    const scale = Math.abs(meanA);
    const mean = Math.abs(difference) / scale;
    const wide = Number.isNaN(low) ? mean : Math.max(Math.abs(low), Math.abs(high)) / scale;
    return [mean, Math.min(wide, Math.max(1, 2 * mean))];
  });
  const most = Math.min(WIDEST, Math.max(...ends, 0.001));
  return [0.002, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, WIDEST].find((one) => one >= most) ?? WIDEST;
}
