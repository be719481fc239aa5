// Where the latency of calls to each Service goes: a bar for each of them, phases one after the other.
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
/** Right of a bar: its whole latency. */
const TOTAL_WIDTH = 74;

interface Bar extends MeanPhases {
  readonly name: string;
}

export const serviceBreakdown = chart(
  'service-breakdown',
  'Where the time of calls to each Service goes, means over the run (breakdown.csv).',
  (job) => {
    if (!job.has('breakdown.csv')) return undefined;
    const bars = barsOf(job.table('breakdown.csv'), job.run.warmup_seconds);
    return bars.length === 0 ? undefined : draw(job, bars);
  },
);

/** The Services on which the most time is spent. */
function barsOf(table: CsvTable, warmup: number): Bar[] {
  const [scopes, namespaces, names] = ['scope', 'namespace', 'name'].map((column) => table.text(column));
  const ends = table.numbers('time_seconds');
  const single = new Set(namespaces.filter((_, row) => scopes[row] === 'service')).size <= 1;
  return [...groupRows(names.map((name, row) => (single ? name : `${namespaces[row]}/${name}`)))]
    .map(([name, rows]) => ({
      name,
      ...meanPhases(
        table,
        rows.filter((row) => scopes[row] === 'service' && ends[row] > warmup),
      ),
    }))
    .filter(({ sampled, latency }) => sampled > 0 && latency > 0)
    .toSorted((a, b) => b.sampled * b.latency - a.sampled * a.latency);
}

function draw({ run }: JobResults, all: readonly Bar[]): Drawing {
  const bars = all.slice(0, MOST);
  const seen = phasesSeen(bars);
  const shapes: Shape[] = [];
  const title = 'Where the time of calls goes, by Service';
  const more = all.length > MOST ? ` · the ${MOST} of ${all.length} on which the most time is spent` : '';
  const about = `${run.scenario}, seed ${run.seed} · mean of calls that ended well${more}`;
  const legend = seen.map(({ name, color }) => ({ name, color }));
  const top = drawLegend(shapes, legend, heading(shapes, title, about)) + 8;
  const room = Math.min(206, Math.max(...bars.map(({ name }) => textWidth(name, SIZE.small))));
  const left = MARGIN + room + 14;
  const width = WIDTH - MARGIN - TOTAL_WIDTH - left;
  const ticks = linearTicks(Math.max(...bars.map(({ latency }) => latency)), 6, false);
  const most = ticks.at(-1) ?? 1;
  const tall = Math.min(TALLEST, (HEIGHT - top - TICKS_HEIGHT) / bars.length);
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
  return { title, height: HEIGHT, option: finish({ graphic: shapes }) };
}
