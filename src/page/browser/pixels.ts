// Draws tiles into the pixels of a canvas. 150,000 pods are too many shapes for a canvas and few for an array.
import { HUES } from '../coloring.ts';
import { NodeState, PodState } from '../frame.ts';
import { type Layout, paddingOf } from '../layout.ts';
import { type Palette, pixel } from './theme.ts';

/** What is drawn of a node: states and hues of the pods in its places, in which a pod without one is -1. */
export interface TileState {
  readonly state: number;
  readonly places: readonly number[];
  readonly stateOf: (pod: number) => number;
  readonly hueOf: (pod: number, state: number) => number;
}

/** From so many pixels on, places have a gap between them, and what is not ready is hollow. */
const GAPPED = 4;
const HOLLOW = 5;
const RED = HUES.indexOf('red');

export class Pixels {
  readonly image: ImageData;
  readonly #pixels: Uint32Array;
  readonly #layout: Layout;
  readonly #scale: number;
  readonly #full: readonly number[];
  readonly #pale: readonly number[];
  readonly #background: number;
  /** By NodeState: of a tile its ground and its edge. */
  readonly #ground: readonly number[];
  readonly #edge: readonly number[];

  /** `scale`: pixels of the device for one of the layout. */
  constructor(layout: Layout, width: number, height: number, scale: number, { rgb }: Palette) {
    this.image = new ImageData(width * scale, height * scale);
    this.#pixels = new Uint32Array(this.image.data.buffer);
    this.#layout = layout;
    this.#scale = scale;
    this.#full = HUES.map((hue) => pixel(rgb[hue]));
    this.#pale = HUES.map((hue) => pixel(rgb[hue], rgb.background, 0.45));
    this.#background = pixel(rgb.background);
    const ready = pixel(rgb.grid, rgb.background, 0.55);
    this.#ground = [this.#background, pixel(rgb.red, rgb.background, 0.22), ready, pixel(rgb.grid)];
    this.#edge = [this.#background, pixel(rgb.red), pixel(rgb.axis, rgb.background, 0.6), pixel(rgb.orange)];
    this.#pixels.fill(this.#background);
  }

  drawTile(node: number, { state, places, stateOf, hueOf }: TileState): void {
    const { x, y, width, heightOf, perRow, cell, label } = this.#layout;
    const scale = this.#scale;
    const left = x[node] * scale;
    const top = y[node] * scale;
    const right = left + width[node] * scale;
    const bottom = top + heightOf[node] * scale;
    this.#fill(left, top, right, bottom, this.#edge[state]);
    if (state === NodeState.Absent) return;
    const line = cell >= GAPPED ? scale : 0;
    if (line > 0 || state !== NodeState.NotReady)
      this.#fill(left + line, top + line, right - line, bottom - line, this.#ground[state]);
    const inner = paddingOf(cell);
    const gap = cell * scale >= GAPPED ? Math.max(1, Math.floor(cell / 8)) * scale : 0;
    for (let place = 0; place < places.length; place += 1) {
      const pod = places[place];
      if (pod < 0) continue;
      const podState = stateOf(pod);
      const hue = podState === PodState.Failed ? RED : hueOf(pod, podState);
      const fromX = left + (inner + (place % perRow[node]) * cell) * scale;
      const fromY = top + (inner + label + Math.floor(place / perRow[node]) * cell) * scale;
      const side = cell * scale - gap;
      this.#drawPod(fromX, fromY, side, podState, hue, this.#ground[state]);
    }
  }

  #drawPod(x: number, y: number, side: number, state: number, hue: number, ground: number): void {
    const isWhole = state === PodState.Ready || state === PodState.Failed;
    if (isWhole || side < HOLLOW) {
      this.#fill(x, y, x + side, y + side, isWhole ? this.#full[hue] : this.#pale[hue]);
      return;
    }
    const line = Math.max(1, Math.round(side / 6));
    this.#fill(x, y, x + side, y + side, state === PodState.Terminating ? this.#pale[hue] : this.#full[hue]);
    // On its way: hollow. Succeeded: pale within. On its way out: a pale frame.
    const within = state === PodState.Succeeded ? this.#pale[hue] : ground;
    this.#fill(x + line, y + line, x + side - line, y + side - line, within);
    if (state === PodState.NotReady) {
      // Running: its lower half is filled.
      this.#fill(x + line, y + Math.round(side / 2), x + side - line, y + side - line, this.#full[hue]);
    }
  }

  #fill(left: number, top: number, right: number, bottom: number, color: number): void {
    const pixels = this.#pixels;
    const { width } = this.image;
    for (let row = top; row < bottom; row += 1) {
      const start = row * width;
      for (let at = start + left; at < start + right; at += 1) pixels[at] = color;
    }
  }
}
