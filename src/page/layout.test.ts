// Tiles of nodes: none lies on another, none leaves the picture, and as many as can be asked for fit.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LaidNode, type Layout, layOut, nodeAt, paddingOf, placeAt } from './layout.ts';

const nodes = (count: number, zones: number, pools: number, places: number): LaidNode[] =>
  Array.from({ length: count }, (_, at) => ({
    zone: `zone-${at % zones}`,
    pool: `pool-${Math.floor(at / zones) % pools}`,
    places,
  }));

function expectApart({ x, y, width, heightOf, height }: Layout, wide: number): void {
  for (let one = 0; one < x.length; one += 1) {
    expect(x[one]).toBeGreaterThanOrEqual(0);
    expect(x[one] + width[one]).toBeLessThanOrEqual(wide);
    expect(y[one] + heightOf[one]).toBeLessThanOrEqual(height);
    for (let other = 0; other < one; other += 1) {
      const apart =
        x[one] + width[one] <= x[other] ||
        x[other] + width[other] <= x[one] ||
        y[one] + heightOf[one] <= y[other] ||
        y[other] + heightOf[other] <= y[one];
      expect(apart, `${one} on ${other}`).toBe(true);
    }
  }
}

describe('the layout', () => {
  it('has room for whatever there is', () => {
    fc.assert(
      fc.property(
        fc.nat(25),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(30),
        fc.integer({ min: 400, max: 1600 }),
        (count, zones, pools, places, width) =>
          expectApart(layOut(nodes(count, zones, pools, places), width, 500), width),
      ),
      { numRuns: 20 },
    );
  });

  it('shows 5,000 nodes with 30 pods each in a window', () => {
    const { height, cell } = layOut(nodes(5000, 3, 2, 30), 1480, 770);
    expect(height).toBeLessThanOrEqual(770);
    expect(cell).toBe(2);
  });

  it('names nodes where names have room', () => {
    expect(layOut(nodes(6, 3, 1, 10), 1200, 600).label).toBeGreaterThan(0);
    expect(layOut(nodes(600, 3, 1, 10), 1200, 600).label).toBe(0);
  });

  it('has a heading for each pool of a zone, zones in the order of their names', () => {
    const { headings } = layOut(nodes(12, 2, 2, 4), 1000, 600);
    expect(headings.map(({ zone, pool, nodes: count }) => [zone, pool, count])).toEqual([
      ['zone-0', 'pool-0', 3],
      ['zone-0', 'pool-1', 3],
      ['zone-1', 'pool-0', 3],
      ['zone-1', 'pool-1', 3],
    ]);
    expect(new Set(headings.map(({ x }) => x)).size).toBe(2);
  });

  it('puts zones below each other in a narrow window', () => {
    const { headings } = layOut(nodes(6, 3, 1, 4), 320, 600);
    expect(headings.map(({ x }) => x)).toEqual([0, 0, 0]);
  });

  it('finds nodes and places by points', () => {
    const layout = layOut(nodes(4, 1, 1, 12), 800, 500);
    for (const node of [0, 1, 2, 3]) {
      const { cell, label } = layout;
      const left = layout.x[node] + paddingOf(cell);
      const top = layout.y[node] + paddingOf(cell) + label;
      expect(nodeAt(layout, left + 1, top + 1)).toBe(node);
      expect(placeAt(layout, node, left + 1, top + 1)).toBe(0);
      expect(placeAt(layout, node, left + cell + 1, top + cell + 1)).toBe(layout.perRow[node] + 1);
      expect(placeAt(layout, node, left + 1, layout.y[node])).toBe(-1);
    }
    expect(nodeAt(layout, 799, 499)).toBe(-1);
  });

  it('is empty without nodes', () => {
    expect(layOut([], 800, 500).height).toBe(0);
  });
});
