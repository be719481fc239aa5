// Where the time of calls to each Service goes, of those that ended well and of those that failed: a bar for each Service, phases one after the other.
import { type Drawing, finish } from '../../drawing.ts';
import { formatSeconds } from '../../format.ts';
import type { CsvTable, JobResults } from '../../read.ts';
import { linearTicks } from '../../scales.ts';
import { drawLegend, heading, line, rect, type Shape, text } from '../../shapes.ts';
import { fitText, HEIGHT, ink, MARGIN, SIZE, textWidth, WIDTH } from '../../theme.ts';
import { chart, groupRows } from '../chart.ts';
import { type MeanPhases, meanPhases, phasesSeen } from './phases.ts';

const MOST = 16;
const TALLEST = 64;
const TICKS_HEIGHT = 34;
/** What a panel is about, above it. */
const NAME_HEIGHT = 24;
/** Right of a bar: its whole latency. */
const TOTAL_WIDTH = 74;

interface Bar extends MeanPhases {
  readonly name: string;
}

interface Panel {
  readonly name: string;
  /** Those that are shown, and how many there are. */
  readonly bars: readonly Bar[];
  readonly all: number;
}

export const serviceBreakdown = chart(
  'service-breakdown',
  'Where the time of calls to each Service goes, means over the run, of those that ended well and of those that failed (breakdown.csv).',
  (job) => {
    if (!job.has('breakdown.csv')) return undefined;
    const table = job.table('breakdown.csv');
    const panels = [
      { name: 'calls that ended well', bars: barsOf(table, 'service', job.run.warmup_seconds) },
      { name: 'calls that failed', bars: barsOf(table, 'failed-service', job.run.warmup_seconds) },
    ].filter(({ bars }) => bars.length > 0);
    const most = MOST / Math.max(1, panels.length);
    const shown = panels.map(({ name, bars }) => ({ name, bars: bars.slice(0, most), all: bars.length }));
    return shown.length === 0 ? undefined : draw(job, shown);
  },
);

/** The Services on which the most time is spent. */
function barsOf(table: CsvTable, scope: 'service' | 'failed-service', warmup: number): Bar[] {
  const [scopes, namespaces, names] = ['scope', 'namespace', 'name'].map((column) => table.text(column));
  const ends = table.numbers('time_seconds');
  const single = new Set(namespaces.filter((_, row) => scopes[row] === 'service')).size <= 1;
  return [...groupRows(names.map((name, row) => (single ? name : `${namespaces[row]}/${name}`)))]
    .map(([name, rows]) => ({
      name,
      ...meanPhases(
        table,
        rows.filter((row) => scopes[row] === scope && ends[row] > warmup),
      ),
    }))
    .filter(({ sampled, latency }) => sampled > 0 && latency > 0)
    .toSorted((a, b) => b.sampled * b.latency - a.sampled * a.latency);
}

function draw({ run }: JobResults, panels: readonly Panel[]): Drawing {
  const bars = panels.flatMap((panel) => panel.bars);
  const seen = phasesSeen(bars);
  const shapes: Shape[] = [];
  const title = 'Where the time of calls goes, by Service';
  const isOne = panels.length === 1;
  const about = `${run.scenario}, seed ${run.seed} · means over the run${isOne ? ` of ${nameOf(panels[0])}` : ''}`;
  const legend = seen.map(({ name, color }) => ({ name, color }));
  const top = drawLegend(shapes, legend, heading(shapes, title, about)) + 8;
  const room = Math.min(206, Math.max(...bars.map(({ name }) => textWidth(name, SIZE.small))));
  const nameHeight = isOne ? 0 : NAME_HEIGHT;
  const tall = Math.min(TALLEST, (HEIGHT - top - panels.length * (TICKS_HEIGHT + nameHeight)) / bars.length);
  let y = top;
  for (const panel of panels) {
    if (!isOne) shapes.push(text(nameOf(panel), MARGIN, y + NAME_HEIGHT / 2, { fill: ink.text }));
    y = drawPanel(shapes, panel.bars, seen, { top: y + nameHeight, tall, room });
  }
  return { title, height: HEIGHT, option: finish({ graphic: shapes }) };
}

function nameOf({ name, bars, all }: Panel): string {
  return all > bars.length ? `${name}, the ${bars.length} of ${all} on which the most time is spent` : name;
}

/** Its bars on a scale of their own. Gives where the next panel begins. */
function drawPanel(
  shapes: Shape[],
  bars: readonly Bar[],
  seen: ReturnType<typeof phasesSeen>,
  { top, tall, room }: { readonly top: number; readonly tall: number; readonly room: number },
): number {
  const left = MARGIN + room + 14;
  const width = WIDTH - MARGIN - TOTAL_WIDTH - left;
  const ticks = linearTicks(Math.max(...bars.map(({ latency }) => latency)), 6, false);
  const most = ticks.at(-1) ?? 1;
  const bottom = top + tall * bars.length;
  for (const tick of ticks) {
    const x = left + (tick / most) * width;
    shapes.push(line([x, top], [x, bottom], ink.grid));
    shapes.push(text(formatSeconds(tick, most), x, bottom + 14, { align: 'center' }));
  }
  for (const [at, { name, latency, seconds }] of bars.entries()) {
    const y = top + at * tall;
    const label = fitText(name, room, SIZE.small);
    shapes.push(text(label, left - 10, y + tall / 2, { align: 'right', fill: ink.text }));
    let x = left;
    for (const phase of seen) {
      const wide = (seconds[phase.at] / most) * width;
      if (wide > 0)
        shapes.push(rect({ left: x, top: y + tall * 0.16, width: wide, height: tall * 0.68 }, phase.color, 1, 5));
      x += wide;
    }
    shapes.push(text(formatSeconds(latency), x + 8, y + tall / 2, { fill: ink.text }));
  }
  return bottom + TICKS_HEIGHT;
}
