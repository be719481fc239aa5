// The axes of a panel: simulated time below, values at round numbers on the left.
import type { Line, Panel } from './drawing.ts';
import { clockUnit, formatClock } from './format.ts';
import { text } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { linearTicks, logTicks, timeTicks } from './scales.ts';
import { FONT, ink, SIZE, textWidth } from './theme.ts';

export interface AxisTicks {
  readonly ticks: readonly number[];
  readonly labels: ReadonlyMap<number, string>;
  readonly min: number;
  readonly max: number;
  readonly room: number;
}

/** Ticks of a panel, in the coordinate that is drawn: the logarithm for a log scale. */
export function axisOf(panel: Panel, height: number): AxisTicks {
  const log = panel.scale === 'log';
  const [least, most] = panel.domain ?? extent(panel.lines, log);
  const about = Math.max(2, Math.min(5, Math.floor(height / 34)));
  let values = log ? logTicks(least, most) : linearTicks(most, about, panel.whole === true);
  const step = Math.ceil(values.length / Math.max(3, Math.floor(height / 20)));
  if (log && step > 1) values = values.filter((_, at) => (values.length - 1 - at) % step === 0 || at === 0);
  const ticks = log ? values.map((value) => Math.log10(value)) : values;
  const greatest = Math.max(...values.map(Math.abs));
  const labels = new Map(ticks.map((tick, at) => [tick, panel.format(values[at], greatest)]));
  const room = Math.max(...[...labels.values()].map((label) => textWidth(label, SIZE.small))) + 10;
  return { ticks, labels, min: ticks[0], max: ticks.at(-1) ?? 1, room };
}

/** Least and greatest drawn value, stacks added up. */
function extent(lines: readonly Line[], positive: boolean): [number, number] {
  let least = Infinity;
  let most = positive ? -Infinity : 0;
  const stacks = new Map<string, Float64Array>();
  for (const { values, stack } of lines) {
    const below = stack === undefined ? undefined : (stacks.get(stack) ?? new Float64Array(values.length));
    for (let at = 0; at < values.length; at++) {
      const value = values[at] + (below?.[at] ?? 0);
      if (Number.isNaN(value) || (positive && value <= 0)) continue;
      if (below !== undefined) below[at] = value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (stack !== undefined && below !== undefined) stacks.set(stack, below);
  }
  return least <= most ? [least, most] : positive ? [0.001, 1] : [0, 1];
}

/** The name of the time axis, centred below the charts. */
export function timeName(duration: number, x: number, height: number): Shape {
  return text(`simulated time (${clockUnit(duration)})`, x, height - 14, { align: 'center' });
}

/** The time axis of the grid with the given index. */
export function timeAxis(gridIndex: number, duration: number, width: number, labels: boolean) {
  return {
    gridIndex,
    type: 'value' as const,
    min: 0,
    max: duration,
    axisLine: { show: true, onZero: false, lineStyle: { color: ink.axis } },
    axisTick: {
      show: true,
      lineStyle: { color: ink.axis },
      customValues: timeTicks(duration, Math.max(2, width / 70)),
    },
    axisLabel: {
      show: labels,
      customValues: timeTicks(duration, Math.max(2, width / 70)),
      color: ink.muted,
      fontSize: SIZE.small,
      fontFamily: FONT,
      hideOverlap: true,
      formatter: (value: number) => formatClock(value, duration),
    },
    splitLine: { show: false },
  };
}

export function valueAxis(gridIndex: number, axis: AxisTicks) {
  return {
    gridIndex,
    type: 'value' as const,
    min: axis.min,
    max: axis.max,
    axisLine: { show: false },
    axisTick: { show: false, customValues: [...axis.ticks] },
    axisLabel: {
      customValues: [...axis.ticks],
      color: ink.muted,
      fontSize: SIZE.small,
      fontFamily: FONT,
      formatter: (value: number) => axis.labels.get(value) ?? '',
    },
    splitLine: { show: true, lineStyle: { color: ink.grid } },
  };
}
