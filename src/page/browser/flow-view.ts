// The graph of Services: a box for each with its rate and latency, a line for each that calls another one, thicker with more calls, redder with more errors.
import { formatCount, formatRatio, formatSeconds } from '../../report/format.ts';
import { fitText } from '../../report/theme.ts';
import { type Flow, type FlowNode, layOutFlow } from '../flow.ts';
import type { Selection } from '../find.ts';
import type { Recording } from '../recording.ts';
import { byId, svg } from './dom.ts';

const MOST = 60;
const BOX = { width: 148, height: 40 };
const BETWEEN_ROWS = 14;
const LEAST_BETWEEN_COLUMNS = 56;
const EDGE = 6;
const RATE = 0;
const ERRORS = 1;
const P99 = 3;
/** A share of errors that is shown in red. */
const FAILING = 0.01;

interface Box {
  readonly node: FlowNode;
  readonly figure: SVGElement;
  readonly group: SVGElement;
}

export class FlowView {
  readonly #recording: Recording;
  readonly #select: (selection: Selection) => void;
  readonly #parent = byId('flow');
  readonly #note = byId('flow-note');
  readonly #section = byId('services');
  #boxes: Box[] = [];
  #lines: { readonly edge: number; readonly path: SVGElement }[] = [];
  #made = '';
  #shown = '';

  constructor(recording: Recording, select: (selection: Selection) => void) {
    this.#recording = recording;
    this.#select = select;
  }

