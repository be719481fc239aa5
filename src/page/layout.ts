// Where each node's tile stands: a column for each zone, in it a block for each pool, in that a grid of tiles. Lengths are in pixels of the screen.

export interface LaidNode {
  readonly zone: string;
  readonly pool: string;
  /** Places for pods that it needs. */
  readonly places: number;
}

export interface Heading {
  readonly zone: string;
  readonly pool: string;
  readonly nodes: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Layout {
  readonly height: number;
  /** Side of a pod's place. */
  readonly cell: number;
  /** Height above the places of a tile for its name; 0 where names have no room. */
  readonly label: number;
  readonly headings: readonly Heading[];
  /** Of each node its tile's left and top edge, width and height. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly width: Int32Array;
  readonly heightOf: Int32Array;
  /** Of each node how many places stand in a row. */
  readonly perRow: Int32Array;
}

interface Block {
  readonly zone: string;
  readonly pool: string;
  readonly nodes: readonly number[];
  /** The same for all tiles of a pool: they stand in a grid, and zones can be compared. */
  readonly places: number;
}

interface Sizes {
  readonly cell: number;
  readonly label: number;
  readonly padding: number;
  readonly gap: number;
}

const HEADING = 22;
const BELOW_BLOCK = 10;
const BETWEEN_ZONES = 20;
const LEAST_ZONE = 180;
const MOST_CELL = 28;
/** A tile has room for at least so many places, so that small nodes have names as well. */
const LEAST_PLACES = 6;
/** A tile that is at least so wide has room for a name. */
const NAMED = 58;
const LABEL = 15;

/** The largest tiles with which everything fits into `height`, or the smallest ones, which then reach below it. */
export function layOut(nodes: readonly LaidNode[], width: number, height: number): Layout {
  const zones = zonesOf(nodes);
  const laid = (cell: number): Layout => place(nodes.length, zones, width, sizesOf(cell));
  let least = 1;
  let most = MOST_CELL;
  let layout = laid(least);
  while (least < most) {
    const cell = Math.ceil((least + most) / 2);
    const tried = laid(cell);
    if (tried.height <= height) [least, layout] = [cell, tried];
    else most = cell - 1;
  }
  return layout;
}

/** The node whose tile is at a point, -1 for none. */
export function nodeAt({ x, y, width, heightOf }: Layout, atX: number, atY: number): number {
  for (let node = 0; node < x.length; node += 1) {
    if (atX >= x[node] && atX < x[node] + width[node] && atY >= y[node] && atY < y[node] + heightOf[node]) return node;
  }
  return -1;
}

/** Which place of a node is at a point, -1 for none. */
export function placeAt(layout: Layout, node: number, atX: number, atY: number): number {
  const { padding } = sizesOf(layout.cell);
  const column = Math.floor((atX - layout.x[node] - padding) / layout.cell);
  const row = Math.floor((atY - layout.y[node] - padding - layout.label) / layout.cell);
  if (column < 0 || column >= layout.perRow[node] || row < 0) return -1;
  return row * layout.perRow[node] + column;
}

/** Space between a tile's edge and its places. */
export function paddingOf(cell: number): number {
  return sizesOf(cell).padding;
}

function sizesOf(cell: number): Sizes {
  const padding = cell >= 8 ? 4 : cell >= 4 ? 2 : 0;
  return { cell, label: cell >= 8 ? LABEL : 0, padding, gap: cell >= 8 ? 6 : cell >= 4 ? 3 : 1 };
}

function zonesOf(nodes: readonly LaidNode[]): Map<string, Block[]> {
  const groups = new Map<string, number[]>();
  const keyOf = ({ zone, pool }: LaidNode): string => JSON.stringify([zone, pool]);
  for (const [node, one] of nodes.entries()) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [node]);
    else group.push(node);
  }
  const places = new Map<string, number>();
  for (const { pool, places: needed } of nodes) places.set(pool, Math.max(LEAST_PLACES, places.get(pool) ?? 0, needed));
  const blocks = [...groups.values()].map((group): Block => {
    const { zone, pool } = nodes[group[0]];
    return { zone, pool, nodes: group, places: places.get(pool) ?? LEAST_PLACES };
  });
  const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  blocks.sort((a, b) => inOrder(a.zone, b.zone) || inOrder(a.pool, b.pool));
  const zones = new Map<string, Block[]>();
  for (const block of blocks) zones.set(block.zone, [...(zones.get(block.zone) ?? []), block]);
  return zones;
}

function place(count: number, zones: ReadonlyMap<string, readonly Block[]>, width: number, sizes: Sizes): Layout {
  const columns = Math.max(1, Math.min(zones.size, Math.floor((width + BETWEEN_ZONES) / (LEAST_ZONE + BETWEEN_ZONES))));
  const columnWidth = Math.floor((width - BETWEEN_ZONES * (columns - 1)) / columns);
  const made = {
    x: new Int32Array(count),
    y: new Int32Array(count),
    width: new Int32Array(count),
    heightOf: new Int32Array(count),
    perRow: new Int32Array(count),
  };
  const headings: Heading[] = [];
  const tiles = [...zones.values()].flat().map(({ places }) => tileOf(places, sizes, columnWidth));
  const label = tiles.every((tile) => tile.width >= NAMED) ? sizes.label : 0;
  /** Where the next zone begins, by column. */
  const bottoms = Array.from({ length: columns }, () => 0);
  let next = 0;
  for (const blocks of zones.values()) {
    const column = next % columns;
    next += 1;
    const left = column * (columnWidth + BETWEEN_ZONES);
    let top = bottoms[column];
    for (const { zone, pool, nodes, places } of blocks) {
      headings.push({ zone, pool, nodes: nodes.length, x: left, y: top, width: columnWidth });
      top += HEADING;
      const tile = tileOf(places, sizes, columnWidth);
      const inRow = Math.max(1, Math.floor((columnWidth + sizes.gap) / (tile.width + sizes.gap)));
      for (const [at, node] of nodes.entries()) {
        made.x[node] = left + (at % inRow) * (tile.width + sizes.gap);
        made.y[node] = top + Math.floor(at / inRow) * (tile.height + label + sizes.gap);
        made.width[node] = tile.width;
        made.heightOf[node] = tile.height + label;
        made.perRow[node] = tile.perRow;
      }
      top += Math.ceil(nodes.length / inRow) * (tile.height + label + sizes.gap) + BELOW_BLOCK;
    }
    bottoms[column] = top;
  }
  return { height: Math.max(0, ...bottoms), cell: sizes.cell, label, headings, ...made };
}

/** Somewhat wider than high, and not wider than `most`. */
function tileOf(
  places: number,
  { cell, padding }: Sizes,
  most: number,
): { perRow: number; width: number; height: number } {
  const fitting = Math.max(1, Math.floor((most - 2 * padding) / cell));
  const perRow = Math.min(places, fitting, Math.ceil(Math.sqrt(places * 1.7)));
  const rows = Math.ceil(places / perRow);
  return { perRow, width: perRow * cell + 2 * padding, height: rows * cell + 2 * padding };
}
