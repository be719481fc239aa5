// Rate, errors and latency of requests from outside, over the whole run, with a line at the moment that is shown.
import { formatCount, formatRatio, formatSeconds } from '../../report/format.ts';
import type { Mark } from '../frame.ts';
import { countUntil, type Growing } from '../growing.ts';
import type { Recording } from '../recording.ts';
import type { Hue } from '../coloring.ts';
import { byId, element, svg } from './dom.ts';

interface Line {
  readonly label: string;
  readonly column: 'rate' | 'errors' | 'p50' | 'p99';
  readonly hue: Hue;
}

interface ChartKind {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number, greatest?: number) => string;
  /** The least value of the axis' upper end. */
  readonly least: number;
}

const KINDS: readonly ChartKind[] = [
  { title: 'Requests per second', lines: [{ label: '', column: 'rate', hue: 'blue' }], format: formatCount, least: 1 },
  { title: 'Errors', lines: [{ label: '', column: 'errors', hue: 'red' }], format: formatRatio, least: 0.01 },
  {
    title: 'Latency',
    lines: [
      { label: 'p50', column: 'p50', hue: 'sky' },
      { label: 'p99', column: 'p99', hue: 'blue' },
    ],
    format: formatSeconds,
    least: 1e-3,
  },
];

const HEIGHT = 62;
const LEFT = 52;

interface Chart {
  readonly kind: ChartKind;
  readonly value: HTMLElement;
  readonly cursor: SVGElement;
  readonly picture: SVGElement;
}

export class Charts {
  readonly #recording: Recording;
  readonly #seek: (time: number) => void;
  readonly #parent = byId('charts');
  #charts: Chart[] = [];
  #drawn = '';

  constructor(recording: Recording, seek: (time: number) => void) {
    this.#recording = recording;
    this.#seek = seek;
  }

  draw(time: number): void {
    const { series, duration, marks } = this.#recording;
    const width = Math.max(160, this.#parent.clientWidth);
    const state = `${width} ${series.time.length} ${duration} ${marks.length}`;
    if (state !== this.#drawn) {
      this.#drawn = state;
      this.#charts = series.time.length === 0 ? [] : KINDS.map((kind) => this.#make(kind, width));
      const nothing = element('p', { class: 'muted' }, 'No requests come from outside.');
      this.#parent.replaceChildren(
        ...(this.#charts.length === 0
          ? [nothing]
          : this.#charts.map(({ kind, value, picture }) => chartBox(kind, value, picture))),
      );
    }
    const x = LEFT + (time / duration) * (width - LEFT);
    const until = countUntil(series.time.values, series.time.length, time);
    const at = Math.min(until, series.time.length - 1);
    for (const { kind, value, cursor, picture } of this.#charts) {
      cursor.setAttribute('transform', `translate(${x.toFixed(1)},0)`);
      const shown = kind.lines
        .map(({ label, column }) => {
          const now = series[column].values[at];
          const words = Number.isNaN(now) ? '–' : kind.format(now);
          return label === '' ? words : `${label} ${words}`;
        })
        .join(', ');
      if (value.textContent === shown) continue;
      value.textContent = shown;
      picture.setAttribute('aria-label', `${kind.title} over time; now ${shown}`);
    }
  }

  #make(kind: ChartKind, width: number): Chart {
    const { series, duration, marks } = this.#recording;
    const columns = kind.lines.map(({ column }) => series[column]);
    const most = Math.max(kind.least, ...columns.map((column) => greatest(column)));
    const plot = { left: LEFT, width: width - LEFT, duration, most };
    const cursor = svg('line', { class: 'cursor', x1: 0, x2: 0, y1: 0, y2: HEIGHT });
    const picture = svg(
      'svg',
      { width, height: HEIGHT + 4, role: 'img', 'aria-label': kind.title, viewBox: `0 -2 ${width} ${HEIGHT + 4}` },
      ...marks.filter(({ kind: of }) => of === 'fault').map((mark) => tint(mark, plot)),
      svg('line', { class: 'grid', x1: LEFT, x2: width, y1: 0.5, y2: 0.5 }),
      svg('line', { class: 'axis', x1: LEFT, x2: width, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }),
      svg('text', { class: 'tick', x: LEFT - 6, y: 9 }, kind.format(most, most)),
      svg('text', { class: 'tick', x: LEFT - 6, y: HEIGHT }, '0'),
      ...kind.lines.flatMap(({ hue, column }) =>
        drawn(series.time, series[column], plot, hue, kind.lines.length === 1),
      ),
      cursor,
    );
    picture.addEventListener('click', (event) => {
      const { left, width: shown } = picture.getBoundingClientRect();
      const inPlot = ((event.clientX - left) * (width / shown) - LEFT) / (width - LEFT);
      this.#seek(Math.max(0, inPlot) * duration);
    });
    return { kind, value: element('span', { class: 'value' }), cursor, picture };
  }
}

interface Plot {
  readonly left: number;
  readonly width: number;
  readonly duration: number;
  readonly most: number;
}

function chartBox({ title, lines }: ChartKind, value: HTMLElement, picture: SVGElement): HTMLElement {
  const keys = lines
    .filter(({ label }) => label !== '')
    .map(({ label, hue }) => element('span', { class: `key ${hue}` }, label));
  return element('div', { class: 'chart' }, element('p', {}, element('span', {}, title), ...keys, value), picture);
}

function greatest({ values, length }: Growing<Float32Array>): number {
  let most = 0;
  for (let at = 0; at < length; at += 1) if (values[at] > most) most = values[at];
  return most;
}

function tint({ from, to }: Mark, { left, width, duration }: Plot): SVGElement {
  const start = left + (from / duration) * width;
  const end = left + ((to ?? duration) / duration) * width;
  return svg('rect', { class: 'tint', x: start, y: 0, width: Math.max(1.5, end - start), height: HEIGHT });
}

/** A line that is broken where nothing was measured, and where asked for an area below it. */
function drawn(
  times: Growing<Float64Array>,
  column: Growing<Float32Array>,
  { left, width, duration, most }: Plot,
  hue: Hue,
  area: boolean,
): SVGElement[] {
  const pieces: string[][] = [[]];
  for (let at = 0; at < times.length; at += 1) {
    const value = column.values[at];
    if (Number.isNaN(value)) {
      if (pieces[pieces.length - 1].length > 0) pieces.push([]);
      continue;
    }
    const x = left + (times.values[at] / duration) * width;
    const y = HEIGHT - (Math.min(value, most) / most) * (HEIGHT - 1);
    pieces[pieces.length - 1].push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  const kept = pieces.filter((piece) => piece.length > 0);
  const path = kept.map((piece) => `M${piece.join('L')}`).join('');
  const line = svg('path', { class: `line ${hue}`, d: path });
  if (!area) return [line];
  const below = kept.map((piece) => {
    const [first] = piece[0].split(',');
    const [last] = piece[piece.length - 1].split(',');
    return `M${first},${HEIGHT}L${piece.join('L')}L${last},${HEIGHT}Z`;
  });
  return [svg('path', { class: `area ${hue}`, d: below.join('') }), line];
}
