// The matrix of chaos as a chart: a row per target, the worst first, a column per moment, and in each cell what it hurts.
import { type Drawing, finish } from '../drawing.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { drawLegend, heading, rect, type Shape, text } from '../shapes.ts';
import { fitText, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../theme.ts';
import type { StrikeRow } from './read-chaos.ts';
import type { Sweep } from './read-sweep.ts';

const ROW = 40;
const GAP = 4;
/** Room for the names of moments, and for what is going on then. */
const HEAD = 28;
const DURING = 16;
const MOST_TARGETS = 30;
const MOST_MOMENTS = 10;
const LEAST_TINT = 0.14;
const MOST_TINT = 0.6;

export function chaosMatrix({ scenario, seeds }: Sweep, strikes: readonly StrikeRow[]): Drawing {
  const targets = [...new Set(strikes.map(({ target }) => target))];
  const moments = [
    ...new Map([...strikes].sort((a, b) => a.seconds - b.seconds).map((one) => [one.moment, one])).values(),
  ];
  const rows = targets.slice(0, MOST_TARGETS);
  const columns = moments.slice(0, MOST_MOMENTS);
  const shapes: Shape[] = [];
  const title = `What hurts when: ${scenario}`;
  const about = seeds === 1 ? 'one seed' : `mean of ${seeds} seeds`;
  const legend = [
    { name: 'expectations broken', color: hue.red, opacity: MOST_TINT },
    { name: 'requests lost, every expectation holds', color: hue.blue, opacity: MOST_TINT },
    { name: 'as without a fault', color: ink.grid },
  ];
  const top = drawLegend(shapes, legend, heading(shapes, title, `${about}, beside the run without a fault`)) + 6;
  const room = Math.min(240, Math.max(...rows.map((name) => textWidth(name, SIZE.small))) + 14);
  const left = MARGIN + room;
  const width = (WIDTH - MARGIN - left) / columns.length;
  for (const [column, { moment, during }] of columns.entries()) {
    const x = left + (column + 0.5) * width;
    shapes.push(text(`at ${moment}`, x, top + 10, { align: 'center', bold: true, fill: ink.text }));
    shapes.push(text(fitText(during, width - 8, SIZE.small), x, top + 27, { align: 'center' }));
  }
  const head = HEAD + (columns.some(({ during }) => during !== '') ? DURING : 0);
  const greatest = Math.max(1, ...strikes.map(({ lost }) => lost || 0));
  for (const [row, target] of rows.entries()) {
    const y = top + head + row * ROW;
    shapes.push(
      text(fitText(target, room - 14, SIZE.small), left - 10, y + (ROW - GAP) / 2, { align: 'right', fill: ink.text }),
    );
    for (const [column, { moment }] of columns.entries()) {
      const strike = strikes.find((one) => one.target === target && one.moment === moment);
      if (strike === undefined) continue;
      const box = { left: left + column * width, top: y, width: width - GAP, height: ROW - GAP };
      drawCell(shapes, box, strike, greatest);
    }
  }
  const leftOut = [more(targets.length - rows.length, 'target'), more(moments.length - columns.length, 'moment')];
  const note = leftOut.filter((one) => one !== '').join(', ');
  const bottom = top + head + rows.length * ROW;
  if (note !== '') shapes.push(text(`and ${note}, see chaos.csv`, MARGIN, bottom + 12));
  return { title, height: bottom + (note === '' ? 14 : 32), option: finish({ series: [], graphic: shapes }) };
}

function more(count: number, what: string): string {
  return count <= 0 ? '' : `${count} more ${what}${count === 1 ? '' : 's'}`;
}

interface CellBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function drawCell(shapes: Shape[], box: CellBox, strike: StrikeRow, greatest: number): void {
  const { broken, lost, failedJobs, recoverySeconds } = strike;
  const hurts = broken.length > 0 || failedJobs > 0;
  const tint = LEAST_TINT + (MOST_TINT - LEAST_TINT) * Math.sqrt(Math.max(0, lost || 0) / greatest);
  if (hurts) shapes.push(rect(box, hue.red, tint, 1));
  else if (lost >= 0.5) shapes.push(rect(box, hue.blue, tint, 1));
  else shapes.push(rect(box, ink.grid, 0.6, 1));
  const first = [
    failedJobs > 0 ? `${failedJobs} failed` : '',
    broken.length > 0 ? `${broken.length} ✗` : '',
    lost >= 0.5 ? `${formatCount(Math.round(lost))} lost` : '',
  ].filter((part) => part !== '');
  const second = recoverySeconds > 0 ? `again after ${formatSeconds(recoverySeconds)}` : '';
  const lines = [first.join(', '), second].filter((part) => part !== '');
  for (const [at, line] of (lines.length === 0 ? ['='] : lines).entries()) {
    const middle = box.top + box.height / 2 + (at - (Math.max(1, lines.length) - 1) / 2) * 15;
    const content = fitText(line, box.width - 8, SIZE.small);
    shapes.push(
      text(content, box.left + box.width / 2, middle, { align: 'center', fill: at === 0 ? ink.text : ink.muted }),
    );
  }
}
