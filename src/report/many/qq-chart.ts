// Quantiles of what was measured over those that were simulated: where both have the same distribution the dots are on the diagonal.
import { type Drawing, finish } from '../drawing.ts';
import { formatRatio, formatSeconds } from '../format.ts';
import { logTicks } from '../scales.ts';
import { dot, heading, line, polyline, type Shape, text } from '../shapes.ts';
import { hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';

export interface QuantilePair {
  readonly share: number;
  /** Seconds, both. */
  readonly measured: number;
  readonly simulated: number;
}

const HEIGHT = 380;
/** Labels of dots do not come closer to each other, in pixels. */
const APART = 34;

export function qqChart(title: string, subtitle: string, pairs: readonly QuantilePair[]): Drawing {
  const shapes: Shape[] = [];
  const above = heading(shapes, title, `${subtitle} · both axes logarithmic`) + 16;
  const all = pairs.flatMap(({ measured, simulated }) => [measured, simulated]).filter((seconds) => seconds > 0);
  const ticks = logTicks(Math.min(...all), Math.max(...all));
  const [least, most] = [ticks[0], ticks.at(-1) ?? 1];
  const labels = ticks.map((tick) => formatSeconds(tick));
  const left = MARGIN + Math.max(...labels.map((label) => textWidth(label, SIZE.small))) + 10;
  const right = WIDTH - MARGIN - 10;
  const bottom = above + HEIGHT;
  const place = (seconds: number) => Math.log(Math.max(seconds, least) / least) / Math.log(most / least);
  const xOf = (seconds: number) => left + place(seconds) * (right - left);
  const yOf = (seconds: number) => bottom - place(seconds) * HEIGHT;
  for (const [at, tick] of ticks.entries()) {
    shapes.push(line([left, yOf(tick)], [right, yOf(tick)], at === 0 ? ink.axis : ink.grid));
    shapes.push(line([xOf(tick), above], [xOf(tick), bottom], ink.grid));
    shapes.push(text(labels[at], left - 8, yOf(tick), { align: 'right' }));
    shapes.push(text(labels[at], xOf(tick), bottom + 14, { align: 'center' }));
  }
  shapes.push(line([xOf(least), yOf(least)], [xOf(most), yOf(most)], ink.axis));
  const dots = pairs.map(({ share, measured, simulated }) => ({ share, x: xOf(simulated), y: yOf(measured) }));
  shapes.push(
    polyline(
      dots.map(({ x, y }) => [x, y]),
      hue.blue,
    ),
  );
  let last = { x: -Infinity, y: -Infinity };
  for (const { share, x, y } of dots) {
    shapes.push(dot([x, y], 4.5, hue.blue));
    if (Math.hypot(x - last.x, y - last.y) < APART) continue;
    last = { x, y };
    const inside = x < right - 60;
    shapes.push(
      text(formatRatio(share), inside ? x + 10 : x - 10, y + (inside ? 12 : -12), { align: inside ? 'left' : 'right' }),
    );
  }
  shapes.push(
    text(
      'measured, up; simulated, to the right; shares of requests that took at most so long',
      (left + right) / 2,
      bottom + 38,
      { align: 'center', size: SIZE.body },
    ),
  );
  return {
    title,
    height: bottom + 56,
    option: finish({ series: [], graphic: shapes }),
    data: () => ({
      columns: ['share', 'measured_seconds', 'simulated_seconds'],
      rows: pairs.map(({ share, measured, simulated }) => [share, measured, simulated]),
      spec: {
        title: { text: title, subtitle },
        width: 840,
        height: 340,
        mark: { type: 'point', filled: true, size: 80 },
        encoding: {
          x: { field: 'simulated_seconds', type: 'quantitative', scale: { type: 'log' } },
          y: { field: 'measured_seconds', type: 'quantitative', scale: { type: 'log' } },
        },
      },
    }),
  };
}
