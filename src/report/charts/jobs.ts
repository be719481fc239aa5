// A Gantt chart of Jobs: a bar from start to end each, by CronJob or one below the other.
import { max, min } from 'd3-array';
import type { Drawing } from '../drawing.ts';
import { clockUnit, formatClock } from '../format.ts';
import type { Mark } from '../marks.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { timeTicks } from '../scales.ts';
import { drawLegend, heading, line, rect, type Shape, text } from '../shapes.ts';
import { drawStrip, shade, within } from '../strip.ts';
import { fitText, HEIGHT, hue, ink, MARGIN, SIZE, WIDTH } from '../theme.ts';
import { chart } from './chart.ts';

/** More lines than these are left out. */
const MOST_LINES = 24;
const TALLEST_LINE = 44;
/** Below the lines: their times. */
const TIMES_HEIGHT = 34;
const NAMES_WIDTH = 190;
const TICKS = 8;
/** Between a bar and one that begins where it ends. */
const GAP = 2;

/** How a Job ended; '' for one that has not. */
const COLORS = { Complete: hue.green, Failed: hue.red, Deleted: ink.muted, '': hue.blue } as const;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly outcome: keyof typeof COLORS;
}

export const jobs = chart('jobs', 'When Jobs ran, and how they ended (batch.csv).', (job, marks) => {
  if (!job.has('batch.csv')) return undefined;
  const lines = linesOf(job.table('batch.csv'), job.run.duration_seconds);
  return lines.size === 0 ? undefined : draw(job, lines, marks);
});

/** By the CronJob, or the Job itself: those that began first come first. */
function linesOf(table: CsvTable, duration: number): Map<string, Bar[]> {
  const [names, cronJobs, outcomes] = ['job', 'cronjob', 'outcome'].map((column) => table.text(column));
  const started = table.numbers('started_seconds');
  const finished = table.numbers('finished_seconds');
  const deleted = table.numbers('deleted_seconds');
  const lines = new Map<string, Bar[]>();
  for (let row = 0; row < table.rows; row += 1) {
    if (Number.isNaN(started[row])) continue;
    const name = cronJobs[row] === '' ? names[row] : cronJobs[row];
    const to = [finished[row], deleted[row], duration].find((time) => !Number.isNaN(time)) ?? duration;
    // Replaced by the next one, or deleted by hand.
    const wasDeleted = outcomes[row] === '' && !Number.isNaN(deleted[row]);
    const outcome = wasDeleted ? 'Deleted' : (outcomes[row] as Bar['outcome']);
    const bar = { from: started[row], to, outcome };
    const bars = lines.get(name);
    if (bars === undefined) lines.set(name, [bar]);
    else bars.push(bar);
  }
  return lines;
}

function draw({ run }: JobResults, lines: ReadonlyMap<string, readonly Bar[]>, marks: readonly Mark[]): Drawing {
  const shown = [...lines].slice(0, MOST_LINES);
  const shapes: Shape[] = [];
  const left = MARGIN + NAMES_WIDTH;
  const width = WIDTH - MARGIN - left;
  const all = shown.flatMap(([, bars]) => bars);
  const first = Math.floor((min(all, ({ from }) => from) ?? 0) / 60) * 60;
  const last = Math.max(max(all, ({ to }) => to) ?? 0, first + 1);
  const x = (time: number): number => left + ((time - first) / (last - first)) * width;
  const more = lines.size > MOST_LINES ? ` · the first ${MOST_LINES} of ${lines.size}` : '';
  const legend = [
    { name: 'complete', color: hue.green },
    { name: 'failed', color: hue.red },
    { name: 'deleted before its end', color: ink.muted },
    { name: 'not ended', color: hue.blue },
  ];
  const title = 'Jobs: when they ran, and how they ended';
  const header =
    drawLegend(
      shapes,
      legend,
      heading(shapes, title, `${run.scenario}, seed ${run.seed} · time in ${clockUnit(last)}${more}`),
    ) + 8;
  const part = within(marks, first, last);
  const top = drawStrip(shapes, part, { left, top: header, width, height: 0 }, last - first);
  const tall = Math.min(TALLEST_LINE, (HEIGHT - top - TIMES_HEIGHT) / shown.length);
  const bottom = top + shown.length * tall;
  shade(shapes, part, { left, top, width, height: bottom - top }, last - first);
  for (const time of timeTicks(last, TICKS * (last / (last - first))).filter((one) => one >= first)) {
    shapes.push(line([x(time), top], [x(time), bottom], ink.muted, true));
    shapes.push(text(formatClock(time, last), x(time), bottom + 14, { align: 'center' }));
  }
  for (const [at, [name, bars]] of shown.entries()) {
    const y = top + at * tall;
    const label = fitText(name, NAMES_WIDTH - 12, SIZE.small);
    shapes.push(text(label, left - 8, y + tall / 2, { align: 'right', fill: ink.text }));
    for (const { from, to, outcome } of bars) {
      const box = {
        left: x(from),
        top: y + tall * 0.15,
        width: Math.max(1.5, x(to) - x(from) - GAP),
        height: tall * 0.7,
      };
      shapes.push(rect(box, COLORS[outcome], 0.7, 5));
    }
  }
  return { title, height: HEIGHT, option: { animation: false, graphic: shapes } };
}
