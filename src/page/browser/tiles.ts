// The picture of the nodes: two canvases, one of pixels for nodes and pods, one for names and what is chosen.
import type { Colors } from '../coloring.ts';
import { type Layout, layOut, nodeAt, placeAt } from '../layout.ts';
import type { Moment } from '../moment.ts';
import { MostPlaces } from '../most-places.ts';
import type { Recording } from '../recording.ts';
import { byId, byIdAs } from './dom.ts';
import { Pixels, type TileState } from './pixels.ts';
import type { Palette } from './theme.ts';

/** Canvases that are higher than this fail in some browsers. */
const MOST_HEIGHT = 8000;
/** With so many nodes the picture takes most of the window. */
const MANY = 1000;
const NAME_FONT = '11px system-ui, sans-serif';
const HEADING_FONT = '600 12px system-ui, sans-serif';

export class Tiles {
  readonly #recording: Recording;
  readonly #moment: Moment;
  readonly #most: MostPlaces;
  readonly #frame = byId('tiles');
  readonly #pods = byIdAs('pods', HTMLCanvasElement);
  readonly #labels = byIdAs('labels', HTMLCanvasElement);
  #layout: Layout | undefined;
  #pixels: Pixels | undefined;
  #size = '';
  #chosen = -1;

  constructor(recording: Recording, moment: Moment) {
    this.#recording = recording;
    this.#moment = moment;
    this.#most = new MostPlaces(recording);
  }

  /** Draws what has changed; everything when nodes have come, the window is another size, or `anew`. */
  draw(palette: Palette, colors: Colors, anew: boolean): void {
    this.#frame.classList.toggle('many', this.#recording.nodes.length >= MANY);
    const room = this.#room();
    const grown = this.#most.update();
    const size = `${room.width} ${room.height} ${devicePixelRatio}`;
    if (anew || grown || size !== this.#size) {
      this.#size = size;
      this.#begin(room, palette);
      this.#moment.takeChanged();
      this.#drawTiles([...this.#recording.nodes.keys()], colors, true);
      this.#drawLabels(palette);
      return;
    }
    const changed = this.#moment.takeChanged();
    if (changed.length > 0) this.#drawTiles(changed, colors, false);
  }

