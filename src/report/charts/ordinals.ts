// The pods of StatefulSets by ordinal: when each was there, ready or not, and at which revision.
import type { Drawing } from '../drawing.ts';
import { finish } from '../drawing.ts';
import { formatSeconds } from '../format.ts';
import type { Mark } from '../marks.ts';
import type { CsvTable, JobResults } from '../read.ts';
import { drawLegend, heading, line, rect, type Shape, text } from '../shapes.ts';
import { drawStrip, shade } from '../strip.ts';
import { fitText, HEIGHT, hue, ink, MARGIN, SIZE, WIDTH } from '../theme.ts';
import { chart, groupRows } from './chart.ts';

/** More lines than these are left out: StatefulSets whose pods changed least. */
const MOST_LINES = 24;
const TALLEST_LINE = 44;
/** Below the lines: their times. */
const TIMES_HEIGHT = 34;
const NAMES_WIDTH = 150;
const TICKS = 6;
const COLORS = [hue.blue, hue.orange, hue.green, hue.pink, hue.sky, hue.grey] as const;
const OPACITY: Readonly<Record<string, number>> = { Ready: 0.85, NotReady: 0.4, Pending: 0.15 };

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly state: string;
  /** Which of its StatefulSet's revisions it was at, in the order in which pods of them came. */
  readonly revision: number;
}

interface StatefulSetPods {
  readonly name: string;
  /** By ordinal. */
  readonly ordinals: ReadonlyMap<number, readonly Stretch[]>;
  /** Numbers of its revisions; NaN for one that is not kept any more. */
  readonly revisions: readonly number[];
  readonly changes: number;
}

export const ordinals = chart(
  'ordinals',
  'Pods of StatefulSets by ordinal: when each was ready, and at which revision (ordinals.csv).',
  (job, marks) => {
    if (!job.has('ordinals.csv')) return undefined;
    const sets = setsOf(job.table('ordinals.csv'));
    return sets.length === 0 ? undefined : draw(job, sets, marks);
  },
);

/** Those whose pods changed most come first. */
function setsOf(table: CsvTable): StatefulSetPods[] {
  const [namespaces, names, hashes, states] = ['namespace', 'statefulset', 'pod_template_hash', 'state'].map((column) =>
    table.text(column),
  );
  const ordinal = table.numbers('ordinal');
  const number = table.numbers('revision');
  const from = table.numbers('from_seconds');
  const to = table.numbers('to_seconds');
  const single = new Set(namespaces).size <= 1;
  const groups = groupRows(names.map((name, row) => (single ? name : `${namespaces[row]}/${name}`)));
  return [...groups]
    .map(([name, rows]) => {
      const known = [...groupRows(rows.map((row) => hashes[row]))];
      const found = new Map<number, Stretch[]>();
      for (const row of rows) {
        const revision = known.findIndex(([hash]) => hash === hashes[row]);
        const stretch = { from: from[row], to: to[row], state: states[row], revision };
        const own = found.get(ordinal[row]);
        if (own === undefined) found.set(ordinal[row], [stretch]);
        else own.push(stretch);
      }
      const sorted = new Map([...found].sort(([a], [b]) => a - b));
      return {
        name,
        ordinals: sorted,
        revisions: known.map(([, [first]]) => number[rows[first]]),
        changes: rows.length / sorted.size,
      };
    })
    .sort((a, b) => b.changes - a.changes);
}

function draw({ run }: JobResults, sets: readonly StatefulSetPods[], marks: readonly Mark[]): Drawing {
  const all = sets.flatMap((set) =>
    [...set.ordinals].map(([ordinal, own]) => ({ name: `${set.name}-${ordinal}`, own })),
  );
  const lines = all.slice(0, MOST_LINES);
  const shapes: Shape[] = [];
  const title = sets.length === 1 ? `Pods of ${sets[0].name} by ordinal` : 'Pods of StatefulSets by ordinal';
  const more = all.length > MOST_LINES ? ` · ${MOST_LINES} of ${all.length} ordinals` : '';
  const legendTop = heading(shapes, title, `${run.scenario}, seed ${run.seed}${more}`);
  let top = drawLegend(shapes, legend(sets), legendTop) + 4;
  const duration = run.duration_seconds;
  const box = { left: MARGIN + NAMES_WIDTH, top, width: WIDTH - 2 * MARGIN - NAMES_WIDTH, height: 0 };
  top = drawStrip(shapes, marks, box, duration) + 4;
  const tall = Math.min(TALLEST_LINE, (HEIGHT - top - TIMES_HEIGHT) / lines.length);
  const bottom = top + lines.length * tall;
  const x = (time: number): number => box.left + (time / duration) * box.width;
  shade(shapes, marks, { ...box, top, height: bottom - top }, duration);
  for (let tick = 0; tick <= TICKS; tick += 1) {
    const time = (duration * tick) / TICKS;
    shapes.push(line([x(time), top], [x(time), bottom], ink.grid));
    shapes.push(text(timeOf(time, duration), x(time), bottom + 14, { align: 'center' }));
  }
  for (const [at, { name, own }] of lines.entries()) {
    const y = top + at * tall;
    const label = fitText(name, NAMES_WIDTH - 12, SIZE.small);
    shapes.push(text(label, box.left - 8, y + tall / 2, { align: 'right', fill: ink.text }));
    for (const { from, to, state, revision } of own) {
      const bar = { left: x(from), top: y + tall * 0.15, width: Math.max(1, x(to) - x(from)), height: tall * 0.7 };
      const color = COLORS[revision % COLORS.length];
      const opacity = OPACITY[state];
      // What is on its way out is half as tall.
      if (opacity !== undefined) shapes.push(rect(bar, color, opacity, 5));
      else shapes.push(rect({ ...bar, top: y + tall * 0.325, height: tall * 0.35 }, ink.muted, 0.7, 5));
    }
  }
  return { title, height: Math.ceil(bottom + TIMES_HEIGHT), option: finish({ graphic: shapes }) };
}

/** All ticks in one unit. */
function timeOf(time: number, duration: number): string {
  return duration < 600 ? formatSeconds(time) : `${Math.round(time / 6) / 10} min`;
}

function legend(sets: readonly StatefulSetPods[]): { name: string; color: string; opacity: number }[] {
  const most = Math.min(COLORS.length, Math.max(...sets.map(({ revisions }) => revisions.length)));
  const revisions = Array.from({ length: most }, (_, at) => {
    const numbers = sets.flatMap((set) => (at < set.revisions.length ? [set.revisions[at]] : []));
    const named = [...new Set(numbers.filter((one) => !Number.isNaN(one)))].sort((a, b) => a - b);
    const name = named.length === 0 ? 'a revision that is not kept' : `revision ${named.join(' or ')}`;
    return { name: `${name}, ready`, color: COLORS[at], opacity: OPACITY.Ready };
  });
  return [
    ...revisions,
    { name: 'not ready', color: COLORS[0], opacity: OPACITY.NotReady },
    { name: 'pending', color: COLORS[0], opacity: OPACITY.Pending },
    { name: 'being deleted, or ended', color: ink.muted, opacity: 0.7 },
  ];
}
