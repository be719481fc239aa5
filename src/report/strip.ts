// Faults, actions and rollouts in a chart: a strip of labelled bars above the panels, and tints behind them.
import { grouped, type Mark } from './marks.ts';
import { line, rect, text } from './shapes.ts';
import type { Box, LegendEntry, Shape } from './shapes.ts';
import { hue, ink, SIZE, textWidth } from './theme.ts';

const LANE = 19;
const MOST_LANES = 5;
/** By kind. */
export const MARK_COLOR = {
  fault: hue.red,
  rollout: hue.blue,
  action: ink.muted,
  leader: hue.pink,
  autoscaler: hue.green,
} as const;
const TINT = 0.14;

interface Track {
  readonly mark: Mark;
  readonly lane: number;
}

/** Puts each mark into the first lane where neither its bars nor its label meet another's. */
function assignLanes(marks: readonly Mark[], box: Box, duration: number): { placed: Track[]; lanes: number } {
  const ends: { from: number; to: number }[][] = [];
  const placed: Track[] = [];
  for (const mark of marks) {
    const extent = markExtent(mark, box, duration);
    let lane = ends.findIndex((taken) => taken.every(({ from, to }) => extent.to < from || extent.from > to));
    if (lane === -1) lane = ends.length;
    (ends[lane] ??= []).push(extent);
    placed.push({ mark, lane });
  }
  return { placed, lanes: ends.length };
}

const toPixel = (seconds: number, box: Box, duration: number) => box.left + (seconds / duration) * box.width;

/** Where the label of a mark stands: inside the first bar, right of the last or left of the first, or else across them. */
function labelOf(mark: Mark, box: Box, duration: number): { x: number; align: 'left' | 'right' } {
  const width = textWidth(mark.label, SIZE.small);
  const from = toPixel(mark.spans[0].from, box, duration);
  const to = toPixel(mark.spans[0].to, box, duration);
  const last = toPixel(mark.spans.at(-1)?.to ?? 0, box, duration);
  if (to - from >= width + 12) return { x: from + 6, align: 'left' };
  if (last + 6 + width <= box.left + box.width) return { x: last + 6, align: 'left' };
  if (from - 6 - width >= box.left) return { x: from - 6, align: 'right' };
  return { x: box.left + 4, align: 'left' };
}

function markExtent(mark: Mark, box: Box, duration: number): { from: number; to: number } {
  const label = labelOf(mark, box, duration);
  const width = textWidth(mark.label, SIZE.small) + 8;
  const labelFrom = label.align === 'left' ? label.x : label.x - width;
  return {
    from: Math.min(labelFrom, toPixel(mark.spans[0].from, box, duration)) - 4,
    to: Math.max(labelFrom + width, toPixel(mark.spans.at(-1)?.to ?? 0, box, duration)) + 4,
  };
}

/** The strip above the panels, a bar and a label per mark. Returns where it ends. */
export function drawStrip(shapes: Shape[], marks: readonly Mark[], box: Box, duration: number): number {
  const shown = grouped(marks, (some) => assignLanes(some, box, duration).lanes <= MOST_LANES);
  const { placed, lanes } = assignLanes(shown, box, duration);
  for (const { mark, lane } of placed) {
    const y = box.top + lane * LANE;
    const color = MARK_COLOR[mark.kind];
    for (const { from, to } of mark.spans) {
      const x = toPixel(from, box, duration);
      const width = Math.max(3, toPixel(to, box, duration) - x);
      shapes.push(rect({ left: x, top: y + 1, width, height: LANE - 4 }, color, to > from ? 0.3 : 1, 2));
    }
    const { x, align } = labelOf(mark, box, duration);
    shapes.push(text(mark.label, x, y + LANE / 2 - 0.5, { fill: ink.text, align }));
  }
  return box.top + lanes * LANE + (lanes > 0 ? 4 : 0);
}

/** What shows behind a panel: faults as tints, everything else as dashed lines where it begins and ends; changes of size, which may be many, do not. */
export function shade(shapes: Shape[], marks: readonly Mark[], box: Box, duration: number): void {
  const bottom = box.top + box.height;
  for (const { kind, spans } of marks) {
    if (kind === 'autoscaler') continue;
    for (const { from, to } of spans) {
      const x = toPixel(from, box, duration);
      const end = toPixel(to, box, duration);
      const color = MARK_COLOR[kind];
      if (kind === 'fault' && end > x) {
        shapes.push(rect({ ...box, left: x, width: end - x }, color, TINT, 0));
      } else if (from > 0) {
        shapes.push(line([x, box.top], [x, bottom], color, true));
      }
      if (kind === 'rollout' && to < duration) shapes.push(line([end, box.top], [end, bottom], color, true));
    }
  }
}

/** What of marks falls into a part of a run, in seconds from its beginning. */
export function within(marks: readonly Mark[], from: number, to: number): Mark[] {
  return marks.flatMap(({ kind, label, spans }) => {
    const inside = spans.filter((span) => span.from <= to && span.to >= from);
    const moved = inside.map((span) => ({ from: Math.max(0, span.from - from), to: Math.min(span.to, to) - from }));
    return moved.length === 0 ? [] : [{ kind, label, spans: moved }];
  });
}

/** Charts of many small panels have no strip: they name their marks in the legend. */
export function markLegend(marks: readonly Mark[]): LegendEntry[] {
  const faults = marks.filter(({ kind }) => kind === 'fault');
  const entries = faults.slice(0, 3).map(({ label }) => ({ name: label, color: MARK_COLOR.fault, opacity: 0.3 }));
  if (faults.length > 3)
    entries.push({ name: `${faults.length - 3} more faults`, color: MARK_COLOR.fault, opacity: 0.3 });
  if (!marks.some(({ kind }) => kind === 'rollout')) return entries;
  return [...entries, { name: 'rollout begins, ends', color: MARK_COLOR.rollout, opacity: 0.3 }];
}