  /** What is at a point of the window. */
  at(clientX: number, clientY: number): { readonly node: number; readonly pod: number } | undefined {
    const layout = this.#layout;
    if (layout === undefined) return undefined;
    const { left, top } = this.#pods.getBoundingClientRect();
    const node = nodeAt(layout, clientX - left, clientY - top);
    if (node === -1 || this.#moment.nodeState.values[node] === 0) return undefined;
    const place = placeAt(layout, node, clientX - left, clientY - top);
    return { node, pod: place < 0 ? -1 : (this.#moment.placesOf(node)[place] ?? -1) };
  }

  /** The node in a direction from another one, or that one where there is none. */
  next(from: number, key: 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown'): number {
    const layout = this.#layout;
    const count = this.#recording.nodes.length;
    if (layout === undefined || count === 0) return -1;
    if (from < 0) return 0;
    const [x, y] = [layout.x[from], layout.y[from]];
    const ahead = (node: number): number => {
      const [byX, byY] = [layout.x[node] - x, layout.y[node] - y];
      if (key === 'ArrowLeft') return -byX;
      if (key === 'ArrowRight') return byX;
      return key === 'ArrowUp' ? -byY : byY;
    };
    const aside = (node: number): number =>
      Math.abs(key === 'ArrowLeft' || key === 'ArrowRight' ? layout.y[node] - y : layout.x[node] - x);
    let best = from;
    let distance = Infinity;
    for (let node = 0; node < count; node += 1) {
      const far = ahead(node) + 3 * aside(node);
      if (ahead(node) > 0 && far < distance) [best, distance] = [node, far];
    }
    return best;
  }

  /** Marks a node, -1 for none, and brings it into view. */
  choose(node: number, palette: Palette): void {
    if (node === this.#chosen) return;
    this.#chosen = node;
    this.#drawLabels(palette);
    const layout = this.#layout;
    if (layout === undefined || node < 0) return;
    const { scrollTop, clientHeight } = this.#frame;
    const [top, bottom] = [layout.y[node], layout.y[node] + layout.heightOf[node]];
    if (top < scrollTop || bottom > scrollTop + clientHeight) this.#frame.scrollTop = top - clientHeight / 2;
  }

  describe(text: string): void {
    if (this.#pods.ariaLabel !== text) this.#pods.ariaLabel = text;
  }

  #room(): { width: number; height: number } {
    return { width: Math.max(120, this.#frame.clientWidth), height: Math.max(120, this.#frame.clientHeight) };
  }

  #begin({ width, height }: { width: number; height: number }, palette: Palette): void {
    const { nodes } = this.#recording;
    const laid = nodes.map(({ zone, pool }, node) => ({ zone, pool, places: this.#most.of[node] }));
    const layout = layOut(laid, width, height);
    const tall = Math.min(MOST_HEIGHT, Math.max(1, layout.height));
    const scale = Math.max(1, Math.round(devicePixelRatio));
    for (const canvas of [this.#pods, this.#labels]) {
      canvas.width = width * scale;
      canvas.height = tall * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${tall}px`;
    }
    this.#layout = layout;
    this.#pixels = new Pixels(layout, width, tall, scale, palette);
  }

  #drawTiles(nodes: readonly number[], colors: Colors, all: boolean): void {
    const layout = this.#layout;
    const pixels = this.#pixels;
    const context = this.#pods.getContext('2d', { alpha: false, willReadFrequently: true });
    if (layout === undefined || pixels === undefined || context === null) return;
    const moment = this.#moment;
    const scale = this.#pods.width / Math.max(1, Number.parseInt(this.#pods.style.width, 10));
    let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
    for (const node of nodes) {
      const tile: TileState = {
        state: moment.nodeState.values[node],
        places: moment.placesOf(node),
        stateOf: (pod) => moment.podState.values[pod],
        hueOf: (pod, state) => colors.hueOf(pod, state),
      };
      if ((layout.y[node] + layout.heightOf[node]) * scale > pixels.image.height) continue;
      pixels.drawTile(node, tile);
      left = Math.min(left, layout.x[node]);
      top = Math.min(top, layout.y[node]);
      right = Math.max(right, layout.x[node] + layout.width[node]);
      bottom = Math.max(bottom, layout.y[node] + layout.heightOf[node]);
    }
    if (all) context.putImageData(pixels.image, 0, 0);
    else if (right > left) {
      const [x, y, wide, high] = [left, top, right - left, bottom - top].map((one) => one * scale);
      context.putImageData(pixels.image, 0, 0, x, y, wide, high);
    }
  }

  #drawLabels({ css }: Palette): void {
    const layout = this.#layout;
    const context = this.#labels.getContext('2d');
    if (layout === undefined || context === null) return;
    const scale = this.#labels.width / Math.max(1, Number.parseInt(this.#labels.style.width, 10));
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, this.#labels.width, this.#labels.height);
    context.textBaseline = 'middle';
    context.fillStyle = css.text;
    context.font = HEADING_FONT;
    for (const { zone, pool, nodes, x, y, width } of layout.headings) {
      const parts = [zone === '' ? '' : `zone ${zone}`, pool, `${nodes} node${nodes === 1 ? '' : 's'}`];
      context.fillText(fitted(context, parts.filter((part) => part !== '').join(' · '), width), x, y + 11);
    }
    if (layout.label > 0) {
      context.fillStyle = css.muted;
      context.font = NAME_FONT;
      for (const [node, { name }] of this.#recording.nodes.entries())
        context.fillText(fitted(context, name, layout.width[node] - 8), layout.x[node] + 4, layout.y[node] + 10);
    }
    const chosen = this.#chosen;
    if (chosen < 0 || chosen >= layout.x.length) return;
    context.strokeStyle = css.text;
    context.lineWidth = 2;
    context.strokeRect(
      layout.x[chosen] - 1,
      layout.y[chosen] - 1,
      layout.width[chosen] + 2,
      layout.heightOf[chosen] + 2,
    );
  }
}

/** Text cut to a width, with an ellipsis where something is missing. */
function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const characters = Array.from(text);
  while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > width) characters.pop();
  return `${characters.join('')}…`;
}