  draw(time: number, chosen: number): void {
    const { services, edges, serviceLoads, edgeLoads } = this.#recording;
    this.#section.hidden = services.length === 0;
    if (services.length === 0) return;
    const made = `${services.length} ${edges.length} ${this.#parent.clientWidth}`;
    if (made !== this.#made) {
      this.#made = made;
      this.#make();
    }
    const shown = `${made} ${serviceLoads.intervalAt(time)} ${edgeLoads.intervalAt(time)} ${chosen}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#drawBoxes(time, chosen);
    this.#drawLines(time, chosen);
  }

  #drawBoxes(time: number, chosen: number): void {
    const { serviceLoads } = this.#recording;
    const loads = new Map<number, number>();
    serviceLoads.inInterval(serviceLoads.intervalAt(time), (row, at) => loads.set(row, at));
    for (const { node, figure, group } of this.#boxes) {
      if (node.service < 0) continue;
      const at = loads.get(node.service);
      const [rate, errors, p99] = [RATE, ERRORS, P99].map((column) =>
        at === undefined ? Number.NaN : serviceLoads.value(column, at),
      );
      figure.textContent = figureOf(rate, errors, p99);
      group.classList.toggle('failing', errors > FAILING);
      group.classList.toggle('chosen', node.service === chosen);
    }
  }

  #drawLines(time: number, chosen: number): void {
    const { edgeLoads, edges } = this.#recording;
    const loads = new Map<number, number>();
    edgeLoads.inInterval(edgeLoads.intervalAt(time), (row, at) => loads.set(row, at));
    for (const { edge, path } of this.#lines) {
      const at = loads.get(edge);
      const rate = at === undefined ? 0 : edgeLoads.value(RATE, at);
      const errors = at === undefined ? 0 : edgeLoads.value(ERRORS, at);
      path.classList.toggle('idle', !(rate > 0));
      path.classList.toggle('failing', errors > FAILING);
      const { caller, service } = edges[edge];
      path.classList.toggle('chosen', chosen >= 0 && (caller === chosen || service === chosen));
      path.style.strokeWidth = `${Math.min(7, 1 + Math.log10(1 + Math.max(0, rate)) * 1.6).toFixed(1)}px`;
    }
  }

  #make(): void {
    const { services, edges, serviceLoads } = this.#recording;
    const weights = services.map(() => 0);
    for (let interval = 0; interval < serviceLoads.intervals; interval += 1)
      serviceLoads.inInterval(interval, (row, at) => (weights[row] += serviceLoads.value(RATE, at) || 0));
    const flow = layOutFlow(services, edges, weights, MOST);
    const width = Math.max(200, this.#parent.clientWidth);
    const { placeOf, right, bottom } = flow.links.length === 0 ? inRows(flow, width) : inColumns(flow, width);
    const at = new Map(flow.nodes.map((node) => [node.key, placeOf(node)]));
    this.#lines = flow.links.map(({ edge, from, to }) => {
      const [start, end] = [at.get(from), at.get(to)];
      const path = svg('path', { class: 'edge', d: start === undefined || end === undefined ? '' : curve(start, end) });
      return { edge, path };
    });
    this.#boxes = flow.nodes.map((node) => this.#box(node, placeOf(node)));
    const picture = svg(
      'svg',
      { width: right, height: bottom, role: 'group', 'aria-label': 'Services and who calls them' },
      svg('g', { 'aria-hidden': 'true' }, ...this.#lines.map(({ path }) => path)),
      ...this.#boxes.map(({ group }) => group),
    );
    this.#parent.replaceChildren(picture);
    const left =
      flow.left === 0 ? '' : `${flow.left} Services with fewer calls are not drawn; they can be looked for by name.`;
    const unknown = flow.links.length === 0 ? 'Who calls whom was not recorded.' : '';
    this.#note.textContent = [unknown, left].filter((part) => part !== '').join(' ');
  }

  #box(node: FlowNode, { x, y }: { x: number; y: number }): Box {
    const isSource = node.service < 0;
    const figure = svg('text', { class: 'figure', x: BOX.width / 2, y: 31 });
    const label = fitText(node.label, BOX.width - 16, 12.5, true);
    const group = svg(
      'g',
      { class: isSource ? 'box source' : 'box', transform: `translate(${x},${y})` },
      svg('rect', { width: BOX.width, height: BOX.height, rx: isSource ? BOX.height / 2 : 5 }),
      svg('text', { class: 'name', x: BOX.width / 2, y: isSource ? 25 : 16 }, label),
      ...(isSource ? [] : [figure]),
    );
    if (isSource) {
      group.setAttribute('role', 'img');
      group.setAttribute('aria-label', `Source of traffic ${node.label}`);
      return { node, figure, group };
    }
    const { namespace, name } = this.#recording.services[node.service];
    group.setAttribute('aria-description', `Service ${namespace}/${name}`);
    group.setAttribute('role', 'button');
    group.setAttribute('tabindex', '0');
    const choose = (): void => this.#select({ kind: 'service', row: node.service });
    group.addEventListener('click', choose);
    group.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      choose();
    });
    return { node, figure, group };
  }
}

function figureOf(rate: number, errors: number, p99: number): string {
  if (!(rate > 0)) return 'no calls';
  const calls = `${formatCount(rate)}/s`;
  if (errors > FAILING) return `${calls} · ${formatRatio(errors)} errors`;
  return Number.isNaN(p99) ? calls : `${calls} · p99 ${formatSeconds(p99)}`;
}

interface Places {
  readonly placeOf: (node: FlowNode) => { x: number; y: number };
  readonly right: number;
  readonly bottom: number;
}

function inColumns({ columns, rows, nodes }: Flow, width: number): Places {
  const free = (width - 2 * EDGE - columns * BOX.width) / Math.max(1, columns - 1);
  const step = BOX.width + Math.min(150, Math.max(LEAST_BETWEEN_COLUMNS, free));
  const height = rows * (BOX.height + BETWEEN_ROWS) - BETWEEN_ROWS;
  const counts = new Map<number, number>();
  for (const { column } of nodes) counts.set(column, (counts.get(column) ?? 0) + 1);
  return {
    placeOf: ({ column, row }) => {
      const own = (counts.get(column) ?? 1) * (BOX.height + BETWEEN_ROWS) - BETWEEN_ROWS;
      return { x: EDGE + column * step, y: EDGE + (height - own) / 2 + row * (BOX.height + BETWEEN_ROWS) };
    },
    right: 2 * EDGE + (columns - 1) * step + BOX.width,
    bottom: 2 * EDGE + height,
  };
}

/** One after the other where nothing is known of who calls whom. */
function inRows({ nodes }: Flow, width: number): Places {
  const inRow = Math.max(1, Math.floor((width - 2 * EDGE + BETWEEN_ROWS) / (BOX.width + BETWEEN_ROWS)));
  const order = new Map(nodes.map(({ key }, at) => [key, at]));
  const rows = Math.ceil(nodes.length / inRow);
  return {
    placeOf: ({ key }) => {
      const at = order.get(key) ?? 0;
      return {
        x: EDGE + (at % inRow) * (BOX.width + BETWEEN_ROWS),
        y: EDGE + Math.floor(at / inRow) * (BOX.height + BETWEEN_ROWS),
      };
    },
    right: Math.min(width, 2 * EDGE + Math.min(inRow, nodes.length) * (BOX.width + BETWEEN_ROWS)),
    bottom: 2 * EDGE + rows * (BOX.height + BETWEEN_ROWS) - BETWEEN_ROWS,
  };
}

/** From the right edge of one box to the left edge of the other; back, and to itself, around below. */
function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  if (x2 > x1) {
    const bend = (x2 - x1) / 2;
    return `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  }
  const below = Math.max(from.y, to.y) + BOX.height + BETWEEN_ROWS;
  return `M${x1},${y1}C${x1 + 40},${below} ${x2 - 40},${below} ${x2},${y2}`;
}
